// The words of the page: labels, counts, dates, and what each means, in one place so that every view says the same.

/**
 * In the order in which they are shown. The sign stands beside the colour, for those who do not see it.
 * @type {{ name: Api.Relation, sign: string, verb: [string, string], label: string, means: string }[]}
 */
export const RELATIONS = [
  { name: "corroborates", sign: "+", verb: ["corroborates", "corroborate"], label: "Corroborates", means: "Vouch for it themselves" },
  { name: "disputes", sign: "−", verb: ["disputes", "dispute"], label: "Disputes", means: "Deny it, or say what cannot be true with it" },
  { name: "echoes", sign: "↩", verb: ["echoes", "echo"], label: "Echoes", means: "Pass on what another source says" },
  { name: "unclear", sign: "?", verb: ["unclear", "unclear"], label: "Unclear", means: "Not decided, and counted nowhere" },
];

/** @param {Api.Relation | null | undefined} name */
export const relationOf = (name) => RELATIONS.find((relation) => relation.name === name) ?? RELATIONS[3];

/** @type {Record<string, string>} */
const SOURCE_KINDS = {
  person: "person",
  organisation: "organisation",
  official_body: "official body",
  anonymous: "anonymous source",
  document: "document",
  social_post: "post",
  outlet: "outlet",
  presumed: "presumed: no source behind it is visible",
};

/** @type {Record<string, [string, string]>} */
const FLAGS = {
  hedged: ["hedged", "The source does not commit to it."],
  anonymous_source: ["anonymous source", "The source is described but not named."],
  headline_only: ["headline only", "The headline asserts what the body does not."],
  partial_quote: ["partial quote", "Only part of the quotation is carried."],
  same_family: ["same publisher", "Another outlet of the same publisher has it."],
  origin_withdrawn: ["origin withdrawn", "The article it goes back to was withdrawn."],
  date_doubted: ["date doubted", "It is dated long before it was received, and another article with the same passage was received earlier."],
};

/** What a reason is called. @type {Record<Api.Evidence["kind"], string>} */
const REASONS = {
  denial: "Denial",
  quantity_conflict: "Another number",
  quantity_superseded: "Number of another day",
  opposite: "Opposite",
  rival: "Another holder",
  syndicated: "Syndicated copy",
  copied_passage: "Copied text",
  named_upstream: "Names its source",
  own_access: "Own access",
  attributed: "Somebody else says it",
  shared_quotation: "Same quotation",
  shared_wording: "Same wording",
  shared_value: "Same odd number",
  same_family: "Same publisher",
  outlet_voice: "Own voice",
  relabelled: "Set by an editor",
  undecided: "Undecided",
};

/** @type {Record<string, string>} */
const COMPARATORS = {
  exactly: "exactly",
  about: "about",
  more_than: "more than",
  at_least: "at least",
  less_than: "less than",
  at_most: "at most",
  range: "between",
};

/** What an editor can decide. @type {Record<string, string>} */
const DECISIONS = {
  merge: "Merged two claims",
  split: "Split sentences off",
  move: "Moved sentences",
  confirm: "Confirmed a link",
  reject: "Rejected a link",
  relabel: "Relabelled",
  note: "Left a note",
};

/** @type {Record<string, string>} */
const EVENTS = {
  "cluster.created": "First linked",
  "cluster.changed": "Changed",
  "cluster.merged": "Merged into another claim",
  "decision.made": "Decided",
  "decision.undone": "Undone",
};

/** @type {Record<string, [string, string]>} */
const DRIFTS = {
  certainty_rises: ["firmer", "It is no longer hedged, although no origin was added."],
  number_changes: ["number changes", "The number changed, although no origin was added."],
};

/** @type {Record<string, string>} */
const CERTAINTIES = { asserted: "asserted", hedged: "hedged", conditional: "conditional", predicted: "predicted" };

/** @param {number} n */
export const number = (n) => n.toLocaleString("en-GB");
/** @param {number} n @param {string} one */
export const count = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

/** @param {{ low: number, high: number }} origins */
export function origins({ low, high }) {
  if (high === 0) return "no known origin";
  if (low === high) return count(high, "independent origin");
  if (low === 0) return high === 1 ? "1 unnamed origin at most" : `at most ${high} origins, none of them named`;
  return `${low} to ${high} independent origins`;
}

/** "2 corroborate, 1 disputes": only what is there. @param {Api.Counts} counts */
export function tally(counts) {
  const parts = RELATIONS.filter(({ name }) => counts[name] > 0).map(
    ({ name, verb }) => `${counts[name]} ${verb[counts[name] === 1 ? 0 : 1]}`,
  );
  return parts.join(", ") || "no position yet";
}

/** @param {string} kind */
export const sourceKind = (kind) => SOURCE_KINDS[kind] ?? spoken(kind);
/** @param {string} name */
export const flag = (name) => FLAGS[name] ?? [spoken(name), ""];
/** @param {Api.Evidence["kind"]} kind */
export const reasonName = (kind) => REASONS[kind] ?? spoken(kind);
/** @param {string} kind */
export const decisionName = (kind) => DECISIONS[kind] ?? spoken(kind);
/** @param {string} kind */
export const eventName = (kind) => EVENTS[kind] ?? spoken(kind);
/** @param {string} name */
export const drift = (name) => DRIFTS[name] ?? [spoken(name), ""];
/** @param {string} name */
export const certainty = (name) => CERTAINTIES[name] ?? spoken(name);

/** What the API may add later is shown by its name. @param {string} name */
const spoken = (name) => name.replaceAll(/[_.-]/g, " ");

/** How a number is read: "more than 50 countries". @param {Api.Quantity} quantity */
export function readAs({ comparator, value, low, high, unit, vague }) {
  const unitWords = unit ? ` ${unit}` : "";
  if (vague) return `vague${unitWords}`;
  if (comparator === "range" && low != null && high != null) return `${number(low)} to ${number(high)}${unitWords}`;
  const comparing = comparator === "exactly" ? "" : `${COMPARATORS[comparator] ?? spoken(comparator)} `;
  return value == null ? `${comparing}${unitWords}`.trim() : `${comparing}${number(value)}${unitWords}`;
}

/** @param {Api.Counts} counts */
export const isContested = ({ disputes, corroborates, echoes }) => disputes > 0 && corroborates + echoes > 0;

/** Several outlets say so, but at most one origin does: what looks like broad agreement rests on one source. */
export const FRAGILE = { min_outlets: 3, max_origins: 1 };

/** @param {{ counts: Api.Counts, origins: { high: number } }} cluster */
export const isFragile = ({ counts, origins: { high } }) =>
  counts.outlets >= FRAGILE.min_outlets && high <= FRAGILE.max_origins && counts.corroborates + counts.echoes > 1;

/** @param {Intl.DateTimeFormatOptions} parts */
const format = (parts) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...parts });
const DAY = format({ day: "numeric", month: "short", year: "numeric" });
const SHORT_DAY = format({ day: "numeric", month: "short" });
const CLOCK = format({ hour: "2-digit", minute: "2-digit" });

/** @param {string | null | undefined} time */
export const day = (time) => (time ? DAY.format(new Date(time)) : "undated");
/** @param {string | number | Date} time */
export const shortDay = (time) => SHORT_DAY.format(new Date(time));
/** @param {string | number | Date} time */
export const clock = (time) => CLOCK.format(new Date(time));
/** @param {string | null | undefined} time */
export const minute = (time) => (time ? `${DAY.format(new Date(time))}, ${CLOCK.format(new Date(time))} UTC` : "undated");
/** @param {string} from @param {string} to */
export const period = (from, to) => (day(from) === day(to) ? day(from) : `${day(from)} to ${day(to)}`);

/** What the answers rest on. @param {Api.Coverage} coverage */
export const coverage = ({ articles, outlets, from, to }) =>
  `${count(articles, "article")} from ${count(outlets, "outlet")}${from && to ? `, ${period(from, to)}` : ""}`;
