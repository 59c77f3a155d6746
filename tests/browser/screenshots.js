// The pictures in docs/screenshots: every page over the sample corpus, wide and light, narrow and dark.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { launch, open, PHONE } from "./browser.js";
import { pages } from "./pages.js";
import { startService } from "./service.js";

const FOLDER = new URL("../../docs/screenshots/", import.meta.url).pathname;
const WIDE = { width: 1280, height: 860 };

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const service = await startService({ samples: true });
const browser = await launch();
const compressor = await browser.newPage();
try {
  const all = (await pages(service)).filter(({ name }) => !["nowhere", "fragile", "doubts"].includes(name));
  for (const [size, scheme, suffix] of /** @type {const} */ ([
    [WIDE, "light", ""],
    [PHONE, "dark", "-phone"],
  ])) {
    const tab = await open(browser, service.url, { size, scheme });
    for (const { name, hash, prepare, picture } of all) {
      await tab.visit(hash);
      await (picture ?? prepare)?.(tab.page);
      await tab.page.locator(".live.live").waitFor();
      await writeFile(`${FOLDER}${name}${suffix}.webp`, await compressed(await tab.page.screenshot()));
    }
    await tab.close();
  }
} finally {
  await browser.close();
  await service.stop();
}

/** A picture as WebP, a quarter of the size; the browser is the encoder that is there anyway. @param {Buffer} png */
async function compressed(png) {
  const base64 = await compressor.evaluate(async (png) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    const webp = await canvas.convertToBlob({ type: "image/webp", quality: 0.85 });
    return btoa(Array.from(new Uint8Array(await webp.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(""));
  }, png.toString("base64"));
  return Buffer.from(base64, "base64");
}
