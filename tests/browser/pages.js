// Every page there is, over the sample corpus: for the tests and for the screenshots.

/**
 * @typedef {{ name: string, hash: string, prepare?: (page: import("playwright-core").Page) => Promise<void> }} PageOfIt
 * @param {Awaited<ReturnType<typeof import("./service.js").startService>>} service @returns {Promise<PageOfIt[]>}
 */
export async function pages(service) {
  const first = async (/** @type {string} */ path) => (await service.api(path)).items[0];
  const contested = await first("/v1/clusters?q=killed&sort=contested&limit=1");
  const fragile = await first("/v1/clusters?min_outlets=3&max_origins=1&sort=fragile&limit=1");
  const [outlet] = (await service.api("/v1/outlets?limit=100")).items
    .toSorted((/** @type {any} */ a, /** @type {any} */ b) => b.counts.echoes - a.counts.echoes)
    .filter((/** @type {any} */ { kind }) => kind === "agency");
  const copy = (await service.api("/v1/articles?limit=100")).items.find(
    (/** @type {any} */ { syndicated_from }) => syndicated_from.length > 0,
  );
  return [
    { name: "claims", hash: "" },
    { name: "fragile", hash: "#/?show=fragile", prepare: (page) => page.getByRole("button", { name: /^Filters/ }).click() },
    { name: "contested-claim", hash: `#/claims/${contested.id}`, prepare: openDetails },
    { name: "fragile-claim", hash: `#/claims/${fragile.id}` },
    { name: "matrix", hash: "#/matrix", prepare: (page) => page.locator("td.cell.disputes").first().focus() },
    { name: "outlets", hash: "#/outlets" },
    { name: "outlet", hash: `#/outlets/${outlet.id}` },
    { name: "article", hash: `#/articles/${copy.id}`, prepare: openDetails },
    {
      name: "check",
      hash: "#/check",
      async prepare(page) {
        await page
          .getByLabel("Draft")
          .fill(
            "Norvane has agreed to buy Halcyon Rail for 4.2 billion euros. The ferry Saint Orla was overloaded when it capsized off Port Calder.\n\nThe baby cereal Tumbleoat contains mercury. A heron nested on the roof of the town hall this spring.",
          );
        await page.getByRole("button", { name: "Check" }).click();
        await page.locator(".draft-claim").first().waitFor();
      },
    },
    { name: "desk", hash: "#/desk" },
    { name: "doubts", hash: "#/desk?kind=doubtful" },
    { name: "ingest", hash: "#/ingest" },
    { name: "sign-in", hash: "#/key" },
    { name: "nowhere", hash: "#/nowhere" },
  ];
}

/** @param {import("playwright-core").Page} page */
async function openDetails(page) {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
}
