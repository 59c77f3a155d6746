// The network of one outlet: on the left whom it echoes, on the right who echoes it; the wider a band, the more claims.

import { foreign, h } from "../dom.js";
import { outletLink, useWidth } from "../parts.js";
import { count } from "../words.js";
import { shortened } from "./marks.js";

const ROW = 34;
const MOST = 12;

/** @param {{ name: string, ties: NonNullable<Api.OutletProfile["ties"]>, idOf: (name: string) => string | null }} props */
export function Network({ name, ties, idOf }) {
  const [element, width] = useWidth();
  const [before, behind] = [ties.echoes_of.slice(0, MOST), ties.echoed_by.slice(0, MOST)];
  if (before.length + behind.length === 0) return h("p", { class: "none" }, "It echoes nobody by name, and nobody echoes it.");
  return h(
    "div",
    { class: "chart network", ref: element },
    width > 0 && h(Drawing, { name, before, behind, width, idOf }),
    h(
      "details",
      { class: "as-table" },
      h("summary", {}, "As a table"),
      h("div", { class: "pair" }, h(Ties, { title: "It echoes", ties: ties.echoes_of, idOf }), h(Ties, { title: "Echoed by", ties: ties.echoed_by, idOf })),
    ),
  );
}

/** @param {{ title: string, ties: Api.OutletTie[], idOf: (name: string) => string | null }} props */
const Ties = ({ title, ties, idOf }) =>
  h(
    "table",
    {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, title), h("th", { scope: "col" }, "Claims"))),
    h("tbody", {}, ties.map(({ name, clusters }) => h("tr", { key: name }, foreign("td", {}, named(name, idOf, name)), h("td", { class: "number" }, clusters)))),
  );

/** @param {string} name @param {(name: string) => string | null} idOf @param {import("../dom.js").Children} node */
function named(name, idOf, node) {
  const id = idOf(name);
  return id ? h("a", { href: outletLink(id) }, node) : node;
}

/** @param {{ name: string, before: Api.OutletTie[], behind: Api.OutletTie[], width: number, idOf: (name: string) => string | null }} props */
function Drawing({ name, before, behind, width, idOf }) {
  const height = Math.max(before.length, behind.length, 2) * ROW + 30;
  const middle = { x: width / 2, y: (height + 22) / 2 };
  const column = Math.min(230, width * 0.34);
  const most = Math.max(...before.map(({ clusters }) => clusters), ...behind.map(({ clusters }) => clusters));
  const top = (/** @type {number} */ n) => middle.y - ((n - 1) * ROW) / 2;
  const narrow = width < 560;
  const room = column / (narrow ? 6.6 : 7.4);
  const half = Math.min(name.length * 4.1 + 10, narrow ? 52 : 110);
  const side = (/** @type {Api.OutletTie[]} */ ties, /** @type {1 | -1} */ way) =>
    ties.map((tie, at) => {
      const y = top(ties.length) + at * ROW;
      const end = way < 0 ? column : width - column;
      const start = middle.x + way * half;
      const bend = (start + end) / 2;
      return h(
        "g",
        { key: tie.name },
        h("title", {}, `${tie.name}: ${count(tie.clusters, "claim")}`),
        h("path", { class: "band", d: `M${end} ${y}C${bend} ${y} ${bend} ${middle.y} ${start} ${middle.y}`, "stroke-width": 1.5 + (8 * tie.clusters) / most }),
        named(tie.name, idOf, h("text", { class: "name", x: end + way * 6, y: y + 4, "text-anchor": way < 0 ? "end" : "start" }, `${shortened(tie.name, room - 4)} `, h("tspan", { class: "count" }, tie.clusters))),
      );
    });
  return h(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Whom it echoes and who echoes it; the table below says the same" },
    h("text", { class: "note", x: column, y: 12, "text-anchor": "end" }, "whom it echoes"),
    h("text", { class: "note", x: width - column, y: 12 }, "who echoes it"),
    side(before, -1),
    side(behind, 1),
    h("rect", { class: "self", x: middle.x - half, y: middle.y - 16, width: 2 * half, height: 32, rx: 4 }),
    h("text", { class: "name", x: middle.x, y: middle.y + 4, "text-anchor": "middle" }, shortened(name, (2 * half - 8) / 7.4)),
  );
}
