// Words of strangers: what would be markup or script anywhere else is text here, in every place where it is shown.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, assertFits, DESKTOP, launch, open, PHONE } from "./browser.js";
import { startService } from "./service.js";

/** Each would set `window.broken` if it ever became part of a page. */
const PAYLOADS = [
  "<script>window.broken = 1</script>",
  '<img src=x onerror="window.broken = 2">',
  "<svg onload=window.broken=3>",
  '"><iframe srcdoc="<script>parent.broken = 4</script>"></iframe>',
  "javascript:window.broken=5//",
  "</textarea></title></style><b onmouseover=window.broken=6>",
  "{{constructor.constructor('window.broken=7')()}} ${window.broken=8}",
  '<a href="https://elsewhere.example/">here</a><link rel=stylesheet href=https://elsewhere.example/x.css>',
];
const LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);
const ARABIC = "انهار الجسر في أورين يوم الاثنين";
const HEBREW = "העיתון של אורין";

/** @type {Awaited<ReturnType<typeof startService>>} */
let service;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {string[]} */
let hashes;

before(async () => {
  service = await startService();
  browser = await launch();
  const said = [...PAYLOADS, LONG, ARABIC].map((words) => `The bridge at Orin collapsed on Monday, said ${words} of the ferry office.`);
  const outlets = [...PAYLOADS.map((payload) => `Herald ${payload}`), `Courier ${LONG}`, HEBREW];
  const articles = outlets.map((name, at) => ({
    url: `https://outlet-${at}.example/bridge?q=${encodeURIComponent(PAYLOADS[0])}`,
    title: `Bridge ${PAYLOADS[at % PAYLOADS.length]} ${at === 8 ? LONG : ARABIC}`,
    byline: PAYLOADS[(at + 1) % PAYLOADS.length],
    text: `${said[at]} “${PAYLOADS[at % PAYLOADS.length]} fell on me,” said a fisher.`,
    outlet: { name, domain: `outlet-${at}.example`, kind: "website" },
    published_at: `2026-03-04T0${at}:00:00Z`,
    claims: [{ text: said[at] }],
  }));
  const stored = [];
  for (const article of articles) stored.push(await service.post("/v1/articles", article));
  await service.linked();
  const clusters = (await service.api("/v1/clusters?limit=100")).items;
  const cluster = await service.api(`/v1/clusters/${clusters[0].id}`);
  await service.post("/v1/decisions", { kind: "note", cluster: cluster.id, text: PAYLOADS.join("\n"), reason: PAYLOADS[1] });
  hashes = [
    "",
    "#/?show=all",
    "#/matrix?show=all",
    "#/outlets",
    "#/desk",
    ...clusters.map(({ id }) => `#/claims/${id}`),
    ...stored.flatMap(({ id, outlet }) => [`#/articles/${id}`, `#/outlets/${outlet.id}`]),
  ];
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

for (const size of [DESKTOP, PHONE]) {
  test(`no words of an article or outlet become part of a page, at ${size.width} pixels`, async () => {
    const { page, visit, complaints, close } = await open(browser, service.url, { size });
    let seen = "";
    for (const hash of hashes) {
      await visit(hash);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      seen += await page.locator("body").innerText();
      const foreign = await page.evaluate(() =>
        [
          ...document.querySelectorAll(
            "main :is(script, iframe, img, style, link, object, embed), a[href^='javascript' i], [onerror], [onload], [onmouseover]",
          ),
        ].map((node) => node.outerHTML),
      );
      assert.deepEqual(foreign, [], hash);
      const links = await page.evaluate(() => [...document.querySelectorAll("main a")].map((link) => link.getAttribute("href") ?? ""));
      assert.deepEqual(
        links.filter((href) => !/^(#\/|https?:\/\/)/.test(href)),
        [],
        hash,
      );
      assert.equal(await page.evaluate(() => "broken" in window), false, hash);
      await assertFits(page, hash);
    }
    // It was there to be seen: as text.
    for (const payload of PAYLOADS) assert.ok(seen.includes(payload), payload);
    assert.ok(seen.includes(LONG) && seen.includes(ARABIC) && seen.includes(HEBREW));
    assert.deepEqual(complaints, []);
    await close();
  });
}

test("a draft, a search and an address may hold anything", async () => {
  const { page, visit, complaints, close } = await open(browser, service.url, { expects: /404/ });
  await visit("#/check");
  await page.getByLabel("Draft").fill(`The bridge at Orin collapsed on Monday, said ${PAYLOADS.join(" ")}.\n\n${ARABIC}`);
  await page.getByRole("button", { name: "Check" }).click();
  await page.locator(".draft-claim, .empty").first().waitFor();
  for (const payload of PAYLOADS) {
    await visit(`#/?q=${encodeURIComponent(payload)}&sort=${encodeURIComponent(payload)}`);
    assert.equal(await page.getByLabel("Search").inputValue(), payload);
    await visit(`#/claims/${encodeURIComponent(payload)}`);
    assert.match(await page.locator(".failure").innerText(), /not-found/);
  }
  assert.equal(await page.evaluate(() => "broken" in window), false);
  assert.deepEqual(complaints, []);
  await close();
});

test("right-to-left words keep their direction and leave the page its own", async () => {
  const { page, visit, close } = await open(browser, service.url, { size: PHONE });
  await visit("#/outlets");
  const direction = (/** @type {string} */ words) =>
    page
      .getByText(words)
      .first()
      .evaluate((node) => getComputedStyle(node).direction);
  assert.equal(await direction(HEBREW), "rtl");
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "ltr");
  await assertAccessible(page, "outlets of strangers");
  await close();
});
