// One article as it is stored, with its claims marked where they stand. "?at=start-end" opens it at a place.

import * as api from "../api.js";
import { foreign, h, outside } from "../dom.js";
import { badge, clusterLink, emptiness, relationBadge } from "../parts.js";
import { cut } from "../text.js";
import { count, minute } from "../words.js";

export async function articleView({ parts: [id], query, signal }) {
  const article = await api.article(id, signal);
  const wanted = readPlace(query);
  const title = marked(article.title ?? "Untitled", article.claims.filter((claim) => claim.headline), wanted?.inTitle ? wanted : null);
  const text = marked(article.text ?? "", article.claims.filter((claim) => !claim.headline), wanted?.inTitle ? null : wanted);
  return {
    title: article.title ?? article.url,
    target: wanted && (title.target ?? text.target),
    nodes: [
      h("p", { class: "crumb" }, h("a", { href: "#/" }, "All claims")),
      h("div", { class: "story-and-claims" }, story(article, title.nodes, text.nodes), claimList(article.claims)),
    ],
  };
}

function story(article, title, text) {
  return h(
    "article",
    {},
    h(
      "header",
      {},
      foreign("h1", { tabindex: "-1" }, title),
      h(
        "p",
        { class: "facts" },
        foreign("strong", {}, article.outlet.name),
        article.byline && foreign("span", {}, article.byline),
        h("span", { class: "quiet" }, minute(article.published_at)),
        outside(article.url, "original"),
        article.status !== "linked" && badge("flag", article.status, "Its claims are not yet compared with others."),
        !article.current && badge("flag", "older revision", "A later text stands at this address."),
        article.syndicated_from.length > 0 && badge("who", `credited to ${article.syndicated_from.join(", ")}`),
      ),
    ),
    foreign("div", { class: "story-text" }, text),
  );
}

function readPlace(query) {
  const [, start, end] = /^(\d+)-(\d+)$/.exec(query.get("at") ?? "") ?? [];
  return start === undefined ? null : { span: { start: Number(start), end: Number(end) }, inTitle: query.get("in") === "title" };
}

/** The text with each claim as a link to its cluster; `target` is the node to go to. Where claims overlap, the shortest is linked. */
function marked(text, claims, wanted) {
  let target = null;
  const nodes = cut(text, wanted ? [...claims, wanted] : claims).map((piece) => {
    const claim = piece.places.filter((place) => place !== wanted).sort((a, b) => width(a) - width(b))[0];
    const isWanted = piece.places.includes(wanted);
    if (!claim && !isWanted) return piece.text;
    const node = claim?.cluster_id
      ? h("a", { class: `mark ${claim.relation ?? "unclear"}`, href: clusterLink(claim.cluster_id), title: claim.relation }, piece.text)
      : h("mark", { class: "mark", tabindex: "-1" }, piece.text);
    if (isWanted) node.classList.add("wanted");
    if (isWanted) target ??= node;
    return node;
  });
  return { nodes, target };
}

const width = ({ span }) => span.end - span.start;

function claimList(claims) {
  if (claims.length === 0) return emptiness("No claims", "Nothing in this article is a fact that could be checked.");
  return h(
    "section",
    {},
    h("h2", {}, count(claims.length, "claim")),
    h(
      "ol",
      { class: "sentences" },
      claims.map((claim) =>
        h(
          "li",
          {},
          h(
            "p",
            { class: "facts" },
            claim.relation && relationBadge(claim.relation),
            claim.headline && badge("flag", "headline"),
            claim.attribution?.source && foreign("span", { class: "quiet" }, `source: ${claim.attribution.source.name}`),
          ),
          foreign(
            "p",
            { class: "sentence" },
            claim.cluster_id ? h("a", { href: clusterLink(claim.cluster_id) }, claim.text) : claim.text,
          ),
        ),
      ),
    ),
  );
}
