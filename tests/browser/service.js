// A service of its own for a test file: the debug binary on a free port, with a private Postgres in a directory that is thrown away.

import { execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const ROOT = new URL("../../", import.meta.url).pathname;
const BINARY = process.env.CROSSCLAIM_BIN ?? join(ROOT, "target/debug/crossclaim");

/** What the machine's own settings say must not reach a test. */
const CLEAN = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("CROSSCLAIM_") && name !== "DATABASE_URL"),
);

/** @param {{ samples?: boolean, env?: Record<string, string> }} [options] */
export async function startService({ samples = false, env = {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "crossclaim-browser-"));
  // Under root the database runs as another account, which has to get to what is its own in there.
  await chmod(directory, 0o755);
  const settings = { ...CLEAN, CROSSCLAIM_PG_BIN: process.env.CROSSCLAIM_PG_BIN, CROSSCLAIM_LOG: "warn", ...env };
  const child = spawn(BINARY, ["serve", "--data-dir", join(directory, "data")], {
    env: { ...settings, CROSSCLAIM_LISTEN: "127.0.0.1:0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = await readyAt(child);
  const service = {
    url,
    /** @param {string} path @param {RequestInit & { json?: unknown, key?: string }} [options] */
    async api(path, { json, key = env.CROSSCLAIM_API_KEY, ...options } = {}) {
      const body = json === undefined ? {} : { body: JSON.stringify(json), headers: { "Content-Type": "application/json" } };
      const headers = { ...body.headers, ...(key && { Authorization: `Bearer ${key}` }) };
      const response = await fetch(`${url}${path}`, { ...body, ...options, headers });
      const text = await response.text();
      if (!response.ok) throw new Error(`${options.method ?? "GET"} ${path}: ${response.status} ${text}`);
      return text === "" ? null : JSON.parse(text);
    },
    /** @param {string} path @param {unknown} json */
    post: (path, json) => service.api(path, { method: "POST", json }),
    /** Until every article has been compared with all others. */
    async linked() {
      while ((await service.api("/v1/articles?status=pending&limit=1")).items.length > 0)
        await new Promise((later) => setTimeout(later, 100));
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
  if (samples) {
    const ingest = promisify(execFile);
    await ingest(BINARY, ["ingest", join(ROOT, "samples/articles")], { env: { ...settings, CROSSCLAIM_LISTEN: new URL(url).host } });
    await service.linked();
  }
  return service;
}

/** The address that the service prints once it can be used. @param {import("node:child_process").ChildProcess} child */
function readyAt(child) {
  const log = /** @type {string[]} */ ([]);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${BINARY} ended with ${code}:\n${log.join("\n")}`)));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        log.push(line);
        const [url] = /http:\/\/\S+$/.exec(line) ?? [];
        if (line.startsWith("Crossclaim is ready") && url) resolve(url);
      });
    }
  });
}
