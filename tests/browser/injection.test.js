// Scripts that strangers send, in every field that takes words, on every page that shows them: with the page's own policy, and without it,
// so that what keeps them out is not the policy alone. `CROSSCLAIM_FULL_SIZE` tries all of them, otherwise it is every seventh.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.js";
import { PAYLOADS } from "./payloads.js";
import { startService } from "./service.js";

const TRIED = PAYLOADS.filter((_, at) => process.env.CROSSCLAIM_FULL_SIZE || at % 7 === 0);
const oneLine = (/** @type {string} */ words) => words.replace(/\s+/gu, " ").trim();

/** @type {Awaited<ReturnType<typeof startService>>} */
let service;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {string[]} */
let hashes;

before(async () => {
  service = await startService();
  browser = await launch();
  const stored = [];
  for (const [at, payload] of TRIED.entries()) {
    const words = oneLine(payload);
    // Each of its own, so that no two are the same question; every third is about the ferry, for clusters of several outlets.
    const subject = at % 3 === 0 ? "The ferry at Orin sank on Monday" : `Bridge number ${at + 100} at Orin collapsed on Monday`;
    const claim = `${subject}, said ${words} of the harbour office.`;
    stored.push(
      await service.post("/v1/articles", {
        url: `https://outlet-${at}.example/${encodeURIComponent(payload)}?q=${encodeURIComponent(payload)}#${encodeURIComponent(payload)}`,
        title: `Title ${payload}`,
        byline: words,
        text: `${claim} “${words} fell on me,” said a fisher.\n\n${payload}`,
        outlet: { name: `Herald ${words}`, domain: `outlet-${at}.example`, family: words },
        published_at: "2026-03-04T08:00:00Z",
        claims: [{ text: claim }],
      }),
    );
  }
  await service.linked();
  const clusters = [];
  for (let cursor = ""; cursor !== null; ) {
    const page = await service.api(`/v1/clusters?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    clusters.push(...page.items);
    cursor = page.next_cursor;
  }
  for (const [at, payload] of TRIED.entries()) {
    const { id } = clusters[at % clusters.length];
    await service.post("/v1/decisions", { kind: "note", cluster: id, text: payload, reason: payload });
  }
  hashes = [
    "",
    "#/?show=all",
    "#/matrix?show=all",
    "#/outlets",
    "#/desk",
    "#/ingest",
    ...clusters.map(({ id }) => `#/claims/${id}`),
    ...stored.flatMap(({ id, outlet }) => [`#/articles/${id}`, `#/outlets/${outlet.id}`]),
  ];
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

for (const policy of ["with the policy of the page", "without it"]) {
  test(`nothing that strangers write runs, ${policy}`, async () => {
    const { page, visit, complaints, close } = await open(browser, service.url, { expects: /404|Content Security Policy/ });
    if (policy === "without it") {
      await page.route("**/*", async (route) => {
        if (route.request().resourceType() !== "document") return route.continue();
        const response = await route.fetch();
        const { "content-security-policy": _, ...headers } = response.headers();
        return route.fulfill({ response, headers });
      });
    }
    let seen = "";
    for (const hash of hashes) {
      await visit(hash);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      seen += oneLine(await page.locator("body").innerText());
      await assertOurs(page, hash);
    }
    for (const payload of TRIED) {
      await visit(`#/?q=${encodeURIComponent(payload)}`);
      await assertOurs(page, payload);
    }
    await visit("#/check");
    await page.getByLabel("Draft").fill(TRIED.map((payload) => `The ferry at Orin sank on Monday, said ${oneLine(payload)}.`).join("\n\n"));
    await page.getByRole("button", { name: "Check" }).click();
    await page.locator(".draft-claim, .empty").first().waitFor();
    await assertOurs(page, "a draft");
    // They were there to be seen: as text.
    for (const payload of TRIED) assert.ok(seen.includes(oneLine(payload)), payload);
    assert.deepEqual(complaints, []);
    // What would have happened to a script, had one got in.
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.inlineScriptRan = true";
      document.head.append(script);
      return "inlineScriptRan" in window;
    });
    assert.equal(ran, policy === "without it");
    await close();
  });
}

/** No element, attribute or address on the page that we did not put there, and nothing has run. */
async function assertOurs(/** @type {import("playwright-core").Page} */ page, /** @type {string} */ where) {
  const strange = await page.evaluate(() => {
    const ACTIVE = "script, iframe, frame, object, embed, base, link, meta, style, math, foreignObject, img, video, audio, portal, template";
    const nodes = [...document.querySelectorAll("main, main *, dialog, dialog *")];
    const strange = (/** @type {Element} */ node) =>
      node instanceof HTMLUnknownElement ||
      node.tagName.includes("-") ||
      node.matches(ACTIVE) ||
      [...node.attributes].some(({ name }) => /^on|^srcdoc$/i.test(name)) ||
      ["href", "src", "action", "formaction", "data", "xlink:href"].some((name) =>
        /^\s*(?:j\s*a\s*v\s*a|vb)\s*s\s*c\s*r\s*i\s*p\s*t\s*:|^\s*data:/i.test(node.getAttribute(name) ?? ""),
      );
    return nodes.filter(strange).map((node) => node.outerHTML.slice(0, 200));
  });
  assert.deepEqual(strange, [], where);
  assert.equal(await page.evaluate(() => "broken" in window), false, where);
}
