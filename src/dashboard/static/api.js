// The public /v1 API. Answers are returned as they are; every failure becomes a Problem with a detail that can be shown.

const KEY = "crossclaim.key";

export class Problem extends Error {
  constructor({ title, detail, code, status, errors }) {
    super(detail || title || "The request failed.");
    this.title = title || "The request failed";
    this.code = code || "unknown";
    this.status = status || 0;
    this.errors = errors || [];
  }
}

export const clusters = (filter, signal) => request(`v1/clusters?${query(filter)}`, { signal });
export const cluster = (id, signal) => request(`v1/clusters/${encodeURIComponent(id)}`, { signal });
export const article = (id, signal) => request(`v1/articles/${encodeURIComponent(id)}`, { signal });

export const check = (draft, signal) =>
  request("v1/check", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(draft),
    signal,
  });

/** Kept for this tab only: a key in permanent storage would outlive the session of whoever typed it. */
export function useKey(key) {
  sessionStorage.setItem(KEY, key);
}

function query(filter) {
  const stated = Object.entries(filter).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return new URLSearchParams(stated).toString();
}

async function request(path, { headers = {}, ...options } = {}) {
  const key = sessionStorage.getItem(KEY);
  let response;
  try {
    response = await fetch(path, {
      ...options,
      headers: { Accept: "application/json", ...headers, ...(key && { Authorization: `Bearer ${key}` }) },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ title: "No answer", detail: "The server could not be reached.", code: "network" });
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  throw new Problem({ title: response.statusText, ...body, status: response.status });
}
