// The origin graph: each root on the left, and indented below it whoever has it from there. A tree drawn downwards stays readable
// on a phone and on paper; the same rows stand in a table for those who do not see it.

import { foreign, h } from "../dom.js";
import { articleLink, badge, outletName, useWidth } from "../parts.js";
import { day, relationOf, sourceKind } from "../words.js";
import { lineage, rows } from "./lineage.js";
import { Glyph, shortened } from "./marks.js";

const ROW = 46;
const INDENT = 30;
const LEFT = 12;
/** Rows that are drawn; the table has them all. */
const MOST = 80;

/** @param {{ cluster: Api.Cluster }} props */
export function Origins({ cluster }) {
  const [element, width] = useWidth();
  const found = rows(lineage(cluster));
  if (found.length === 0) return null;
  const drawn = found.slice(0, MOST);
  return h(
    "div",
    { class: "chart", ref: element },
    width > 0 &&
      h(
        "svg",
        {
          width,
          height: drawn.length * ROW,
          viewBox: `0 0 ${width} ${drawn.length * ROW}`,
          role: "group",
          "aria-label": "Who has it from whom; the table below says the same",
        },
        drawn.map(({ depth, parent }, at) => parent >= 0 && h("path", { key: `edge${at}`, class: "edge", d: elbow(depth, parent, at) })),
        drawn.map(({ node, depth }, at) => h(Row, { key: at, node, x: LEFT + depth * INDENT, y: at * ROW + ROW / 2, width })),
      ),
    found.length > MOST && h("p", { class: "quiet" }, `The first ${MOST} of ${found.length}.`),
    h(
      "details",
      { class: "as-table" },
      h("summary", {}, "As a table"),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "Origins as a table" },
        h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["Who", "What", "Has it from"].map((title) => h("th", { scope: "col" }, title)),
            ),
          ),
          h(
            "tbody",
            {},
            found.map(({ node, parent }, at) =>
              h(
                "tr",
                { key: at },
                h("td", {}, node.outlet ? outletName(node.outlet) : foreign("span", {}, node.name)),
                h("td", {}, about(node), node.root && !node.root.named && [" ", badge("flag", "not counted as named")]),
                foreign("td", {}, parent >= 0 ? found[parent].node.name : "–"),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Down from the parent, then across, with an arrow at whoever took it. @param {number} depth @param {number} parent @param {number} at */
function elbow(depth, parent, at) {
  const x = LEFT + (depth - 1) * INDENT;
  const y = at * ROW + ROW / 2;
  const end = x + INDENT - 11;
  return `M${x} ${parent * ROW + ROW / 2 + 9}V${y - 6}q0 6 6 6H${end}m-4 -3.5l4 3.5l-4 3.5`;
}

/** @param {{ node: import("./lineage.js").Node, x: number, y: number, width: number }} props */
function Row({ node, x, y, width }) {
  const room = (width - x - 22) / 7.6;
  const text = h("text", { class: "name", x: x + 16, y: y - 2 }, shortened(node.name, room));
  return h(
    "g",
    {},
    h("title", {}, `${node.name}: ${about(node)}`),
    h(Glyph, { x, y, mark: node.outlet ? (node.relation ?? "unclear") : node.root?.named === false ? "unnamed" : "named" }),
    node.claim ? h("a", { href: articleLink(node.claim.article_id, { span: node.claim.span, inTitle: node.claim.headline }) }, text) : text,
    h("text", { class: "note", x: x + 16, y: y + 13 }, shortened(about(node), (width - x - 22) / 6.3)),
  );
}

/** @param {import("./lineage.js").Node} node */
function about({ root, outlet, relation, claim, kind }) {
  const words = [];
  if (root && (!outlet || root.kind === "presumed")) words.push(outlet ? "no source behind it is visible" : sourceKind(root.kind));
  else if (!outlet) words.push(sourceKind(kind));
  if (root?.withdrawn) words.push("withdrawn");
  if (root && root.circular.length > 0) words.push(`a ring: ${root.circular.join(", ")} name each other`);
  if (outlet && relation) words.push(relationOf(relation).verb[0]);
  const cue = claim?.attribution.cue;
  if (outlet && cue && claim.attribution.chain.length > 0) words.push(`“${cue}”`);
  if (claim) words.push(day(claim.said_at));
  return words.join(" · ");
}
