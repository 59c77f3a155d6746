// The part of the address behind "#" names a view, what it is about, and how it is filtered: "#/claims/0190…", "#/?sort=recent".

import { createStore } from "./store.js";

/** @typedef {{ hash: string, name: string, parts: string[], query: URLSearchParams }} Address */

export const address = createStore(read());

/** @returns {Address} */
function read() {
  const { hash } = location;
  const [path, query] = hash.replace(/^#\/?/, "").split("?");
  const [name, ...parts] = path.split("/").map(unescaped);
  return { hash, name, parts, query: new URLSearchParams(query ?? "") };
}

/** An address may have been cut off in the middle of an escape; then it is taken as it stands, and finds nothing. @param {string} part */
function unescaped(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @param {string} name @param {string} [part] @param {Record<string, string>} [query] */
export function linkTo(name, part, query = {}) {
  const stated = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
  return `#/${name}${part ? `/${encodeURIComponent(part)}` : ""}${stated ? `?${stated}` : ""}`;
}

/**
 * Another filter for the view that is open: the address changes, and there is no step in the history for each letter of a search.
 * @param {Record<string, string>} query
 */
export function refine(query) {
  const { name, parts } = address.get();
  history.replaceState(null, "", linkTo(name, parts[0], query));
  address.set(read());
}

let arrived = false;

/**
 * A new page starts at its heading, for the eye and for a screen reader; the first one is left as the browser has it.
 * @param {HTMLElement | null} heading
 */
export function arrive(heading) {
  if (arrived) {
    window.scrollTo(0, 0);
    heading?.focus({ preventScroll: true });
  }
  arrived = true;
}

window.addEventListener("hashchange", () => address.set(read()));
