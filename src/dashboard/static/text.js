// Places in a text. The API counts Unicode code points; JavaScript strings count UTF-16 units, so every look-up goes through here.

/** @typedef {{ span: { start: number, end: number } }} Place */

/** Slices of one text by code points. Built once per text: splitting costs more than slicing. @param {string} text */
export function codePoints(text) {
  const points = Array.from(text);
  return { length: points.length, slice: (/** @type {number} */ start, /** @type {number} */ end) => points.slice(start, end).join("") };
}

/**
 * Cuts a text at every border of the given places, which may overlap, in order and without gaps. A place that reaches past the text
 * is ignored.
 * @template {Place} P @param {string} text @param {P[]} places @returns {{ text: string, start: number, places: P[] }[]}
 */
export function cut(text, places) {
  const points = codePoints(text);
  const valid = places.filter(({ span }) => span.start >= 0 && span.start < span.end && span.end <= points.length);
  const borders = [...new Set([0, points.length, ...valid.flatMap(({ span }) => [span.start, span.end])])];
  borders.sort((a, b) => a - b);
  return borders.slice(0, -1).map((start, index) => ({
    text: points.slice(start, borders[index + 1]),
    start,
    places: valid.filter(({ span }) => span.start <= start && borders[index + 1] <= span.end),
  }));
}

/** Where some words stand in a text; null where they do not. @param {string} text @param {string | null | undefined} words */
export function find(text, words) {
  if (!words) return null;
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0) return null;
  const start = Array.from(text.slice(0, at)).length;
  return { start, end: start + Array.from(words).length };
}

/**
 * Two texts word by word: runs that stand in both, and what only one of them has.
 * Longest common subsequence (Hunt & McIlroy 1976), by a table: passages are some hundred words long, and longer ones are cut.
 * @param {string} ours @param {string} theirs
 * @returns {[{ text: string, shared: boolean }[], { text: string, shared: boolean }[]]}
 */
export function align(ours, theirs) {
  const [left, right] = [words(ours), words(theirs)];
  const table = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      table[i][j] = left[i].key === right[j].key ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  const shared = { left: new Set(), right: new Set() };
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    if (left[i].key === right[j].key) {
      shared.left.add(i++);
      shared.right.add(j++);
    } else if (table[i + 1][j] >= table[i][j + 1]) i++;
    else j++;
  }
  return [runs(left, shared.left), runs(right, shared.right)];
}

const MOST_WORDS = 1500;

/** Each word with the space before it; `key` is what makes two of them one. @param {string} text */
function words(text) {
  const found = text.match(/\s*\S+/g) ?? [];
  return found.slice(0, MOST_WORDS).map((text) => ({ text, key: text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "") }));
}

/** @param {{ text: string }[]} words @param {Set<unknown>} shared */
function runs(words, shared) {
  const found = /** @type {{ text: string, shared: boolean }[]} */ ([]);
  words.forEach(({ text }, at) => {
    const last = found.at(-1);
    if (last && last.shared === shared.has(at)) last.text += text;
    else found.push({ text, shared: shared.has(at) });
  });
  return found;
}
