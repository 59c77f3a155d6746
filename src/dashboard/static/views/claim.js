// One claim across outlets: where each outlet stands and why, from how many origins it comes, the numbers given, and
// every sentence that says it.

import * as api from "../api.js";
import { foreign, h } from "../dom.js";
import { articleLink, badge, bar, clusterBadges, flagBadges, quotation, relationBadge } from "../parts.js";
import { comparator, count, day, origins, RELATIONS, sourceKind } from "../words.js";

export async function claimView({ parts: [id], signal }) {
  const cluster = await api.cluster(id, signal);
  const claims = new Map(cluster.claims.map((claim) => [claim.id, claim]));
  return {
    title: cluster.claim,
    nodes: [
      h("p", { class: "crumb" }, h("a", { href: "#/" }, "All claims")),
      heading(cluster),
      positions(cluster, claims),
      rootsSection(cluster, claims),
      numbersSection(cluster.quantities, claims),
      sentencesSection(cluster.claims),
    ],
  };
}

function heading(cluster) {
  const { counts } = cluster;
  return h(
    "header",
    { class: "claim-head" },
    foreign("h1", { tabindex: "-1", class: "claim-title" }, cluster.claim),
    h(
      "p",
      { class: "facts" },
      h("strong", {}, `${count(counts.outlets, "outlet")}, ${origins(cluster.origins)}`),
      h("span", { class: "quiet" }, count(counts.articles, "article")),
      h("span", { class: "quiet" }, `${day(cluster.first_seen_at)} to ${day(cluster.last_seen_at)}`),
      clusterBadges(cluster),
    ),
    bar(counts),
  );
}

function positions(cluster, claims) {
  const held = (relation) => cluster.outlets.filter((position) => position.relation === relation);
  const [decided, unclear] = [RELATIONS.slice(0, 3), RELATIONS[3]];
  return h(
    "section",
    { "aria-label": "Positions of the outlets" },
    h(
      "div",
      { class: "columns" },
      decided.map((relation) => column(relation, held(relation.name), claims)),
    ),
    held(unclear.name).length > 0 && column(unclear, held(unclear.name), claims),
  );
}

function column({ name, sign, means }, held, claims) {
  return h(
    "section",
    { class: `column ${name}`, "aria-labelledby": `column-${name}` },
    h(
      "h2",
      { id: `column-${name}` },
      h("span", { class: "sign", "aria-hidden": "true" }, sign),
      ` ${name[0].toUpperCase()}${name.slice(1)} `,
      h("span", { class: "number" }, held.length),
    ),
    h("p", { class: "means" }, means),
    held.length === 0 ? h("p", { class: "none" }, "No outlet.") : held.map((position) => card(position, claims)),
  );
}

function card(position, claims) {
  const { outlet, evidence } = position;
  const own = position.claim_ids.map((id) => claims.get(id)).filter(Boolean);
  return h(
    "article",
    { class: "card" },
    foreign("h3", {}, outlet.name),
    h("p", { class: "quiet" }, `${outlet.kind}, since ${day(position.since)}`),
    h(
      "p",
      { class: "badges" },
      position.disputed_by && badge("who", `denied by ${position.disputed_by.name}`, position.disputed_by.role),
      position.asserted_by && badge("who", `against ${position.asserted_by.name}`, position.asserted_by.role),
      position.echo_of && badge("who", `from ${position.echo_of}`, "The nearest upstream the article names."),
      position.independence && badge("independence", `${position.independence} own access`),
      position.relation === "disputes" && badge("voice", position.voice === "outlet" ? "own voice" : "attributed voice"),
      position.mixed && badge("flag", "both sides", "This outlet asserts it in one place and denies it in another."),
      flagBadges(position.flags),
    ),
    h("ul", { class: "evidence" }, evidence.map(reason)),
    own.length > 1 &&
      h(
        "p",
        { class: "quiet" },
        `${own.length} sentences in it say so: `,
        own.map((claim, index) => [index > 0 && ", ", h("a", { href: placeOf(claim) }, `${index + 1}`)]),
      ),
  );
}

/** Why, in the API's sentence, with the words it rests on and, where there are any, those of the other article. */
function reason({ summary, quote, other, credit }) {
  // A conflicting quantity is named `other` as well; only a quote has a place to link to.
  const elsewhere = other?.article_id ? other : null;
  const quotes = [quote, credit, elsewhere].filter(Boolean);
  return h(
    "li",
    {},
    foreign("p", {}, withoutLast(summary, quotes)),
    quotation(quote),
    credit && quotation(credit, "Credit:"),
    elsewhere && quotation(elsewhere, "Elsewhere:"),
  );
}

/** The API's sentences stand alone and end with the words they rest on. Here those words follow as links: once is enough. */
function withoutLast(summary, quotes) {
  const ending = quotes.map(({ text }) => `: “${text}”`).find((words) => summary.endsWith(words));
  return ending ? `${summary.slice(0, -ending.length)}.` : summary;
}

function rootsSection({ origins: { low, high, roots } }, claims) {
  if (roots.length === 0) return null;
  return h(
    "section",
    {},
    h("h2", {}, "Origins"),
    h(
      "p",
      { class: "means" },
      low === high
        ? `The assertion entered the news from ${count(high, "independent origin")}.`
        : `Named and shown to be separate: ${low}. With presumed and anonymous ones: ${high}.`,
    ),
    h(
      "ul",
      { class: "roots" },
      roots.map((root) => {
        const outlets = new Set(root.claim_ids.map((id) => claims.get(id)?.outlet.name).filter(Boolean));
        return h(
          "li",
          {},
          foreign("strong", {}, root.name),
          h("span", { class: "quiet" }, sourceKind(root.kind)),
          !root.named && badge("flag", "not counted as named", "Counts only towards the upper end of the range."),
          outlets.size > 0 && foreign("p", { class: "quiet" }, `reaches us through ${[...outlets].join(", ")}`),
        );
      }),
    ),
  );
}

function numbersSection(quantities, claims) {
  if (quantities.length === 0) return null;
  return h(
    "section",
    {},
    h("h2", {}, "Numbers given"),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Numbers given" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ["As of", "Words", "Read as", "Outlet"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, quantities.map((quantity) => numberRow(quantity, claims.get(quantity.claim_id)))),
      ),
    ),
  );
}

function numberRow(quantity, claim) {
  return h(
    "tr",
    {},
    h("td", { class: "number" }, quantity.as_of ? day(quantity.as_of) : "not stated"),
    foreign("td", {}, h("a", { href: placeOf(claim) }, quantity.text)),
    h("td", { class: "number" }, readAs(quantity)),
    foreign("td", {}, claim.outlet.name),
  );
}

function readAs({ comparator: name, value, low, high, unit, vague }) {
  const number = (n) => n.toLocaleString("en-GB");
  const unitWords = unit ? ` ${unit}` : "";
  if (vague) return `vague${unitWords}`;
  if (name === "range" && low !== null && high !== null) return `${number(low)} to ${number(high)}${unitWords}`;
  if (value === null || value === undefined) return `${comparator(name)}${unitWords}`;
  return `${name === "exactly" ? "" : `${comparator(name)} `}${number(value)}${unitWords}`;
}

function sentencesSection(claims) {
  return h(
    "section",
    {},
    h("h2", {}, "Every sentence"),
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
            foreign("strong", {}, claim.outlet.name),
            claim.relation && relationBadge(claim.relation),
            claim.polarity === "denied" && badge("flag", "denies"),
            claim.certainty && claim.certainty !== "asserted" && badge("flag", claim.certainty),
            claim.headline && badge("flag", "headline"),
          ),
          foreign("p", { class: "sentence" }, h("a", { href: placeOf(claim) }, claim.text)),
        ),
      ),
    ),
  );
}

function placeOf(claim) {
  return articleLink(claim.article_id, { span: claim.span, inTitle: claim.headline });
}
