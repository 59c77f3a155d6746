// What an editor does with it, over a corpus of its own: the main story in two tabs, the desk from the keyboard, and articles that come
// and go meanwhile.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, launch, open, PHONE, settled } from "./browser.js";
import { startService } from "./service.js";

/** @type {Awaited<ReturnType<typeof startService>>} */
let service;
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  service = await startService({ samples: true });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

/**
 * A tab that complained of nothing when the test is done with it.
 * @param {(tab: Awaited<ReturnType<typeof open>>) => Promise<void>} act @param {Parameters<typeof open>[2]} [options]
 */
async function inTab(act, options) {
  const tab = await open(browser, service.url, options);
  try {
    await act(tab);
  } catch (error) {
    if (process.env.SHOTS) await tab.page.screenshot({ path: `${process.env.SHOTS}/failed.png`, fullPage: true });
    throw error;
  }
  assert.deepEqual(tab.complaints, []);
  await tab.close();
}

test("an editor finds the fragile claim, opens its evidence, relabels it and undoes it, and a second tab follows", () =>
  inTab(async ({ page, context, visit, complaints }) => {
    await visit("");
    await page.getByRole("link", { name: "Fragile" }).click();
    await page.waitForURL(/show=fragile/);
    await settled(page);
    await page.locator(".claim-row h2 a").first().click();
    await settled(page);
    assert.ok(await page.locator(".claim-head .badge.fragile").isVisible());

    const second = await context.newPage();
    await second.goto(page.url());
    await settled(second);
    const reader = await context.newPage();
    await reader.goto(`${service.url}/#/?show=fragile`);
    await settled(reader);

    const evidence = page.locator(".column.echoes .card").first();
    const outlet = await evidence.locator("h3").innerText();
    await evidence
      .getByRole("link", { name: /^In the (article|headline)/ })
      .first()
      .click();
    await settled(page);
    assert.ok((await page.locator(".mark.wanted").count()) > 0, "the article opens where the claim stands");
    await page.goBack();
    await settled(page);

    await page.getByRole("button", { name: `Relabel ${outlet}` }).click();
    await page.getByRole("radio", { name: /Corroborates/ }).check();
    await page.getByLabel("Reason, for the history").fill("Their reporter was there, the desk checked.");
    await page.getByRole("dialog").getByRole("button", { name: "Relabel" }).click();
    const vouching = (/** @type {typeof page} */ tab) => tab.locator(".column.corroborates .card h3", { hasText: outlet });
    await vouching(page).waitFor();
    await vouching(second).waitFor();
    assert.match(await second.locator(".decisions").innerText(), /Their reporter was there/);
    await reader.locator(".claim-row.changed").first().waitFor();

    await page.locator(".notice").getByRole("button", { name: "Undo" }).click();
    for (const tab of [page, second]) {
      await tab.locator(".column.echoes .card h3", { hasText: outlet }).waitFor();
      await vouching(tab).waitFor({ state: "detached" });
    }
    await second.locator(".decisions .undone").first().waitFor();
    assert.deepEqual(complaints, []);
  }));

test("what arrives changes rows in their place, and new claims wait until they are wanted", () =>
  inTab(async ({ page, visit }) => {
    await visit("#/?q=ferry&show=all");
    const titles = () => page.locator(".claim-row h2").allTextContents();
    const before = await titles();
    await page.locator(".claim-row").nth(4).scrollIntoViewIfNeeded();
    const place = () =>
      page
        .locator(".claim-row h2", { hasText: before[4] })
        .first()
        .evaluate((row) => row.getBoundingClientRect().top);
    const top = await place();
    await service.post("/v1/articles", {
      url: "https://quayside.example/ferry-clock",
      title: "Clock of the ferry office stopped",
      text: "The clock of the ferry office at Port Calder stopped at noon, the harbour master told the Quayside. A ferry museum will open in Senn in August.",
      outlet: { name: "Quayside" },
      published_at: "2019-03-17T08:00:00Z",
    });
    const wanted = page.getByRole("button", { name: /^Show \d+ new claims?$/ });
    await wanted.waitFor();
    assert.deepEqual(await titles(), before);
    assert.ok(Math.abs((await place()) - top) < 60, "only the button itself may move the list");
    await wanted.click();
    await page.locator(".claim-row h2", { hasText: "museum" }).waitFor();
  }));

test("the whole way to a claim and back goes without a mouse", () =>
  inTab(async ({ page, visit }) => {
    await visit("");
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Skip to content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "q");
    const first = await page.locator(".claim-row h2 a").first().innerText();
    while ((await focused()) !== first) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    // The old page has a heading too, until the new one takes the focus.
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    await settled(page);
    while (!(await focused()).startsWith("Relabel")) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.ok((await focused()).startsWith("Relabel"), "the focus comes back to where it was");

    await visit("#/matrix");
    await page.locator("td.cell[tabindex='0']").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-cell")), "1,1");
    assert.ok(
      (await page.locator(".matrix-detail").innerText()).includes(await page.locator(".matrix tbody tr").nth(1).locator("a").innerText()),
    );
    await page.keyboard.press("Enter");
    await page.waitForURL(/#\/claims\//);
  }));

test("the worklist is settled with single keys, one by one and many at once, and taken back", () =>
  inTab(async ({ page, visit }) => {
    await visit("#/desk");
    await page.locator(".work").first().waitFor();
    const claims = () => page.locator(".work .sides > div:first-child .sentence").allTextContents();
    const before = await claims();
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("c");
    await page.waitForFunction((n) => document.querySelectorAll(".work").length < n, before.length);
    await page.locator(".decisions li", { hasText: "Confirmed a link" }).first().waitFor();
    await page.keyboard.press("u");
    await page.locator(".decisions li.undone", { hasText: "Confirmed a link" }).first().waitFor();
    await page.waitForFunction((n) => document.querySelectorAll(".work").length >= n, before.length);

    await page.getByLabel(/^Reason/).fill("Two other trains.");
    await page.locator(".work").first().focus();
    for (const key of ["x", "j", "x"]) await page.keyboard.press(key);
    await page.getByText("2 items chosen").waitFor();
    await page.keyboard.press("r");
    await page.getByText("Rejected a link (2).").waitFor();
    const { items } = await service.api("/v1/decisions?limit=2");
    assert.deepEqual(
      items.map(({ kind, reason }) => `${kind}: ${reason}`),
      ["reject: Two other trains.", "reject: Two other trains."],
    );

    await page.getByLabel("Keyboard shortcuts").uncheck();
    await page.keyboard.press("u");
    await page.waitForTimeout(300);
    assert.equal((await service.api("/v1/decisions?limit=2")).items.length, 2, "a key does nothing once they are switched off");
    await page.locator(".notice").getByRole("button", { name: "Undo" }).click();
    await page.getByText("Undone.", { exact: true }).waitFor();
  }));

test("claims are merged, split and noted with a reason, and each of it is undone", () =>
  inTab(async ({ page, visit }) => {
    const [cluster] = (await service.api("/v1/clusters?q=overloaded&min_outlets=2&limit=1")).items;
    await visit(`#/claims/${cluster.id}`);
    const confirm = async (/** @type {string} */ action) => {
      await page.getByRole("dialog").getByLabel("Reason, for the history").fill("Seen by the desk.");
      await page.getByRole("dialog").getByRole("button", { name: action, exact: true }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
    };
    const undo = async () => {
      await page.locator(".notice").getByRole("button", { name: "Undo" }).click();
      await page.getByText("Undone.", { exact: true }).waitFor();
    };
    await page.getByRole("button", { name: "Leave a note…" }).click();
    await page.getByLabel("Note, shown above the claim").fill("The passenger list is with the court.");
    await confirm("Leave note");
    await page.locator("aside.note", { hasText: "passenger list" }).waitFor();
    await undo();
    await page.locator("aside.note").waitFor({ state: "detached" });

    const sentences = (await service.api(`/v1/clusters/${cluster.id}`)).claims.length;
    await page.getByRole("button", { name: "Split sentences off…" }).click();
    await page.getByRole("dialog").getByRole("checkbox").last().check();
    await confirm("Split");
    await page.waitForFunction((n) => document.querySelectorAll("#timeline ~ .chart svg .glyph").length < n, sentences);
    await undo();
    await page.waitForFunction((n) => document.querySelectorAll("#timeline ~ .chart svg .glyph").length === n, sentences);

    await page.getByRole("button", { name: "Merge with another claim…" }).click();
    await page.getByLabel("Words of the other claim").fill("norvane");
    const other = page.getByRole("dialog").locator(".choice").first();
    const words = (await other.locator("[dir]").innerText()).split(" ").at(-1) ?? "";
    await other.getByRole("radio").check();
    await confirm("Merge");
    const merged = page.locator(".card blockquote", { hasText: words });
    await merged.first().waitFor();
    await undo();
    await merged.first().waitFor({ state: "detached" });
  }));

test("an article is withdrawn with a reason, says so, and is restored", () =>
  inTab(
    async ({ page, visit }) => {
      const [article] = (await service.api("/v1/articles?limit=1")).items;
      await visit(`#/articles/${article.id}`);
      await page.getByRole("button", { name: "Withdraw this article…" }).click();
      await page.getByLabel("Reason, for the history").fill("The paper says that its author made it up.");
      await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
      await page.getByRole("heading", { name: "This article was withdrawn" }).waitFor();
      assert.ok(!(await page.locator("main").innerText()).includes(article.title));
      await assertAccessible(page, "withdrawn");
      await page.getByRole("button", { name: "Restore it" }).click();
      await page.getByRole("heading", { name: article.title }).waitFor();
    },
    { expects: /410/ },
  ));

test("files and addresses bring a line each, with what is wrong with them", () =>
  inTab(
    async ({ page, visit }) => {
      await visit("#/ingest");
      const line = (/** @type {object} */ article) => `${JSON.stringify(article)}\n`;
      const dam = {
        url: "https://herald.example/dam",
        title: "Orin dam leaks",
        text: "The dam at Orin leaks, engineers found.",
        outlet: { name: "Herald" },
      };
      const file = (/** @type {string} */ name, /** @type {string} */ text) => ({
        name,
        mimeType: "application/octet-stream",
        buffer: Buffer.from(text),
      });
      await page
        .locator("input[type=file]")
        .setInputFiles([
          file("many.ndjson", line(dam) + line({ ...dam, url: "nowhere" }) + line(dam)),
          file("one.json", JSON.stringify({ ...dam, url: "https://herald.example/dam-2", title: "Orin dam still leaks" })),
          file("broken.json", "{"),
          file("note.txt", "The bridge at Orin was closed on Monday."),
          file("photo.png", ""),
        ]);
      const lines = page.locator(".ingested > li");
      await lines.filter({ hasText: "2 of 3 stored" }).waitFor();
      await lines
        .filter({ hasText: "Orin dam still leaks" })
        .filter({ hasText: /Herald: \d claim/ })
        .waitFor();
      for (const words of ["/url", "It is not JSON", "Only .json", "Known already"])
        assert.equal(await lines.filter({ hasText: words }).count(), 1, words);

      await page.locator(".ask").getByLabel("Address").fill("https://herald.example/bridge");
      await page.locator(".ask").getByLabel("Outlet").fill("Herald");
      await page.locator(".ask").getByRole("button", { name: "Send" }).click();
      await page.locator(".ingested .done", { hasText: "note" }).first().waitFor();

      await page.getByLabel("Address of an article").fill("http://127.0.0.1:1/");
      await page.getByRole("button", { name: "Fetch" }).click();
      await lines.filter({ hasText: "url-not-allowed" }).waitFor();

      await page.getByLabel(/^Address of a feed/).fill("https://feeds.invalid/news.xml");
      await page.getByRole("button", { name: "Subscribe" }).click();
      await page.locator(".feeds li", { hasText: "feeds.invalid" }).waitFor();
      await page.getByRole("button", { name: "Pause" }).click();
      await page.locator(".feeds .badge", { hasText: "paused" }).waitFor();
      await assertAccessible(page, "ingest with results");
      await page.getByRole("button", { name: /^Unsubscribe/ }).click();
      await page.getByText("No feeds").waitFor();
    },
    { expects: /422|400/ },
  ));

test("a page that fails says why, with the code, and a page without a server says so and comes back", () =>
  inTab(
    async ({ page, context, visit }) => {
      await visit("#/claims/00000000-0000-0000-0000-000000000000");
      assert.match(await page.locator(".failure").innerText(), /not-found/);
      await assertAccessible(page, "failure");
      await visit("#/?q=zebra-crossing-without-news");
      assert.match(await page.locator(".empty").innerText(), /No claim matches/);

      await visit("#/outlets");
      await context.setOffline(true);
      await page.locator(".live.offline").waitFor();
      assert.ok(await page.getByRole("heading", { name: "Outlets" }).isVisible(), "what is loaded stays");
      await page.getByRole("link", { name: "Matrix" }).click();
      await page.locator(".failure").waitFor();
      await context.setOffline(false);
      await page.locator("table.matrix, .more button").first().waitFor();
      await page.locator(".live.live").waitFor();
    },
    { size: PHONE, expects: /404|ERR_INTERNET_DISCONNECTED|Failed to fetch|dynamically imported/ },
  ));
