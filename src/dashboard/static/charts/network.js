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
    width > 0 && h(width < 560 ? Tower : Drawing, { name, before, behind, width, idOf }),
    h(
      "details",
      { class: "as-table" },
      h("summary", {}, "As a table"),
      h(
        "div",
        { class: "pair" },
        h(Ties, { title: "It echoes", ties: ties.echoes_of, idOf }),
        h(Ties, { title: "Echoed by", ties: ties.echoed_by, idOf }),
      ),
    ),
  );
}

/** @param {{ title: string, ties: Api.OutletTie[], idOf: (name: string) => string | null }} props */
const Ties = ({ title, ties, idOf }) =>
  h(
    "table",
    {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, title), h("th", { scope: "col" }, "Claims"))),
    h(
      "tbody",
      {},
      ties.map(({ name, clusters }) =>
        h("tr", { key: name }, foreign("td", {}, named(name, idOf, name)), h("td", { class: "number" }, clusters)),
      ),
    ),
  );

/** @param {string} name @param {(name: string) => string | null} idOf @param {import("../dom.js").Children} node */
function named(name, idOf, node) {
  const id = idOf(name);
  return id ? h("a", { href: outletLink(id) }, node) : node;
}

/** @typedef {{ name: string, before: Api.OutletTie[], behind: Api.OutletTie[], width: number, idOf: (name: string) => string | null }} Drawn */

const LABEL = { role: "group", "aria-label": "Whom it echoes and who echoes it; the table below says the same" };

/** @param {Drawn} props */
function Drawing({ name, before, behind, width, idOf }) {
  const height = Math.max(before.length, behind.length, 2) * ROW + 30;
  const middle = { x: width / 2, y: (height + 22) / 2 };
  const column = Math.min(230, width * 0.34);
  const most = mostOf(before, behind);
  const half = Math.min(name.length * 4.1 + 10, 110);
  const side = (/** @type {Api.OutletTie[]} */ ties, /** @type {1 | -1} */ way) =>
    ties.map((tie, at) => {
      const y = middle.y + (at - (ties.length - 1) / 2) * ROW;
      const end = way < 0 ? column : width - column;
      const start = middle.x + way * half;
      const bend = (start + end) / 2;
      return h(
        "g",
        { key: tie.name },
        h("path", {
          class: "band",
          d: `M${end} ${y}C${bend} ${y} ${bend} ${middle.y} ${start} ${middle.y}`,
          "stroke-width": 1.5 + (8 * tie.clusters) / most,
        }),
        h(Name, { tie, idOf, x: end + way * 6, y, anchor: way < 0 ? "end" : "start", room: column / 7.4 - 4 }),
      );
    });
  return h(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, ...LABEL },
    before.length > 0 && h("text", { class: "note", x: column, y: 12, "text-anchor": "end" }, "whom it echoes"),
    behind.length > 0 && h("text", { class: "note", x: width - column, y: 12 }, "who echoes it"),
    side(before, -1),
    side(behind, 1),
    h("rect", { class: "self", x: middle.x - half, y: middle.y - 16, width: 2 * half, height: 32, rx: 4 }),
    h("text", { class: "name", x: middle.x, y: middle.y + 5, "text-anchor": "middle" }, shortened(name, (2 * half - 8) / 7.4)),
  );
}

/** The same from top to bottom, where there is no room beside it. @param {Drawn} props */
function Tower({ name, before, behind, width, idOf }) {
  const most = mostOf(before, behind);
  const self = before.length * ROW + ROW;
  const height = self + (behind.length + 2) * ROW - 10;
  const trunk = 14;
  const rows = (/** @type {Api.OutletTie[]} */ ties, /** @type {number} */ top) =>
    ties.map((tie, at) => {
      const y = top + at * ROW;
      return h(
        "g",
        { key: tie.name },
        h("path", { class: "band", d: `M${trunk} ${self}V${y}H${trunk + 20}`, "stroke-width": 1.5 + (6 * tie.clusters) / most }),
        h(Name, { tie, idOf, x: trunk + 28, y, anchor: "start", room: width / 7.8 - 8 }),
      );
    });
  return h(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, ...LABEL },
    before.length > 0 && h("text", { class: "note", x: 0, y: 10 }, "whom it echoes"),
    rows(before, ROW),
    behind.length > 0 && h("text", { class: "note", x: trunk + 28, y: self + ROW + 4 }, "who echoes it"),
    rows(behind, self + 2 * ROW),
    h("rect", { class: "self", x: 0, y: self - 16, width: Math.min(width, name.length * 8.6 + 20), height: 32, rx: 4 }),
    h("text", { class: "name", x: 10, y: self + 5 }, shortened(name, width / 8.6 - 3)),
  );
}

/** @param {Api.OutletTie[]} before @param {Api.OutletTie[]} behind */
const mostOf = (before, behind) => Math.max(...[...before, ...behind].map(({ clusters }) => clusters));

/** @param {{ tie: Api.OutletTie, idOf: (name: string) => string | null, x: number, y: number, anchor: "start" | "end", room: number }} props */
const Name = ({ tie, idOf, x, y, anchor, room }) =>
  named(
    tie.name,
    idOf,
    h(
      "text",
      { class: "name", x, y: y + 5, "text-anchor": anchor },
      h("title", {}, `${tie.name}: ${count(tie.clusters, "claim")}`),
      `${shortened(tie.name, room)} `,
      h("tspan", { class: "count" }, tie.clusters),
    ),
  );
