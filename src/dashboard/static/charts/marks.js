// Marks of the charts: a shape for each relation, so that colour is never alone.

import { h } from "../dom.js";

/**
 * A filled circle vouches, a diamond disputes, an open circle only passes on; origins are squares.
 * @param {{ x: number, y: number, mark: string, size?: number }} props
 */
export function Glyph({ x, y, mark, size = 6 }) {
  const at = { class: `glyph ${mark}` };
  if (mark === "disputes")
    return h("path", { ...at, d: `M${x} ${y - size - 1}l${size + 1} ${size + 1}l${-size - 1} ${size + 1}l${-size - 1} ${-size - 1}z` });
  if (mark === "named" || mark === "unnamed")
    return h("rect", { ...at, x: x - size, y: y - size, width: 2 * size, height: 2 * size, rx: 1.5 });
  return h("circle", { ...at, cx: x, cy: y, r: mark === "unclear" ? size - 2 : size });
}

/** What fits, as far as that can be told without measuring. @param {string} text @param {number} room */
export function shortened(text, room) {
  const points = Array.from(text);
  return points.length <= room ? text : `${points.slice(0, Math.max(1, Math.floor(room) - 1)).join("")}…`;
}
