// One claim across outlets: where each outlet stands and why, from how many origins it comes and who took it from whom, how it
// spread, the numbers given, and what editors did with it.

import * as api from "../api.js";
import { ClaimTools, Decisions, Relabel } from "../edit.js";
import { foreign, h, joined, useState } from "../dom.js";
import { useMay } from "../identity.js";
import { useEvents } from "../live.js";
import { useLoad } from "../load.js";
import {
  Aligned,
  articleLink,
  badge,
  clusterBadges,
  flagBadges,
  Heading,
  marked,
  Measure,
  outletName,
  outletsAndOrigins,
  placeOf,
  shown,
  sign,
  sumOf,
} from "../parts.js";
import { linkTo } from "../router.js";
import { find } from "../text.js";
import { Origins } from "../charts/origins.js";
import { Timeline } from "../charts/timeline.js";
import { certainty, count, day, minute, period, readAs, reasonName, RELATIONS, sourceKind, tally } from "../words.js";
import { Legend } from "./claims.js";

/** @typedef {Map<string, Api.Claim>} Claims */

/** Outlets of a column that are shown at first. */
const CARDS = 20;

/** @param {import("../router.js").Address} props */
export function View({ parts: [id] }) {
  const loaded = useLoad((signal) => api.cluster(id, signal), [id]);
  const [turn, setTurn] = useState(0);
  const cluster = loaded.value;
  useEvents((events) => {
    const ids = new Set(events.map((event) => event.cluster_id));
    if (!ids.has(id) && !(cluster && ids.has(cluster.id))) return;
    loaded.reload();
    setTurn((turn) => turn + 1);
  });
  return [
    h("p", { class: "crumb" }, h("a", { href: linkTo("") }, "All claims")),
    shown(loaded, (cluster) => h(Claim, { cluster, turn, reload: loaded.reload }), { heading: true }),
  ];
}

/** @param {{ cluster: Api.Cluster, turn: number, reload: () => void }} props */
function Claim({ cluster, turn, reload }) {
  const claims = new Map((cluster.claims ?? []).map((claim) => [claim.id, claim]));
  const mayEdit = useMay("editor");
  return [
    h(Head, { cluster }),
    (cluster.notes ?? []).map((note) => h(Note, { key: note.id, note })),
    h(Positions, { cluster, claims }),
    h(
      "div",
      { class: "pair" },
      h(
        "section",
        { "aria-labelledby": "origins" },
        h("h2", { id: "origins" }, "Where it comes from"),
        h("p", { class: "means" }, originsInWords(cluster.origins)),
        h(Origins, { cluster }),
      ),
      h(
        "section",
        { "aria-labelledby": "timeline" },
        h("h2", { id: "timeline" }, "How it spread"),
        h(
          "p",
          { class: "means" },
          "Each mark is a sentence. A ring marks a new origin, a dashed one what is hedged, a triangle what drifts.",
        ),
        h(Timeline, { cluster }),
      ),
    ),
    h(Numbers, { quantities: cluster.quantities ?? [], claims }),
    h(
      "section",
      { "aria-labelledby": "history" },
      h("h2", { id: "history" }, "History"),
      mayEdit && h(ClaimTools, { cluster, done: reload }),
      h(Decisions, { cluster: cluster.id, turn, done: reload }),
    ),
  ];
}

/** @param {{ cluster: Api.Cluster }} props */
function Head({ cluster }) {
  const { counts } = cluster;
  return h(
    "header",
    { class: "claim-head" },
    h(Heading, { title: cluster.claim, class: "claim-title" }),
    h(
      "p",
      { class: "facts" },
      h("strong", {}, outletsAndOrigins(cluster)),
      h("span", { class: "quiet" }, count(counts.articles, "article")),
      h("span", { class: "quiet" }, period(cluster.first_seen_at, cluster.last_seen_at)),
      clusterBadges(cluster),
    ),
    h(
      "div",
      { class: "head-measure" },
      h(Measure, { cluster, most: Math.max(sumOf(counts), cluster.origins.high) }),
      h("p", { class: "tally", "aria-hidden": "true" }, tally(counts)),
    ),
    h(Legend, {}),
  );
}

/** @param {{ note: Api.Decision }} props */
const Note = ({ note }) =>
  h(
    "aside",
    { class: "note" },
    foreign("p", {}, note.text),
    h("p", { class: "quiet" }, "Note by ", h("bdi", {}, note.made_by), `, ${minute(note.made_at)}`),
  );

/** @param {{ cluster: Api.Cluster, claims: Claims }} props */
function Positions({ cluster, claims }) {
  const held = (/** @type {Api.Relation} */ relation) => cluster.outlets.filter((position) => position.relation === relation);
  const [decided, unclear] = [RELATIONS.slice(0, 3), RELATIONS[3]];
  return h(
    "section",
    { "aria-label": "Positions of the outlets" },
    h(
      "p",
      { class: "means key" },
      h("mark", { class: "cue" }, "Dotted"),
      " are the words that attribute, ",
      h("mark", { class: "decides" }, "marked"),
      " are those that decide.",
    ),
    h(
      "div",
      { class: "columns" },
      decided.map((relation) => h(Column, { key: relation.name, relation, held: held(relation.name), claims })),
    ),
    held(unclear.name).length > 0 && h(Column, { relation: unclear, held: held(unclear.name), claims }),
  );
}

/** @param {{ relation: typeof RELATIONS[number], held: Api.OutletPosition[], claims: Claims }} props */
function Column({ relation: { name, label, means }, held, claims }) {
  const [shown, setShown] = useState(CARDS);
  return h(
    "section",
    { class: `column ${name}`, "aria-labelledby": `column-${name}` },
    h("h2", { id: `column-${name}` }, sign(name), ` ${label} `, h("span", { class: "number" }, held.length)),
    h("p", { class: "means" }, means),
    held.length === 0
      ? h("p", { class: "none" }, "No outlet.")
      : held.slice(0, shown).map((position) => h(Card, { key: position.outlet.id, position, claims })),
    held.length > shown &&
      h(
        "p",
        { class: "actions start" },
        h("button", { type: "button", class: "plain", onClick: () => setShown(Infinity) }, `Show ${held.length - shown} more`),
      ),
  );
}

/** @param {{ position: Api.OutletPosition, claims: Claims }} props */
function Card({ position, claims }) {
  const { outlet } = position;
  const own = position.claim_ids.flatMap((id) => claims.get(id) ?? []);
  // The strongest claim is the one that the position's reasons are taken from.
  const reasons = position.evidence ?? [];
  const [first] = reasons;
  const told = (first && own.find((claim) => isWithin(first.quote, claim))) ?? own[0];
  const others = own.filter((claim) => claim !== told);
  return h(
    "article",
    { class: "card", "aria-label": outlet.name },
    h("h3", {}, outletName(outlet)),
    h("p", { class: "quiet" }, `${outlet.kind}, since ${day(position.since)}`),
    h(Badges, { position }),
    told && h(Sentence, { claim: told, reasons: reasons.filter(({ quote }) => !others.some((claim) => isWithin(quote, claim))), claims }),
    others.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, count(others.length, "more sentence")),
        others.map((claim) => h(Sentence, { key: claim.id, claim, reasons: claim.evidence, claims })),
      ),
    h(Relabel, { position }),
  );
}

/** @param {{ position: Api.OutletPosition }} props */
const Badges = ({ position }) =>
  h(
    "p",
    { class: "badges" },
    position.disputed_by && badge("who", ["denied by ", h("bdi", {}, position.disputed_by.name)], position.disputed_by.role),
    position.asserted_by && badge("who", ["against ", h("bdi", {}, position.asserted_by.name)], position.asserted_by.role),
    position.echo_of && badge("who", ["from ", h("bdi", {}, position.echo_of)], "The nearest source that the article names."),
    position.independence &&
      badge(
        "independence",
        `${position.independence} own access`,
        position.independence === "confirmed" ? "The article shows how it knows." : "Nothing in it points to another source.",
      ),
    badge(
      "voice",
      position.voice === "outlet" ? "own voice" : "attributed",
      position.voice === "outlet" ? "The outlet says it itself." : "The outlet says that somebody says it.",
    ),
    position.mixed && badge("flag", "both sides", "This outlet asserts it in one place and denies it in another."),
    flagBadges(position.flags),
  );

/** @param {Api.Quote} quote @param {Api.Claim} claim */
const isWithin = (quote, claim) =>
  quote.article_id === claim.article_id &&
  quote.in_title === claim.headline &&
  quote.span.start < claim.span.end &&
  claim.span.start < quote.span.end;

/**
 * A claim as it is printed, with the words that attribute it and those that decide its label marked in place, and why.
 * @param {{ claim: Api.Claim, reasons: Api.Evidence[], claims: Claims }} props
 */
function Sentence({ claim, reasons, claims }) {
  const length = claim.span.end - claim.span.start;
  const places = /** @type {{ span: Api.Span, mark: string, title: string }[]} */ ([]);
  for (const reason of reasons) {
    if (!isWithin(reason.quote, claim)) continue;
    const span = {
      start: Math.max(0, reason.quote.span.start - claim.span.start),
      end: Math.min(length, reason.quote.span.end - claim.span.start),
    };
    // A mark under everything would mark nothing.
    if (span.end - span.start < length) places.push({ span, mark: "decides", title: reasonName(reason.kind) });
  }
  for (const [words, title] of reasons.flatMap(decidingWords)) {
    const span = find(claim.text, words);
    if (span) places.push({ span, mark: "decides", title });
  }
  const cues = new Set([claim.attribution.cue, ...reasons.map((reason) => ("cue" in reason ? reason.cue : null))]);
  for (const cue of cues) {
    const span = find(claim.text, cue);
    if (span) places.push({ span, mark: "cue", title: "These words attribute it" });
  }
  return h(
    "div",
    { class: "said" },
    foreign("blockquote", {}, marked(claim.text, places)),
    h(
      "p",
      { class: "quiet" },
      h("a", { href: placeOf(claim) }, claim.headline ? "In the headline" : "In the article"),
      `, ${minute(claim.said_at)}`,
      claim.certainty !== "asserted" && [" ", badge("flag", certainty(claim.certainty))],
    ),
    h(
      "ul",
      { class: "evidence" },
      reasons.map((reason, at) => h("li", { key: at }, h(Reason, { reason, claim, claims }))),
    ),
  );
}

/** The number, word or name that a reason turns on. @param {Api.Evidence} reason @returns {[string, string][]} */
function decidingWords(reason) {
  const words = "quantity" in reason ? reason.quantity.text : "word" in reason ? reason.word : "holder" in reason ? reason.holder : null;
  return words ? [[words, reasonName(reason.kind)]] : [];
}

/**
 * Why, in the API's sentence, with the words it rests on where they are not those of the claim, and what stands elsewhere.
 * @param {{ reason: Api.Evidence, claim: Api.Claim, claims: Claims }} props
 */
function Reason({ reason, claim, claims }) {
  const { summary, quote } = reason;
  // A conflicting quantity is named `other` as well; only a quote has a place to link to.
  const elsewhere = "other" in reason && "article_id" in reason.other ? reason.other : null;
  const credit = "credit" in reason ? reason.credit : null;
  const other = "other_claim" in reason && reason.other_claim ? claims.get(reason.other_claim) : undefined;
  const isElsewhere = !isWithin(quote, claim);
  const copied = elsewhere && ["copied_passage", "shared_quotation", "shared_wording"].includes(reason.kind);
  return [
    h(
      "p",
      {},
      h("span", { class: "reason" }, reasonName(reason.kind)),
      " ",
      foreign("span", {}, withoutLast(summary, [quote, credit, elsewhere])),
    ),
    isElsewhere && h(Quotation, { quote }),
    credit && h(Quotation, { quote: credit, label: "Credit: " }),
    copied
      ? h(
          "details",
          {},
          h("summary", {}, "Compare the words"),
          h(Aligned, {
            ours: quote.text,
            theirs: elsewhere.text,
            ourName: h("bdi", {}, claim.outlet.name),
            theirName: h(
              "a",
              { href: quoteLink(elsewhere) },
              h("bdi", {}, other?.outlet.name ?? ("outlet" in reason ? reason.outlet : "Elsewhere")),
            ),
          }),
        )
      : elsewhere && h(Quotation, { quote: elsewhere, label: other ? [h("bdi", {}, other.outlet.name), ": "] : "Elsewhere: " }),
  ];
}

/** @param {Api.Quote} quote */
const quoteLink = (quote) => articleLink(quote.article_id, { span: quote.span, inTitle: quote.in_title });

/** Words of an article, linked to where they stand in it. @param {{ quote: Api.Quote, label?: import("../dom.js").Children }} props */
const Quotation = ({ quote, label }) =>
  foreign(
    "blockquote",
    { class: "small" },
    label && h("span", { class: "quote-label" }, label),
    h("a", { href: quoteLink(quote) }, quote.text),
  );

/**
 * The API's sentences stand alone and end with the words they rest on. Here those words stand beside them: once is enough.
 * @param {string} summary @param {(Api.Quote | null)[]} quotes
 */
function withoutLast(summary, quotes) {
  const whole = summary.indexOf(": “");
  const words = quotes.flatMap((quote) => (quote ? [`“${quote.text}”`] : []));
  const isTheirs =
    whole >= 0 && words.reduce((rest, word) => rest.replace(word, ""), summary.slice(whole)).replaceAll(/[:/\s]/g, "") === "";
  return isTheirs ? `${summary.slice(0, whole)}.` : summary;
}

/** @param {Api.Origins} origins */
function originsInWords({ low, high, roots }) {
  if (roots.length === 0) return "Nobody is named as its source.";
  if (low === high) return `It entered the news from ${count(high, "independent origin")}.`;
  return `Named and shown to be separate: ${low}. With presumed and unnamed ones: ${high}.`;
}

/** @param {{ quantities: Api.ClusterQuantity[], claims: Claims }} props */
function Numbers({ quantities, claims }) {
  const rows = quantities.flatMap((quantity) => {
    const claim = claims.get(quantity.claim_id);
    return claim ? [{ quantity, claim }] : [];
  });
  if (rows.length === 0) return null;
  return h(
    "section",
    { "aria-labelledby": "numbers" },
    h("h2", { id: "numbers" }, "Numbers given"),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of numbers" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["As of", "Words", "Read as", "Outlet", "Who says so"].map((title) => h("th", { scope: "col" }, title)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map(({ quantity, claim }, at) =>
            h(
              "tr",
              { key: at },
              h("td", { class: "number" }, quantity.as_of ? day(quantity.as_of) : "not stated"),
              foreign("td", {}, h("a", { href: placeOf(claim) }, quantity.text)),
              h("td", { class: "number" }, readAs(quantity)),
              h("td", {}, outletName(claim.outlet)),
              foreign(
                "td",
                {},
                claim.attribution.chain.length > 0
                  ? joined(
                      claim.attribution.chain.map(({ name, kind }) => h("span", { title: sourceKind(kind) }, name)),
                      " ← ",
                    )
                  : "own voice",
              ),
            ),
          ),
        ),
      ),
    ),
  );
}
