// A draft before it is published: the claims in it, and what other outlets have already said to each. Nothing is stored.

import * as api from "../api.js";
import { foreign, h } from "../dom.js";
import { badge, bar, clusterBadges, clusterLink, emptiness, failure } from "../parts.js";
import { count, origins } from "../words.js";

export async function checkView({ signal }) {
  const results = h("div", { class: "results", "aria-live": "polite" });
  const draft = h("textarea", { id: "draft", rows: "10", required: true, placeholder: "Paste the text of a draft" });
  const button = h("button", { type: "submit" }, "Check");

  const run = async () => {
    button.disabled = true;
    results.setAttribute("aria-busy", "true");
    results.replaceChildren(h("p", { class: "waiting" }, "Reading the draft…"));
    try {
      results.replaceChildren(...found(await api.check({ text: draft.value }, signal)));
    } catch (error) {
      if (error.name === "AbortError") return;
      results.replaceChildren(...failure(error, run).nodes.slice(1));
    } finally {
      button.disabled = false;
      results.removeAttribute("aria-busy");
    }
  };
  const submit = (event) => {
    event.preventDefault();
    run();
  };

  return {
    title: "Check a draft",
    nodes: [
      h("h1", { tabindex: "-1" }, "Check a draft"),
      h("p", { class: "lead" }, "See what is already known of each claim before you publish. The text is not stored."),
      h(
        "form",
        { class: "draft", onsubmit: submit },
        h("label", { for: "draft" }, "Draft"),
        draft,
        h("p", {}, button),
      ),
      results,
    ],
  };
}

function found({ claims }) {
  if (claims.length === 0) return [emptiness("No claims found", "Nothing in this text is a fact that could be checked.")];
  const reported = claims.filter((claim) => claim.matches.some(({ decision }) => decision === "link")).length;
  return [
    h("h2", {}, `${count(claims.length, "claim")}, ${reported} reported before`),
    h("ol", { class: "sentences" }, claims.map(draftClaim)),
  ];
}

function draftClaim(claim) {
  const warnings = warningsOf(claim);
  return h(
    "li",
    {},
    foreign("p", { class: "sentence" }, claim.text),
    warnings.length > 0 && h("ul", { class: "warnings" }, warnings.map((warning) => foreign("li", {}, warning))),
    claim.matches.length === 0
      ? h("p", { class: "quiet" }, "No outlet is known to have reported this.")
      : claim.matches.map(known),
  );
}

/** A draft that denies something has those who dispute it on its side: for it they are company, not a warning. */
function warningsOf({ polarity, disputed_by, single_origin, anonymous_only }) {
  const denies = polarity === "denied";
  return [
    ...disputed_by.map(({ outlet, source }) =>
      source ? `${denies ? "Also denied" : "Denied"} by ${source.name}, in ${outlet.name}.` : `${denies ? "Also disputed" : "Disputed"} by ${outlet.name}.`,
    ),
    single_origin && "All outlets may have it from one origin.",
    anonymous_only && "No origin of it is named.",
  ].filter(Boolean);
}

function known({ cluster, similarity, decision }) {
  return h(
    "div",
    { class: "known" },
    h(
      "div",
      {},
      h("h3", {}, foreign("a", { href: clusterLink(cluster.id) }, cluster.claim)),
      h(
        "p",
        { class: "facts" },
        `${count(cluster.counts.outlets, "outlet")}, ${origins(cluster.origins)}`,
        badge("flag", `${Math.round(similarity * 100)} % alike`),
        decision === "suggest" && badge("flag", "perhaps the same", "Too unlike to be linked without an editor."),
        clusterBadges(cluster),
      ),
    ),
    bar(cluster.counts),
  );
}
