// Builds DOM nodes. Strings become text nodes, never markup: whatever an article says, it cannot become part of the page.

/** An element with properties and children. `null`, `undefined` and `false` children are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Words from an article or an outlet: their own writing direction must not turn the page's. */
export function foreign(tag, properties, ...children) {
  return h(tag, { dir: "auto", ...properties }, ...children);
}

/** A link that leaves the site, or plain text when the address is not one a browser should open. */
export function outside(address, label) {
  if (!/^https?:\/\//i.test(address ?? "")) return h("span", {}, label);
  return h("a", { href: address, rel: "noopener noreferrer nofollow", target: "_blank" }, label, " ↗");
}
