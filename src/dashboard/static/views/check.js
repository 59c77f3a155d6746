// A draft before it is published: its claims where they stand, and what is known of each. Nothing is stored.

import * as api from "../api.js";
import { classes, foreign, h, useState, written } from "../dom.js";
import { badge, clusterBadges, clusterLink, Empty, Failure, Heading, Measure, mostOf, notify, outletsAndOrigins } from "../parts.js";
import { cut } from "../text.js";
import { count, coverage, origins, tally } from "../words.js";

/** What the next visit of the page in this tab begins with; nowhere else is it kept. */
let kept = { text: "", result: /** @type {Api.CheckResult | null} */ (null) };

export function View() {
  const [text, setText] = useState(kept.text);
  const [result, setResult] = useState(kept.result);
  const [state, setState] = useState({ busy: false, error: /** @type {unknown} */ (null) });
  const run = async () => {
    setState({ busy: true, error: null });
    try {
      const found = await api.check({ text });
      kept = { text, result: found };
      setResult(found);
      setState({ busy: false, error: null });
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return [
    h(Heading, { title: "Check a draft" }),
    h("p", { class: "lead" }, "See what is known of each claim before you publish. The text is not stored."),
    h(
      "form",
      {
        class: "draft",
        onSubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          run();
        },
      },
      h("label", { for: "draft" }, "Draft"),
      h("textarea", {
        id: "draft",
        rows: result ? 5 : 10,
        required: true,
        dir: "auto",
        placeholder: "Paste the text of a draft",
        value: text,
        onInput: written(setText),
      }),
      h(
        "p",
        { class: "actions start" },
        h("button", { type: "submit", disabled: state.busy }, state.busy ? "Reading…" : "Check"),
        result && h("button", { type: "button", class: "plain", onClick: () => copy(result) }, "Copy the result"),
      ),
    ),
    h(
      "div",
      { class: "results", "aria-live": "polite", "aria-busy": state.busy },
      state.error !== null ? h(Failure, { error: state.error, retry: run }) : result && h(Found, { result }),
    ),
  ];
}

/** @param {{ result: Api.CheckResult }} props */
function Found({ result }) {
  const { claims, text } = result;
  if (claims.length === 0) return h(Empty, { title: "No claims found" }, "Nothing in this text is a fact that could be checked.");
  const numbered = claims.map((claim, at) => ({ claim, number: at + 1 }));
  const known = claims.filter(isKnown).length;
  return [
    h("h2", {}, `${count(claims.length, "claim")}, ${known} reported before`),
    h("p", { class: "quiet" }, `Compared with ${coverage(result.coverage)}.`),
    h(
      "div",
      { class: "story-and-claims" },
      foreign("div", { class: "story-text checked" }, h(Draft, { text, numbered })),
      h(
        "ol",
        { class: "sentences" },
        numbered.map(({ claim, number }) =>
          h(Known, { key: number, claim, number, most: mostOf(claim.matches.map(({ cluster }) => cluster)) }),
        ),
      ),
    ),
  ];
}

/** @param {Api.CheckedClaim} claim */
const isKnown = ({ matches }) => matches.some(({ decision }) => decision === "link");

/** How much care it needs: what others dispute comes before what hangs on one origin. @param {Api.CheckedClaim} claim */
function verdict(claim) {
  if (claim.disputed_by.length > 0) return claim.polarity === "denied" ? "corroborates" : "disputes";
  if (claim.single_origin || claim.anonymous_only) return "caution";
  return isKnown(claim) ? "corroborates" : "unclear";
}

/** @param {{ text: string, numbered: { claim: Api.CheckedClaim, number: number }[] }} props */
function Draft({ text, numbered }) {
  const places = numbered.filter(({ claim }) => !claim.headline).map(({ claim, number }) => ({ span: claim.span, claim, number }));
  return cut(text, places).map((piece) => {
    const place = piece.places.toSorted((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
    if (!place) return piece.text;
    return [
      h("mark", { key: piece.start, class: classes("mark", verdict(place.claim)) }, piece.text),
      place.span.end === piece.start + Array.from(piece.text).length &&
        h("sup", {}, h("a", { href: "#draft-claim", onClick: jump(place.number), "aria-label": `Claim ${place.number}` }, place.number)),
    ];
  });
}

/** The address stays as it is: it names the view. @param {number} number */
const jump = (number) => (/** @type {Event} */ event) => {
  event.preventDefault();
  const claim = document.getElementById(`draft-claim-${number}`);
  claim?.scrollIntoView({ block: "center" });
  claim?.focus({ preventScroll: true });
};

/** @param {{ claim: Api.CheckedClaim, number: number, most: number }} props */
function Known({ claim, number, most }) {
  const warnings = warningsOf(claim);
  return h(
    "li",
    { id: `draft-claim-${number}`, tabindex: -1, class: "draft-claim" },
    foreign("p", { class: "sentence" }, h("span", { class: "ordinal" }, `${number} `), claim.text),
    warnings.length > 0 &&
      h(
        "ul",
        { class: classes("warnings", verdict(claim)) },
        warnings.map((warning) => foreign("li", { key: warning }, warning)),
      ),
    claim.matches.length === 0
      ? h("p", { class: "quiet" }, "No outlet here is known to have reported this.")
      : claim.matches.map(({ cluster, similarity, decision }) =>
          h(
            "div",
            { key: cluster.id, class: "known" },
            h("h3", {}, foreign("a", { href: clusterLink(cluster.id) }, cluster.claim)),
            h(
              "p",
              { class: "facts" },
              outletsAndOrigins(cluster),
              clusterBadges(cluster),
              decision === "suggest" &&
                badge("flag", `perhaps the same, ${Math.round(similarity * 100)} %`, "Too unlike to be linked without an editor."),
            ),
            h(Measure, { cluster, most }),
            h("p", { class: "tally", "aria-hidden": "true" }, tally(cluster.counts)),
          ),
        ),
  );
}

/**
 * A draft that denies something has those who dispute it on its side: for it they are company, not a warning.
 * @param {Api.CheckedClaim} claim
 */
function warningsOf({ polarity, disputed_by, single_origin, anonymous_only }) {
  const also = polarity === "denied" ? "Also" : "";
  const said = (/** @type {string} */ verb) => (also ? `${also} ${verb}` : `${verb[0].toUpperCase()}${verb.slice(1)}`);
  return [
    ...new Set(
      disputed_by.map(({ outlet, source }) =>
        source ? `${said("denied")} by ${source.name}, in ${outlet.name}.` : `${said("disputed")} by ${outlet.name}.`,
      ),
    ),
    ...(single_origin ? ["It may all come from one origin."] : []),
    ...(anonymous_only ? ["Nobody it goes back to is named."] : []),
  ];
}

/** As plain text, for a message or a margin note. @param {Api.CheckResult} result */
async function copy(result) {
  const lines = result.claims.flatMap((claim, at) => [
    `${at + 1}. ${claim.text}`,
    ...warningsOf(claim).map((warning) => `   ! ${warning}`),
    ...claim.matches.map(
      ({ cluster, decision }) =>
        `   ${decision === "link" ? "=" : "?"} ${cluster.claim} (${cluster.counts.outlets} outlets, ${origins(cluster.origins)}; ${tally(cluster.counts)})`,
    ),
    ...(claim.matches.length === 0 ? ["   Not known to have been reported."] : []),
  ]);
  try {
    await navigator.clipboard.writeText(`${lines.join("\n")}\n\nCompared with ${coverage(result.coverage)}.\n`);
    notify({ text: "Copied as text." });
  } catch {
    notify({ text: "The browser does not let this page copy. Select the text instead." });
  }
}
