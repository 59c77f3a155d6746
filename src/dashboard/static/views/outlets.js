// All outlets: what each does with the claims it carries. With an id in the address, one of them.

import * as api from "../api.js";
import { h } from "../dom.js";
import { usePages } from "../load.js";
import { Empty, Heading, More, outletName, shown } from "../parts.js";
import { linkTo } from "../router.js";
import { count, number, RELATIONS } from "../words.js";
import { Outlet } from "./outlet.js";

/** @param {import("../router.js").Address} props */
export const View = ({ parts: [id], query }) => (id ? h(Outlet, { id, query }) : h(Outlets, {}));

function Outlets() {
  const list = usePages((cursor, signal) => api.outlets({ limit: 100, cursor }, signal), []);
  return [
    h(Heading, { title: "Outlets" }),
    h("p", { class: "lead" }, "Who publishes, and what each does with the claims it carries."),
    shown(list, ({ items }) =>
      items.length === 0
        ? h(
            Empty,
            { title: "No outlets yet" },
            h("a", { href: linkTo("ingest") }, "Bring in articles"),
            ": an outlet is known from its first one.",
          )
        : h(
            "div",
            { class: "scroll", tabindex: 0, role: "region", "aria-label": "Outlets" },
            h(
              "table",
              { class: "outlets" },
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  h("th", { scope: "col" }, "Outlet"),
                  h("th", { scope: "col", class: "number" }, "Articles"),
                  RELATIONS.slice(0, 3).map(({ label }) => h("th", { scope: "col", class: "number", key: label }, label)),
                  h("th", { scope: "col" }, "Share"),
                ),
              ),
              h(
                "tbody",
                {},
                items.map((outlet) => h(Row, { key: outlet.id, outlet })),
              ),
            ),
          ),
    ),
    h(More, { more: list.more }),
  ];
}

/** @param {{ outlet: Api.OutletProfile }} props */
function Row({ outlet }) {
  const { counts } = outlet;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, outletName(outlet), h("span", { class: "quiet" }, outlet.kind)),
    h("td", { class: "number" }, number(counts.articles)),
    RELATIONS.slice(0, 3).map(({ name }) => h("td", { key: name, class: "number" }, number(counts[name]))),
    h(
      "td",
      {},
      h(Share, { counts }),
      h("p", { class: "tally only-narrow" }, `${count(counts.articles, "article")}: ${shareInWords(counts)}`),
    ),
  );
}

/** @param {Api.OutletProfile["counts"]} counts */
const shareInWords = (counts) =>
  RELATIONS.slice(0, 3)
    .filter(({ name }) => counts[name] > 0)
    .map(({ name, verb }) => `${verb[0]} ${number(counts[name])}`)
    .join(", ") || "no position yet";

/** How an outlet's claims divide. @param {{ counts: Api.OutletProfile["counts"] }} props */
export function Share({ counts }) {
  const parts = RELATIONS.slice(0, 3).filter(({ name }) => counts[name] > 0);
  const label = shareInWords(counts);
  return h(
    "div",
    { class: "bar share", role: "img", "aria-label": label, title: label },
    parts.map(({ name }) => h("span", { key: name, class: `part ${name}`, style: { flexGrow: counts[name] } })),
  );
}
