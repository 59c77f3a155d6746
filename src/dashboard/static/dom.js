// How nodes are made. Strings become text nodes, never markup: whatever an article says, it cannot become part of the page.

import { Fragment, h } from "./vendor/preact.js";

export { Fragment, createContext, h, render } from "./vendor/preact.js";
export { useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "./vendor/hooks.js";

/** @typedef {import("./vendor/preact.js").ComponentChildren} Children */

/**
 * Words from an article or an outlet: their own writing direction must not turn the page's.
 * @param {string} tag @param {Record<string, unknown> | null} properties @param {Children[]} children
 */
export const foreign = (tag, properties, ...children) => h(tag, { dir: "auto", ...properties }, ...children);

/** A foreign name inside a sentence of ours. @param {Children} name */
export const name = (name) => h("bdi", {}, name);

/**
 * Nodes with something between them. @param {Children[]} nodes @param {Children} [separator]
 */
export const joined = (nodes, separator = ", ") => nodes.map((node, at) => h(Fragment, { key: at }, at > 0 && separator, node));

/**
 * A link that leaves the site, or plain text when the address is not one a browser should open.
 * @param {string | null | undefined} address @param {Children} label
 */
export function outside(address, label) {
  if (!/^https?:\/\//i.test(address ?? "")) return h("span", {}, label);
  return h(
    "a",
    { href: address ?? "", rel: "noopener noreferrer nofollow", target: "_blank" },
    label,
    h("span", { "aria-hidden": "true" }, " ↗"),
    h("span", { class: "unseen" }, " (opens another site)"),
  );
}

/** Class names, without those that do not apply. @param {(string | false | null | undefined)[]} names */
export const classes = (...names) => names.filter(Boolean).join(" ");

/** Listens to a field for what is written in it. @param {(value: any) => void} act */
export const written = (act) => (/** @type {{ currentTarget: EventTarget & { value: string } }} */ event) => act(event.currentTarget.value);
