// Places in texts, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { align, cut, find } from "../../src/dashboard/static/text.js";

/** @param {string} text @param {[number, number][]} spans */
const pieces = (text, spans) =>
  cut(
    text,
    spans.map(([start, end], at) => ({ span: { start, end }, at })),
  ).map(({ text, places }) => [text, places.map(({ at }) => at)]);

test("places are code points, as the API counts them", () => {
  assert.deepEqual(pieces("🚢🚢 sank", [[1, 2]]), [
    ["🚢", []],
    ["🚢", [0]],
    [" sank", []],
  ]);
  assert.deepEqual(find("🚢 It Sank, he said", "sank"), { start: 5, end: 9 });
  assert.equal(find("It sank", "swam"), null);
});

test("a text is cut at every border, whole and without gaps", () => {
  assert.deepEqual(
    pieces("abcdef", [
      [0, 4],
      [2, 6],
    ]),
    [
      ["ab", [0]],
      ["cd", [0, 1]],
      ["ef", [1]],
    ],
  );
  assert.deepEqual(
    pieces("abc", [
      [2, 9],
      [-1, 2],
      [1, 1],
    ]),
    [["abc", []]],
    "what does not lie in it is ignored",
  );
  assert.deepEqual(pieces("", []), []);
});

test("alignment finds what stands in both texts, whatever the case and the punctuation", () => {
  const [ours, theirs] = align("Twelve people were killed, he said.", "At least twelve people drowned, he said!");
  assert.deepEqual(ours, [
    { text: "Twelve people", shared: true },
    { text: " were killed,", shared: false },
    { text: " he said.", shared: true },
  ]);
  assert.deepEqual(
    theirs.map(({ shared }) => shared),
    [false, true, false, true],
  );
  for (const text of ["", "one", "one one one two"]) {
    const [same] = align(text, text);
    assert.equal(same.map(({ text }) => text).join(""), text);
    assert.ok(same.every(({ shared }) => shared));
  }
});
