// A real browser on the dashboard, which fails a test for what a reader would not see: a word in the console, a request to another
// host, something that sticks out sideways, or a barrier that axe-core finds.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LEVELS = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const CONTRAST = { type: "rule", values: ["color-contrast"] };

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

function program() {
  const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
  const places = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = process.env.CHROMIUM ?? places.find((place) => existsSync(place));
  if (!found)
    throw new Error(`no Chromium on the PATH (${names.join(", ")}); scripts/ensure-chromium installs one, or name one in CHROMIUM`);
  return found;
}

export const launch = () =>
  chromium.launch({ executablePath: program(), args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-lcd-text"] });

/**
 * A tab on the service. `complaints` is what it has said or asked that it should not have.
 * @param {import("playwright-core").Browser} browser @param {string} url
 * @param {{ size?: { width: number, height: number }, scheme?: "light" | "dark", expects?: RegExp }} [options]
 *   `expects`: what the console may say, where a test provokes an error
 */
export async function open(browser, url, { size = DESKTOP, scheme = "light", expects } = {}) {
  const context = await browser.newContext({
    viewport: size,
    colorScheme: scheme,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  context.setDefaultTimeout(10_000);
  const complaints = watch(page, url, expects);
  const visit = async (/** @type {string} */ hash) => {
    await page.goto(`${url}/${hash}`);
    await settled(page);
  };
  return { page, context, complaints, visit, close: () => context.close() };
}

/** @param {import("playwright-core").Page} page @param {string} url @param {RegExp} [expects] */
export function watch(page, url, expects) {
  const complaints = /** @type {string[]} */ ([]);
  const complain = (/** @type {string} */ text) => expects?.test(text) || complaints.push(text);
  page.on(
    "console",
    (message) => ["error", "warning"].includes(message.type()) && complain(`console: ${message.text()} ${message.location().url}`),
  );
  page.on("pageerror", (error) => complain(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    complain(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => request.url().startsWith(url) || complain(`request: ${request.url()}`));
  return complaints;
}

/** Until what the address names stands under a heading, and nothing is waited for. @param {import("playwright-core").Page} page */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector("main")?.dataset.shown === location.hash);
  await page.locator("main h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .waiting"));
}

/** @param {import("playwright-core").Page} page @param {string} where @param {{ contrastOnly?: boolean }} [options] */
export async function assertAccessible(page, where, { contrastOnly = false } = {}) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(
    async (rules) => {
      // @ts-ignore: put there by the line above
      const { violations } = await window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
      return violations.map(
        (/** @type {any} */ { id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map((/** @type {any} */ node) => `${node.html.slice(0, 200)} (${node.any[0]?.message ?? node.none[0]?.message ?? ""})`)
            .join("\n  ")}`,
      );
    },
    contrastOnly ? CONTRAST : LEVELS,
  );
  assert.deepEqual(violations, [], `${where}: barriers`);
}

/** @param {import("playwright-core").Page} page @param {string} where */
export async function assertFits(page, where) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= window, `${where}: ${content} pixels wide in a window of ${window}`);
}
