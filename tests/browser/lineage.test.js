// Who has it from whom, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isSame, lineage } from "../../src/dashboard/static/charts/lineage.js";

/**
 * A claim of an outlet with its chain from the nearest source to the root.
 * @param {string} outlet @param {string[]} chain @param {object[]} [evidence]
 */
const claim = (outlet, chain, evidence = []) => ({
  id: outlet,
  outlet: { id: outlet, name: outlet },
  attribution: { chain: chain.map((name) => ({ name, kind: "person" })) },
  evidence,
  relation: "echoes",
});

/** The forest as lines of indented names. @param {Record<string, string[]>} roots @param {ReturnType<typeof claim>[]} claims */
function drawn(roots, claims) {
  const cluster = {
    claims,
    outlets: [],
    origins: {
      roots: Object.entries(roots).map(([name, claim_ids]) => ({
        name,
        kind: "person",
        claim_ids,
        circular: [],
        named: true,
        withdrawn: false,
      })),
    },
  };
  const lines = /** @type {string[]} */ ([]);
  const walk = (/** @type {any[]} */ nodes, depth = 0) =>
    nodes.forEach(({ name, children }) => {
      lines.push(`${"-".repeat(depth)}${name}`);
      walk(children, depth + 1);
    });
  walk(lineage(/** @type {any} */ (cluster)));
  return lines;
}

test("whoever names an outlet that stands there too continues its line", () => {
  const claims = [claim("Meridian Wire", ["Pompeo"]), claim("Lantern", ["Meridian"]), claim("Estuary", ["Lantern"])];
  assert.deepEqual(drawn({ Pompeo: ["Meridian Wire", "Lantern", "Estuary"] }, claims), [
    "Pompeo",
    "-Meridian Wire",
    "--Lantern",
    "---Estuary",
  ]);
});

test("sources between an outlet and the root stand between them, and an outlet of its own is its own root", () => {
  const claims = [claim("Lantern", ["a spokesman", "the ministry"]), claim("Gazette", [])];
  assert.deepEqual(drawn({ "the ministry": ["Lantern"], Gazette: ["Gazette"] }, claims), [
    "the ministry",
    "-a spokesman",
    "--Lantern",
    "Gazette",
  ]);
});

test("a copy without a credit hangs below the outlet that it has the words from", () => {
  const claims = [claim("Gazette", []), claim("Heap", [], [{ kind: "shared_wording", other_claim: "Gazette" }])];
  assert.deepEqual(drawn({ Gazette: ["Gazette", "Heap"] }, claims), ["Gazette", "-Heap"]);
});

test("outlets that name one another are drawn one below the other, and the drawing ends", () => {
  const ring = [claim("Lantern", ["Heap"]), claim("Heap", ["Lantern"])];
  const lines = drawn({ "unnamed source": ["Lantern", "Heap"] }, ring);
  assert.deepEqual(lines, ["unnamed source", "-Heap", "--Lantern", "-Lantern", "--Heap"]);
});

test("an outlet is called by the beginning of its name, and by no other part", () => {
  assert.ok(isSame("Meridian", "meridian wire") && isSame("Meridian Wire", "Meridian"));
  assert.ok(!isSame("Wire", "Meridian Wire") && !isSame("Meridianist", "Meridian"));
});
