// The router: the part of the address behind "#" names a view, and a view turns it into nodes.
//
// A view is an async function of { parts, query, signal } that returns { title, nodes, target? }: sections it has nothing to
// say in are null, and `target` is the node to open at. While a view waits, the page says so; when it fails, the page says
// why. A view that outlives its address is aborted.

import { h } from "./dom.js";
import { failure } from "./parts.js";
import { articleView } from "./views/article.js";
import { checkView } from "./views/check.js";
import { claimView } from "./views/claim.js";
import { claimsView } from "./views/claims.js";

const VIEWS = { "": claimsView, claims: claimView, articles: articleView, check: checkView };

const main = document.getElementById("main");
let current = new AbortController();
let shown = null;

async function show() {
  const { name, parts, query } = address();
  current.abort();
  current = new AbortController();
  const { signal } = current;

  main.setAttribute("aria-busy", "true");
  // Quick answers should not flash: the waiting line comes only after a while.
  const waiting = setTimeout(() => main.replaceChildren(h("p", { class: "waiting", role: "status" }, "Loading…")), 250);
  let page;
  try {
    const view = VIEWS[name] ?? notFound;
    page = await view({ parts, query, signal });
  } catch (error) {
    page = failure(error, show);
  }
  clearTimeout(waiting);
  if (signal.aborted) return;

  main.replaceChildren(...page.nodes.filter(Boolean));
  main.removeAttribute("aria-busy");
  document.title = page.title ? `${page.title} · Crossclaim` : "Crossclaim";
  markNavigation(name);
  arrive(page);
}

function address() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...parts] = path.split("/").map(unescaped);
  return { name, parts, query: new URLSearchParams(query ?? "") };
}

/** An address may have been cut off in the middle of an escape; then it is taken as it stands, and finds nothing. */
function unescaped(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A new page starts at its heading, for the eye and for a screen reader; the first one is left as the browser has it. */
function arrive({ target }) {
  if (target?.isConnected) {
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  } else if (shown !== null) {
    window.scrollTo(0, 0);
    main.querySelector("h1")?.focus({ preventScroll: true });
  }
  shown = location.hash;
}

function markNavigation(name) {
  const page = name === "check" ? "check" : "claims";
  for (const link of document.querySelectorAll("nav [data-page]")) {
    if (link.dataset.page === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function notFound() {
  return {
    title: "Not found",
    nodes: [h("h1", { tabindex: "-1" }, "There is no such page"), h("p", {}, h("a", { href: "#/" }, "All claims"))],
  };
}

document.getElementById("skip").addEventListener("click", () => main.focus());
window.addEventListener("hashchange", show);
show();
