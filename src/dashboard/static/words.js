// The words of the page: counts, dates and the names of labels, in one place so that every view says the same.

/** In the order in which they are shown. The sign stands beside the colour, for those who do not see it. */
export const RELATIONS = [
  { name: "corroborates", sign: "+", verb: ["corroborates", "corroborate"], means: "vouch for it themselves" },
  { name: "disputes", sign: "−", verb: ["disputes", "dispute"], means: "deny it, or state what cannot be true with it" },
  { name: "echoes", sign: "↩", verb: ["echoes", "echo"], means: "pass on what another source says" },
  { name: "unclear", sign: "?", verb: ["unclear", "unclear"], means: "not decided, and counted nowhere" },
];

/** What an origin is. */
const SOURCE_KINDS = {
  person: "person",
  organisation: "organisation",
  official_body: "official body",
  anonymous: "anonymous source",
  document: "document",
  social_post: "post",
  outlet: "outlet",
  presumed: "presumed: no upstream is visible",
};

const FLAGS = {
  hedged: ["hedged", "The source does not commit to it."],
  anonymous_source: ["anonymous source", "The source is described but not named."],
  headline_only: ["headline only", "The headline asserts what the body does not."],
  partial_quote: ["partial quote", "Only part of the quotation is carried."],
  same_family: ["same publisher", "Another outlet of the same publisher has it."],
};

const COMPARATORS = {
  exactly: "exactly",
  about: "about",
  more_than: "more than",
  at_least: "at least",
  less_than: "less than",
  at_most: "at most",
  range: "between",
};

export const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

export function origins({ low, high }) {
  if (high === 0) return "no origin known";
  if (low === high) return count(high, "independent origin");
  if (low === 0) return `at most ${count(high, "independent origin")}`;
  return `${low}–${high} independent origins`;
}

/** "2 corroborate, 1 disputes": only what is there. */
export function tally(counts) {
  const parts = RELATIONS.filter(({ name }) => counts[name] > 0).map(
    ({ name, verb }) => `${counts[name]} ${verb[counts[name] === 1 ? 0 : 1]}`,
  );
  return parts.join(", ") || "no position yet";
}

export const sourceKind = (kind) => SOURCE_KINDS[kind] ?? kind;
export const flag = (name) => FLAGS[name] ?? [name.replaceAll("_", " "), ""];
export const comparator = (name) => COMPARATORS[name] ?? name;

export const isContested = ({ disputes, corroborates, echoes }) => disputes > 0 && corroborates + echoes > 0;

/** Several outlets say so, but at most one origin does: what looks like broad agreement rests on one source. */
export const isFragile = ({ counts, origins: { high } }) => counts.corroborates + counts.echoes >= 3 && high <= 1;

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const MINUTE = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
  timeZoneName: "short",
});

export const day = (time) => (time ? DAY.format(new Date(time)) : "undated");
export const minute = (time) => (time ? MINUTE.format(new Date(time)) : "undated");
