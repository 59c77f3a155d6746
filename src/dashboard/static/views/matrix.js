// Outlets × claims: who does what with which claim, by sign and colour. One cell at a time can be reached with the arrow keys, and
// what it says stands in words below the grid.

import * as api from "../api.js";
import { foreign, h, useRef, useState } from "../dom.js";
import { asked, FilterForm, isNarrow, readFilter } from "../filter.js";
import { usePages } from "../load.js";
import { clusterLink, Empty, Heading, More, outletLink, shown, sign } from "../parts.js";
import { linkTo } from "../router.js";
import { origins, relationOf, RELATIONS } from "../words.js";

const PAGE = 30;

/** @param {import("../router.js").Address} props */
export function View({ query }) {
  const chosen = readFilter(query);
  const filter = asked(chosen);
  const list = usePages(async (cursor, signal) => {
    const page = await api.matrix({ ...filter, limit: PAGE, cursor }, signal);
    // Each page has columns of its own: a cell is known by its outlet.
    const items = page.rows.map((row) => ({
      ...row,
      by: new Map(page.outlets.map(({ id }, at) => [id, row.cells[at] ?? null])),
      outlets: page.outlets,
    }));
    return { items, next_cursor: page.next_cursor };
  }, Object.values(filter));
  return [
    h(Heading, { title: "Matrix" }),
    h("p", { class: "lead" }, "Each row is a claim, each column an outlet. Columns that light up together often drink from one well."),
    h(FilterForm, { chosen, view: "matrix" }),
    h(
      "div",
      { class: "results", "aria-busy": list.busy },
      shown(list, ({ items }) =>
        items.length === 0
          ? h(
              Empty,
              { title: isNarrow(chosen) ? "No claim matches" : "No claims yet" },
              h("a", { href: linkTo(isNarrow(chosen) ? "matrix" : "ingest") }, isNarrow(chosen) ? "Show all claims" : "Bring in articles"),
            )
          : [h(Key, {}), h(Grid, { rows: items }), h(More, { more: list.more })],
      ),
    ),
  ];
}

const Key = () =>
  h(
    "ul",
    { class: "legend", "aria-label": "Signs" },
    RELATIONS.map(({ name }) => h("li", { key: name }, h("span", { class: `cell ${name}` }, sign(name)), name)),
  );

/** @typedef {Api.Matrix["rows"][number] & { by: Map<string, Api.Relation | null>, outlets: Api.Outlet[] }} Row */

/** @param {{ rows: Row[] }} props */
function Grid({ rows }) {
  const outlets = [...new Map(rows.flatMap((row) => row.outlets.map((outlet) => [outlet.id, outlet]))).values()];
  const [at, setAt] = useState([0, 0]);
  const [detail, setDetail] = useState(/** @type {[number, number] | null} */ (null));
  const table = useRef(/** @type {HTMLTableElement | null} */ (null));
  const move = (/** @type {KeyboardEvent} */ event) => {
    const steps = /** @type {Record<string, [number, number]>} */ ({
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      Home: [0, -outlets.length],
      End: [0, outlets.length],
    });
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const row = clamp(at[0] + step[0], rows.length);
    const column = clamp(at[1] + step[1], outlets.length);
    setAt([row, column]);
    const cell = table.current?.querySelector(`[data-cell="${row},${column}"]`);
    if (cell instanceof HTMLElement) cell.focus();
  };
  return [
    h(Detail, { row: detail && rows[detail[0]], outlet: detail && outlets[detail[1]] }),
    h(
      "div",
      { class: "matrix-frame" },
      h(
        "table",
        {
          class: "matrix",
          role: "grid",
          "aria-label": "Outlets and claims; arrow keys move, Enter opens the claim",
          ref: table,
          onKeyDown: move,
        },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Claim"),
            outlets.map((outlet) =>
              h(
                "th",
                { key: outlet.id, scope: "col", class: "outlet-head" },
                foreign("a", { href: outletLink(outlet.id), tabindex: -1, title: outlet.name }, outlet.name),
              ),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((row, r) =>
            h(
              "tr",
              { key: row.cluster_id },
              h(
                "th",
                { scope: "row" },
                foreign("a", { href: clusterLink(row.cluster_id) }, row.claim),
                h("span", { class: "quiet" }, origins({ low: row.origins_low, high: row.origins_high })),
              ),
              outlets.map((outlet, c) =>
                h(
                  "td",
                  {
                    key: outlet.id,
                    class: `cell ${row.by.get(outlet.id) ?? "none"}`,
                    tabindex: at[0] === r && at[1] === c ? 0 : -1,
                    "data-cell": `${r},${c}`,
                    "aria-label": `${outlet.name}: ${row.by.get(outlet.id) ?? "nothing about it"}`,
                    onFocus: () => {
                      setAt([r, c]);
                      setDetail([r, c]);
                    },
                    onMouseEnter: () => setDetail([r, c]),
                    onClick: () => setDetail([r, c]),
                    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
                      if (event.key === "Enter") location.hash = clusterLink(row.cluster_id);
                    },
                  },
                  row.by.get(outlet.id) ? sign(/** @type {Api.Relation} */ (row.by.get(outlet.id))) : null,
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  ];
}

/** @param {{ row: Row | null | undefined, outlet: Api.Outlet | null | undefined }} props */
function Detail({ row, outlet }) {
  const relation = row && outlet ? row.by.get(outlet.id) : null;
  return h(
    "p",
    { class: "matrix-detail", role: "status" },
    row && outlet
      ? [
          foreign("strong", {}, outlet.name),
          relation ? ` ${relationOf(relation).verb[0]}: ` : " has nothing about: ",
          foreign("a", { href: clusterLink(row.cluster_id) }, row.claim),
        ]
      : "Point at a cell, or move there with the arrow keys.",
  );
}

/** @param {number} n @param {number} length */
const clamp = (n, length) => Math.max(0, Math.min(length - 1, n));
