// Copies the library that the dashboard is drawn with out of node_modules into src/dashboard/static/vendor, where it is committed:
// who builds the service needs no npm. `--check` writes nothing and fails where the two differ.

import { mkdir, readFile, writeFile } from "node:fs/promises";

const PREACT = new URL("node_modules/preact/", import.meta.url);
const VENDOR = new URL("../../src/dashboard/static/vendor/", import.meta.url);

/** A browser knows no bare names without an import map, which would be an inline script. The maps are not shipped. */
const forBrowsers = (/** @type {string} */ code) =>
  code.replace(/from\s*"preact"/g, 'from"./preact.js"').replace(/\/\/# sourceMappingURL=.*\n?/, "");

const { version, license } = JSON.parse(await read("package.json"));
const files = {
  "preact.js": forBrowsers(await read("dist/preact.mjs")),
  "hooks.js": forBrowsers(await read("hooks/dist/hooks.mjs")),
  "LICENSE-preact": await read("LICENSE"),
  "README.md": `# Not ours

| file | from | version | license |
|---|---|---|---|
| preact.js, hooks.js | [preact](https://preactjs.com) (\`dist/preact.mjs\`, \`hooks/dist/hooks.mjs\`) | ${version} | ${license}, see LICENSE-preact |

Written by \`tests/browser/vendor.mjs\`, which changes the address that \`hooks.js\` imports and leaves out source maps.
The \`.d.ts\` files are ours and only send the type checker to the package.
`,
};

await mkdir(VENDOR, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const place = new URL(name, VENDOR);
  if (process.argv.includes("--check")) {
    const there = await readFile(place, "utf8").catch(() => null);
    if (there !== text) throw new Error(`src/dashboard/static/vendor/${name} is not what package-lock.json names: run npm run vendor`);
  } else {
    await writeFile(place, text);
  }
}

function read(/** @type {string} */ name) {
  return readFile(new URL(name, PREACT), "utf8");
}
