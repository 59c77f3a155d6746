// Pieces that several views are made of.

import { Problem, useKey } from "./api.js";
import { foreign, h } from "./dom.js";
import { flag, isContested, isFragile, RELATIONS, tally } from "./words.js";

export function badge(kind, text, hint) {
  return h("span", { class: `badge ${kind}`, title: hint || null }, text);
}

export function relationBadge(relation) {
  const { sign } = RELATIONS.find(({ name }) => name === relation) ?? { sign: "?" };
  return h("span", { class: `badge relation ${relation}` }, h("span", { "aria-hidden": "true" }, sign), ` ${relation}`);
}

export const flagBadges = (flags) => (flags ?? []).map((name) => badge("flag", ...flag(name)));

export function clusterBadges(cluster) {
  return [
    isContested(cluster.counts) &&
      badge("contested", "Contested", "At least one outlet disputes what others corroborate or echo."),
    isFragile(cluster) &&
      badge("fragile", "Fragile", "Several outlets say so, but they may all have it from one origin."),
  ];
}

/** One bar, a part for each relation, as long as the number of outlets that hold it. The words stand below it. */
export function bar(counts) {
  const parts = RELATIONS.filter(({ name }) => counts[name] > 0).map(({ name }) => {
    const part = h("span", { class: `part ${name}` });
    part.style.flexGrow = counts[name];
    return part;
  });
  return h(
    "div",
    { class: "bar-with-words" },
    h("div", { class: "bar", "aria-hidden": "true" }, parts),
    h("p", { class: "tally" }, tally(counts)),
  );
}

/** The address of an article; with a place, the page opens there. */
export function articleLink(articleId, place) {
  const at = place ? `?at=${place.span.start}-${place.span.end}${place.inTitle ? "&in=title" : ""}` : "";
  return `#/articles/${encodeURIComponent(articleId)}${at}`;
}

export const clusterLink = (id) => `#/claims/${encodeURIComponent(id)}`;

/** Words of an article, linked to where they stand in it. */
export function quotation(quote, label) {
  return foreign(
    "blockquote",
    {},
    label && h("span", { class: "quote-label" }, label, " "),
    h("a", { href: articleLink(quote.article_id, { span: quote.span, inTitle: quote.in_title }) }, quote.text),
  );
}

export function emptiness(title, ...hint) {
  return h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, ...hint));
}

/** What went wrong, in the words of the API, with its code; a missing key can be given on the spot. */
export function failure(error, retry) {
  if (!(error instanceof Problem)) {
    if (error.name !== "AbortError") console.error(error);
    error = new Problem({ title: "This page failed", detail: error.message, code: "page" });
  }
  const faults = error.errors.map((fault) =>
    h("li", {}, h("code", {}, fault.pointer), " ", fault.detail),
  );
  return {
    title: error.title,
    nodes: [
      h("h1", { tabindex: "-1" }, error.title),
      h(
        "div",
        { class: "failure", role: "alert" },
        h("p", {}, error.message),
        faults.length > 0 && h("ul", {}, faults),
        h("p", { class: "quiet" }, "Code ", h("code", {}, error.code), error.status ? `, status ${error.status}` : ""),
        error.status === 401 ? keyForm(retry) : h("button", { type: "button", onclick: retry }, "Try again"),
      ),
    ],
  };
}

function keyForm(retry) {
  const input = h("input", { id: "key", type: "password", autocomplete: "off", required: true });
  const submit = (event) => {
    event.preventDefault();
    useKey(input.value.trim());
    retry();
  };
  return h(
    "form",
    { class: "key", onsubmit: submit },
    h("label", { for: "key" }, "API key (kept in this tab only)"),
    h("div", { class: "row" }, input, h("button", { type: "submit" }, "Use key")),
  );
}
