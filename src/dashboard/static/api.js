// The public /v1 API, one function an operation. Answers are returned as they are; every failure becomes a Problem with a detail
// that can be shown.

import { currentKey, keyRefused } from "./session.js";

export class Problem extends Error {
  /** @param {Partial<Api.Problem>} problem */
  constructor({ title, detail, code, status, errors }) {
    super(detail || title || "The request failed.");
    this.title = title || "The request failed";
    /** @type {string} */
    this.code = code || "unknown";
    this.status = status || 0;
    this.errors = errors || [];
  }
}

/** Whether a request was given up by the page itself. @param {unknown} error */
export const isAborted = (error) => error instanceof Error && error.name === "AbortError";

/** @typedef {AbortSignal | undefined} Signal */
/** @typedef {Record<string, string | number | boolean | null | undefined>} Filter */

const id = encodeURIComponent;

/** @param {Signal} [signal] @returns {Promise<Api.Me>} */
export const me = (signal) => get("v1/me", {}, signal);
/** @param {Filter} filter @param {Signal} [signal] @returns {Promise<Api.ClusterPage>} */
export const clusters = (filter, signal) => get("v1/clusters", filter, signal);
/** @param {string} cluster @param {Signal} [signal] @returns {Promise<Api.Cluster>} */
export const cluster = (cluster, signal) => get(`v1/clusters/${id(cluster)}`, {}, signal);
/** @param {string} claim @param {Signal} [signal] @returns {Promise<Api.Claim>} */
export const claim = (claim, signal) => get(`v1/claims/${id(claim)}`, {}, signal);
/** @param {string} cluster @param {Filter} filter @param {Signal} [signal] @returns {Promise<Api.Page<Api.HistoryLine>>} */
export const history = (cluster, filter, signal) => get(`v1/clusters/${id(cluster)}/history`, filter, signal);
/** @param {Filter} filter @param {Signal} [signal] @returns {Promise<Api.Matrix>} */
export const matrix = (filter, signal) => get("v1/matrix", filter, signal);
/** @param {Filter} filter @param {Signal} [signal] @returns {Promise<Api.Page<Api.OutletProfile>>} */
export const outlets = (filter, signal) => get("v1/outlets", filter, signal);
/** @param {string} outlet @param {Signal} [signal] @returns {Promise<Api.OutletProfile>} */
export const outlet = (outlet, signal) => get(`v1/outlets/${id(outlet)}`, {}, signal);
/** @param {Filter} filter @param {Signal} [signal] @returns {Promise<Api.Page<Api.Article>>} */
export const articles = (filter, signal) => get("v1/articles", filter, signal);
/** @param {string} article @param {Signal} [signal] @returns {Promise<Api.Article>} */
export const article = (article, signal) => get(`v1/articles/${id(article)}`, {}, signal);
/** @param {string} article @param {Signal} [signal] @returns {Promise<{ items: Api.Reuse[] }>} */
export const reuse = (article, signal) => get(`v1/articles/${id(article)}/reuse`, {}, signal);
/** @param {string} article @param {string} reason @returns {Promise<Api.Withdrawal>} */
export const withdraw = (article, reason) => send("PUT", `v1/articles/${id(article)}/withdrawal`, { reason });
/** @param {string} article @returns {Promise<Api.Article>} */
export const restore = (article) => send("DELETE", `v1/articles/${id(article)}/withdrawal`);
/** @param {{ text: string, title?: string, outlet?: string }} draft @param {Signal} [signal] @returns {Promise<Api.CheckResult>} */
export const check = (draft, signal) => send("POST", "v1/check", draft, signal);
/** @param {Filter} filter @param {Signal} [signal] @returns {Promise<Api.Page<Api.ReviewItem>>} */
export const review = (filter, signal) => get("v1/review", filter, signal);
/** @param {Filter} filter @param {Signal} [signal] @returns {Promise<Api.Page<Api.Decision>>} */
export const decisions = (filter, signal) => get("v1/decisions", filter, signal);
/** @param {Api.DecisionRequest} decision @returns {Promise<Api.Decision>} */
export const decide = (decision) => send("POST", "v1/decisions", decision);
/** @param {string} decision @param {string} reason @returns {Promise<Api.Decision>} */
export const undo = (decision, reason) => send("POST", `v1/decisions/${id(decision)}/undo`, { reason });
/** @param {unknown} article @param {Signal} [signal] @returns {Promise<Api.Article>} */
export const store = (article, signal) => send("POST", "v1/articles", article, signal);
/** @param {string} url @param {Signal} [signal] @returns {Promise<Api.Article>} */
export const fetchArticle = (url, signal) => send("POST", "v1/articles/fetch", { url }, signal);
/** @param {Filter} filter @param {Signal} [signal] @returns {Promise<Api.Page<Api.Feed>>} */
export const feeds = (filter, signal) => get("v1/feeds", filter, signal);
/** @param {string} url @returns {Promise<Api.Feed>} */
export const subscribe = (url) => send("POST", "v1/feeds", { url });
/**
 * Whatever else has changed of it: this one field is all that is said.
 * @param {string} feed @param {boolean} active @returns {Promise<Api.Feed>}
 */
export const setFeedActive = (feed, active) => send("PATCH", `v1/feeds/${id(feed)}`, { active }, undefined, { "If-Match": "*" });
/** @param {string} feed @returns {Promise<void>} */
export const unsubscribe = (feed) => send("DELETE", `v1/feeds/${id(feed)}`);

/**
 * Stores many articles, one a line; each result as soon as it is there.
 * @param {BodyInit} lines @param {Signal} [signal] @returns {AsyncGenerator<Api.BulkResult>}
 */
export async function* storeMany(lines, signal) {
  const response = await answer("v1/articles/bulk", {
    method: "POST",
    headers: { "Content-Type": "application/x-ndjson" },
    body: lines,
    signal,
  });
  for await (const line of linesOf(response)) if (line.trim()) yield JSON.parse(line);
}

/**
 * Events after a number, or from now on; ends when the connection does.
 * @param {number | null} after @param {AbortSignal} signal @param {() => void} opened
 * @returns {AsyncGenerator<Api.Event>}
 */
export async function* events(after, signal, opened) {
  const response = await answer(`v1/events${after === null ? "" : `?after=${after}`}`, { signal });
  opened();
  for await (const line of linesOf(response)) if (line.startsWith("data:")) yield JSON.parse(line.slice(5));
}

/** @param {Response} response */
async function* linesOf(response) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest) yield rest;
}

/** @param {string} path @param {Filter} filter @param {Signal} [signal] */
function get(path, filter, signal) {
  const stated = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
  );
  const query = new URLSearchParams(stated).toString();
  return read(query ? `${path}?${query}` : path, { signal });
}

/** @param {string} method @param {string} path @param {unknown} [body] @param {Signal} [signal] @param {Record<string, string>} [headers] */
function send(method, path, body, signal, headers) {
  if (body === undefined) return read(path, { method, headers, signal });
  return read(path, { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body), signal });
}

/** @param {string} path @param {RequestInit} options */
async function read(path, options) {
  const response = await answer(path, options);
  if (response.status === 204) return undefined;
  const body = await response.json().catch(() => undefined);
  if (body === undefined) throw new Problem({ title: "No answer", detail: "The answer broke off.", status: response.status });
  return body;
}

/** The answer to a request that succeeded. @param {string} path @param {RequestInit} options */
async function answer(path, { headers, ...options }) {
  const key = currentKey();
  let response;
  try {
    response = await fetch(path, { ...options, headers: { ...headers, ...(key && { Authorization: `Bearer ${key}` }) } });
  } catch (error) {
    if (isAborted(error)) throw error;
    throw new Problem({
      title: "No answer",
      detail: "The server cannot be reached. It is tried again when the connection is back.",
      code: /** @type {any} */ ("network"),
    });
  }
  if (response.ok) return response;
  if (response.status === 401) keyRefused();
  const body = await response.json().catch(() => null);
  throw new Problem({ title: response.statusText, ...body, status: response.status });
}
