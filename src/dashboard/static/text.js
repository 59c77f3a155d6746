// Places in a text. The API counts Unicode code points; JavaScript strings count UTF-16 units, so every look-up goes through here.

/** Slices of one text by code points. Built once per text: splitting costs more than slicing. */
export function codePoints(text) {
  const points = Array.from(text);
  return { length: points.length, slice: (start, end) => points.slice(start, end).join("") };
}

/**
 * Cuts a text at every border of the given places, which may overlap: `[{ text, places }]`, in order and without gaps.
 * A place is anything with a `span: { start, end }`; one that reaches past the text is ignored.
 */
export function cut(text, places) {
  const points = codePoints(text);
  const valid = places.filter(({ span }) => span.start < span.end && span.end <= points.length);
  const borders = [...new Set([0, points.length, ...valid.flatMap(({ span }) => [span.start, span.end])])];
  borders.sort((a, b) => a - b);
  return borders.slice(0, -1).map((start, index) => ({
    text: points.slice(start, borders[index + 1]),
    places: valid.filter(({ span }) => span.start <= start && borders[index + 1] <= span.end),
  }));
}
