// The timeline of a claim: a line for each outlet, a mark for each time it said so, the number it gave beside the mark. What is new
// (an origin) and what drifts (firmer words, another number without another origin) is marked on it.

import { h } from "../dom.js";
import { badge, outletName, placeOf, relationBadge, useWidth } from "../parts.js";
import { certainty, clock, day, drift, minute, readAs, relationOf, shortDay } from "../words.js";
import { Glyph, shortened } from "./marks.js";

const LANE = 44;
const TOP = 22;
const SIDE = 10;
/** Outlets that are drawn; the table has them all. */
const MOST = 60;
const DAY = 86_400_000;

/** @typedef {{ step: Api.TimelineStep, claim: Api.Claim, numbers: string[] }} Said */

/** @param {{ cluster: Api.Cluster }} props */
export function Timeline({ cluster }) {
  const [element, width] = useWidth();
  const claims = new Map((cluster.claims ?? []).map((claim) => [claim.id, claim]));
  const said = (cluster.timeline ?? []).flatMap((step) => {
    const claim = claims.get(step.claim_id);
    return claim ? [{ step, claim, numbers: claim.quantities.filter(({ ordinal }) => !ordinal).map(({ text }) => text) }] : [];
  });
  if (said.length === 0) return null;
  return h(
    "div",
    { class: "chart", ref: element },
    width > 0 && h(Drawing, { said, width }),
    h(
      "details",
      { class: "as-table" },
      h("summary", {}, "As a table"),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "Timeline as a table" },
        h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["When", "Outlet", "Does", "Certainty", "Numbers", "New"].map((title) => h("th", { scope: "col" }, title)),
            ),
          ),
          h(
            "tbody",
            {},
            said.map(({ step, claim }) =>
              h(
                "tr",
                { key: step.claim_id },
                h("td", { class: "number" }, h("a", { href: placeOf(claim) }, minute(step.at))),
                h("td", {}, outletName(claim.outlet)),
                h("td", {}, relationBadge(claim.relation)),
                h("td", {}, certainty(claim.certainty)),
                h("td", { class: "number" }, claim.quantities.map(readAs).join("; ") || "–"),
                h(
                  "td",
                  {},
                  news(step).map(([label, hint]) => badge("flag", label, hint)),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

/** @param {Api.TimelineStep} step @returns {[string, string][]} */
const news = (step) => [
  ...(step.new_origin
    ? [/** @type {[string, string]} */ (["new origin", step.root ? `The first that goes back to ${step.root}.` : ""])]
    : []),
  ...step.drift.map(drift),
];

/** @param {{ said: Said[], width: number }} props */
function Drawing({ said, width }) {
  const lanes = [...Map.groupBy(said, ({ claim }) => claim.outlet.id).values()].slice(0, MOST);
  const height = TOP + lanes.length * LANE + 6;
  const times = said.map(({ step }) => Date.parse(step.at));
  const [from, to] = [Math.min(...times), Math.max(...times)];
  // What an outlet says at the very end needs room beside it.
  const crowd = Math.max(...lanes.map((lane) => lane.length)) - 1;
  const room = width - 2 * SIDE - 12 - Math.min(crowd * 20, width / 4);
  const x = (/** @type {number} */ time) => SIDE + 6 + (to === from ? 0 : ((time - from) / (to - from)) * room);
  return h(
    "svg",
    {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "group",
      "aria-label": `Timeline from ${day(said[0].step.at)}; the table below says the same`,
    },
    ticks(from, to, width).map(({ time, label }) => [
      h("line", { class: "grid", x1: x(time), x2: x(time), y1: TOP - 4, y2: height }),
      h(
        "text",
        { class: "note", x: x(time), y: TOP - 9, "text-anchor": x(time) < 40 ? "start" : "middle", dx: x(time) < 40 ? -6 : 0 },
        label,
      ),
    ]),
    lanes.map((lane, row) => h(Lane, { key: row, lane, y: TOP + row * LANE, x, width })),
  );
}

/** @param {{ lane: Said[], y: number, x: (time: number) => number, width: number }} props */
function Lane({ lane, y, x, width }) {
  const line = y + 30;
  const name = lane[0].claim.outlet.name;
  // Marks of one outlet stand beside each other even where its sentences are of one minute.
  let free = 0;
  // A number is said again only when it is another one.
  let known = "";
  const placed = lane.map((said) => {
    const at = Math.min(Math.max(x(Date.parse(said.step.at)), free), width - SIDE);
    const number = said.numbers[0] ? shortened(said.numbers[0], 18) : "";
    const label = number === known ? "" : number;
    known = number || known;
    const room = label ? label.length * 7.6 + 8 : 0;
    const before = at + 14 + room > width;
    free = at + 20 + (before ? 0 : room);
    return { ...said, at, label, before };
  });
  return h(
    "g",
    {},
    h("line", { class: "lane", x1: SIDE, x2: width - SIDE, y1: line, y2: line }),
    h("text", { class: "note", x: SIDE, y: y + 15 }, shortened(name, width / 7)),
    placed.map(({ step, claim, at, label, before }, index) =>
      h(
        "a",
        { key: index, href: placeOf(claim) },
        h(
          "title",
          {},
          [`${name}, ${minute(step.at)}`, relationOf(claim.relation).verb[0], ...news(step).map(([label]) => label), claim.text].join("\n"),
        ),
        step.new_origin && h("circle", { class: "new-origin", cx: at, cy: line, r: 10 }),
        h(Glyph, { x: at, y: line, mark: claim.relation ?? "unclear" }),
        claim.certainty !== "asserted" && h("circle", { class: "hedged", cx: at, cy: line, r: 8.5 }),
        step.drift.length > 0 && h("path", { class: "drift", d: `M${at - 5} ${line - 11}h10l-5 -8z` }),
        label && h("text", { class: "value", x: before ? at - 13 : at + 13, y: line + 4, "text-anchor": before ? "end" : "start" }, label),
      ),
    ),
  );
}

/**
 * Days, or hours where there is only one day, as many as there is room for.
 * @param {number} from @param {number} to @param {number} width
 */
function ticks(from, to, width) {
  const most = Math.max(2, Math.floor(width / 110));
  const isOneDay = to - from < DAY;
  const steps = isOneDay
    ? [1, 2, 3, 6, 12].map((hours) => hours * 3_600_000)
    : [1, 2, 7, 14, 30, 60, 120, 365, 730].map((days) => days * DAY);
  const step = steps.find((step) => (to - from) / step < most) ?? Infinity;
  const label = isOneDay ? clock : shortDay;
  if (!Number.isFinite(step) || to - from < step)
    return [{ time: from, label: isOneDay ? `${shortDay(from)}, ${clock(from)}` : shortDay(from) }];
  const found = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) found.push({ time, label: label(time) });
  return found;
}
