// One outlet: what it begins, vouches for, disputes and passes on, and who stands before and behind it.

import * as api from "../api.js";
import { foreign, h } from "../dom.js";
import { Network } from "../charts/network.js";
import { isSame } from "../charts/lineage.js";
import { useLoad, usePages } from "../load.js";
import { articleLink, badge, Heading, More, shown } from "../parts.js";
import { linkTo } from "../router.js";
import { count, day, number, relationOf, RELATIONS } from "../words.js";
import { Rows } from "./claims.js";
import { Share } from "./outlets.js";

/** @type {[string, string][]} */
const TABS = [...RELATIONS.slice(0, 3).map(({ name, label }) => /** @type {[string, string]} */ ([name, label])), ["articles", "Articles"]];

/** @param {{ id: string, query: URLSearchParams }} props */
export function Outlet({ id, query }) {
  const loaded = useLoad((signal) => api.outlet(id, signal), [id]);
  // Ties are names; who is known by that name has a page.
  const known = useLoad((signal) => api.outlets({ limit: 100 }, signal), []);
  const asked = query.get("show") ?? "";
  const tab = TABS.some(([name]) => name === asked) ? asked : "corroborates";
  const idOf = (/** @type {string} */ name) => known.value?.items.find((outlet) => isSame(outlet.name, name))?.id ?? null;
  return [
    h("p", { class: "crumb" }, h("a", { href: linkTo("outlets") }, "All outlets")),
    shown(
      loaded,
      (outlet) => [
        h(
          "header",
          {},
          h(Heading, { title: outlet.name }),
          h(
            "p",
            { class: "facts" },
            h("span", {}, outlet.kind),
            outlet.domain && foreign("span", { class: "quiet" }, outlet.domain),
            outlet.family &&
              badge("flag", ["of ", h("bdi", {}, outlet.family)], "Outlets of one publisher are never independent of each other."),
          ),
        ),
        h(Figures, { outlet }),
        outlet.ties &&
          h(
            "section",
            { "aria-labelledby": "network" },
            h("h2", { id: "network" }, "Before and behind it"),
            h("p", { class: "means" }, "Whom it echoes, as it names them, and who echoes it; with the number of claims."),
            h(Network, { name: outlet.name, ties: outlet.ties, idOf }),
          ),
        h(
          "section",
          { "aria-labelledby": "its-claims" },
          h("h2", { id: "its-claims" }, "Its claims"),
          h(
            "nav",
            { class: "tabs", "aria-label": "Which of its claims" },
            TABS.map(([name, label]) =>
              h("a", { key: name, href: linkTo("outlets", id, { show: name }), "aria-current": name === tab ? "true" : undefined }, label),
            ),
          ),
          tab === "articles"
            ? h(Articles, { outlet: id })
            : h(Claims, { key: tab, outlet: id, relation: /** @type {Api.Relation} */ (tab) }),
        ),
      ],
      { heading: true },
    ),
  ];
}

/** @param {{ outlet: Api.OutletProfile }} props */
function Figures({ outlet: { counts, ties } }) {
  const figure = (/** @type {number} */ n, /** @type {string} */ label, mark = "") =>
    h("div", { class: `figure ${mark}` }, h("dt", {}, label), h("dd", {}, number(n)));
  return [
    h(
      "dl",
      { class: "figures" },
      figure(counts.articles, "articles"),
      ties && figure(ties.originates, "claims it had first"),
      RELATIONS.slice(0, 3).map(({ name }) => figure(counts[name], name, name)),
    ),
    h(Share, { counts }),
  ];
}

/** @param {{ outlet: string, relation: Api.Relation }} props */
function Claims({ outlet, relation }) {
  const list = usePages(
    (cursor, signal) => api.clusters({ outlet, relation, sort: "recent", limit: 25, cursor }, signal),
    [outlet, relation],
  );
  return [
    shown(list, ({ items }) =>
      items.length === 0 ? h("p", { class: "none" }, `It ${relationOf(relation).verb[0]} nothing.`) : h(Rows, { items }),
    ),
    h(More, { more: list.more }),
  ];
}

/** @param {{ outlet: string }} props */
function Articles({ outlet }) {
  const list = usePages((cursor, signal) => api.articles({ outlet, limit: 25, cursor }, signal), [outlet]);
  return [
    shown(list, ({ items }) =>
      items.length === 0
        ? h("p", { class: "none" }, "No article of it is here.")
        : h(
            "ul",
            { class: "articles" },
            items.map((article) =>
              h(
                "li",
                { key: article.id },
                foreign("a", { href: articleLink(article.id) }, article.title ?? article.url),
                h(
                  "span",
                  { class: "quiet" },
                  day(article.published_at),
                  article.syndicated_from.length > 0 && ` · credited to ${article.syndicated_from.join(", ")}`,
                  article.status !== "linked" && ` · ${article.status}`,
                  !article.current && ` · revision ${count(article.revision, "", "")}`,
                ),
              ),
            ),
          ),
    ),
    h(More, { more: list.more }),
  ];
}
