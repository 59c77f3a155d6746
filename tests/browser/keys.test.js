// A service with keys: nothing without one, and no more than its role may.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launch, open, settled } from "./browser.js";
import { startService } from "./service.js";

const OPERATOR = "the-operator-s-key";
/** @type {Awaited<ReturnType<typeof startService>>} */
let service;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Record<string, string>} */
const keys = {};

before(async () => {
  service = await startService({ env: { CROSSCLAIM_API_KEY: OPERATOR } });
  browser = await launch();
  for (const role of ["reader", "contributor", "editor"])
    keys[role] = (await service.post("/v1/keys", { name: `Desk ${role}`, role })).secret;
  for (const [outlet, hour] of [
    ["Herald", "08"],
    ["Courier", "09"],
  ]) {
    await service.post("/v1/articles", {
      url: `https://${outlet}.example/dam`,
      text: "The dam at Orin leaks, engineers found.",
      outlet: { name: outlet },
      published_at: `2026-03-04T${hour}:00:00Z`,
    });
  }
  await service.linked();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

/** @param {string} role @param {(tab: Awaited<ReturnType<typeof open>>) => Promise<void>} act */
async function signedIn(role, act) {
  const tab = await open(browser, service.url, { expects: /401|403/ });
  await tab.visit("#/key");
  await tab.page.getByLabel("API key").fill(keys[role]);
  await tab.page.getByRole("button", { name: "Sign in" }).click();
  await tab.page.getByRole("link", { name: `Desk ${role}, ${role}` }).waitFor();
  await act(tab);
  assert.deepEqual(tab.complaints, []);
  await tab.close();
}

test("without a key every page asks for one, and a wrong one is told so", async () => {
  const tab = await open(browser, service.url, { expects: /401|403/ });
  for (const hash of ["", "#/matrix", "#/outlets", "#/desk", "#/ingest"]) {
    await tab.visit(hash);
    assert.ok(await tab.page.getByLabel("API key").first().isVisible(), hash);
    await assertAccessible(tab.page, `${hash} without a key`);
  }
  await tab.visit("");
  await tab.page.getByLabel("API key").fill("xc_not_a_key");
  await tab.page.getByRole("button", { name: "Sign in" }).click();
  await settled(tab.page);
  assert.match(await tab.page.locator(".failure").innerText(), /unauthenticated/);
  await tab.page.getByLabel("API key").fill(keys.reader);
  await tab.page.getByRole("button", { name: "Sign in" }).click();
  await tab.page.locator(".claim-row").first().waitFor();
  assert.deepEqual(tab.complaints, []);
  await tab.close();
});

test("the key is kept in this tab's session only, and signing out forgets it", () =>
  signedIn("reader", async ({ page, context }) => {
    assert.deepEqual(await page.evaluate(() => [Object.values(sessionStorage), localStorage.length, document.cookie]), [
      [keys.reader],
      0,
      "",
    ]);
    const other = await context.newPage();
    await other.goto(service.url);
    await other.getByLabel("API key").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key").waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  }));

for (const [role, mayEdit, maySend] of /** @type {const} */ ([
  ["reader", false, false],
  ["contributor", false, true],
  ["editor", true, true],
])) {
  test(`the controls of a ${role} are those that the key opens`, () =>
    signedIn(role, async ({ page, visit }) => {
      await visit("");
      await page.locator(".claim-row h2 a").first().click();
      await settled(page);
      await page.locator(".live.live").waitFor();
      assert.equal((await page.getByRole("button", { name: /^Relabel/ }).count()) > 0, mayEdit);
      assert.equal((await page.getByRole("button", { name: /^Merge/ }).count()) > 0, mayEdit);
      await visit("#/desk");
      assert.equal(await page.getByText("The worklist is for editors.").isVisible(), !mayEdit);
      await visit("#/ingest");
      assert.equal(await page.getByText("Drop files here").isVisible(), maySend);
      assert.equal((await page.getByLabel(/^Address of a feed/).count()) > 0, mayEdit);
    }));
}
