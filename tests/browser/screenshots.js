// The pictures in docs/screenshots: every page over the sample corpus, wide and light, narrow and dark.

import { mkdir } from "node:fs/promises";
import { launch, open, PHONE } from "./browser.js";
import { pages } from "./pages.js";
import { startService } from "./service.js";

const FOLDER = new URL("../../docs/screenshots/", import.meta.url).pathname;
const WIDE = { width: 1280, height: 860 };

await mkdir(FOLDER, { recursive: true });
const service = await startService({ samples: true });
const browser = await launch();
try {
  const all = (await pages(service)).filter(({ name }) => !["nowhere", "fragile", "doubts"].includes(name));
  for (const [size, scheme, suffix] of /** @type {const} */ ([[WIDE, "light", ""], [PHONE, "dark", "-phone"]])) {
    const tab = await open(browser, service.url, { size, scheme });
    for (const { name, hash, prepare, picture } of all) {
      await tab.visit(hash);
      await (picture ?? prepare)?.(tab.page);
      await tab.page.locator(".live.live").waitFor();
      await tab.page.screenshot({ path: `${FOLDER}${name}${suffix}.png`, fullPage: false });
    }
    await tab.close();
  }
} finally {
  await browser.close();
  await service.stop();
}
