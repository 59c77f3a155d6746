// The overview: claims as they stand across outlets, searched, filtered and sorted. The filter lives in the address, so that
// a list can be bookmarked and sent to a colleague.

import * as api from "../api.js";
import { foreign, h } from "../dom.js";
import { bar, clusterBadges, clusterLink, emptiness, failure } from "../parts.js";
import { count, day, origins } from "../words.js";

const SORTS = [
  ["contested", "Most contested"],
  ["recent", "Most recent"],
  ["echoed", "Most echoed"],
  ["fragile", "Most fragile"],
];
const PAGE = 30;
const PAUSE = 250;

export async function claimsView({ query, signal }) {
  const filter = readFilter(query);
  const results = h("div", { id: "results", class: "results" });
  await fill(results, filter, signal);

  const change = async (changes) => {
    Object.assign(filter, changes);
    // replaceState raises no hashchange: the form keeps its focus, and only the list is drawn again.
    history.replaceState(null, "", `#/${writeFilter(filter)}`);
    await fill(results, filter, signal);
  };

  return {
    title: "Claims",
    nodes: [
      h("h1", { tabindex: "-1" }, "Claims"),
      h(
        "p",
        { class: "lead" },
        "What outlets report, who vouches for it, who disputes it and who only passes it on.",
      ),
      filterForm(filter, change),
      results,
    ],
  };
}

function readFilter(query) {
  return {
    q: query.get("q") ?? "",
    sort: SORTS.some(([name]) => name === query.get("sort")) ? query.get("sort") : SORTS[0][0],
    contested: query.get("contested") === "true",
    several: query.get("several") === "true",
  };
}

function writeFilter({ q, sort, contested, several }) {
  const query = new URLSearchParams();
  if (q) query.set("q", q);
  if (sort !== SORTS[0][0]) query.set("sort", sort);
  if (contested) query.set("contested", "true");
  if (several) query.set("several", "true");
  return query.size > 0 ? `?${query}` : "";
}

function filterForm(filter, change) {
  let pause;
  const search = h("input", {
    id: "q",
    type: "search",
    value: filter.q,
    placeholder: "Words of a claim",
    autocomplete: "off",
    oninput: (event) => {
      clearTimeout(pause);
      pause = setTimeout(() => change({ q: event.target.value.trim() }), PAUSE);
    },
  });
  const sort = h(
    "select",
    { id: "sort", onchange: (event) => change({ sort: event.target.value }) },
    SORTS.map(([name, label]) => h("option", { value: name, selected: name === filter.sort }, label)),
  );
  const box = (id, label) =>
    h(
      "label",
      { class: "box", for: id },
      h("input", { id, type: "checkbox", checked: filter[id], onchange: (event) => change({ [id]: event.target.checked }) }),
      label,
    );
  const submit = (event) => {
    event.preventDefault();
    clearTimeout(pause);
    change({ q: search.value.trim() });
  };
  return h(
    "form",
    { class: "filter", role: "search", onsubmit: submit },
    h("div", { class: "field grow" }, h("label", { for: "q" }, "Search"), search),
    h("div", { class: "field" }, h("label", { for: "sort" }, "Sort by"), sort),
    h("div", { class: "boxes" }, box("contested", "Contested only"), box("several", "Two outlets or more")),
  );
}

/** Draws the list anew. A later call overtakes an earlier one that is still waiting. */
async function fill(results, filter, signal) {
  const turn = Symbol("turn");
  results.turn = turn;
  results.setAttribute("aria-busy", "true");
  try {
    const page = await api.clusters(wanted(filter), signal);
    if (results.turn !== turn) return;
    results.replaceChildren(...list(page, filter, signal));
  } catch (error) {
    if (error.name === "AbortError" || results.turn !== turn) return;
    results.replaceChildren(...failure(error, () => fill(results, filter, signal)).nodes.slice(1));
  }
  results.removeAttribute("aria-busy");
}

function wanted({ q, sort, contested, several }, cursor) {
  return { q, sort, contested: contested || undefined, min_outlets: several ? 2 : undefined, limit: PAGE, cursor };
}

function list({ items, next_cursor }, filter, signal) {
  if (items.length === 0) return [nothing(filter)];
  const rows = h("ol", { class: "claims", "aria-label": "Claims" }, items.map(row));
  let cursor = next_cursor;
  const more = h("button", { type: "button", class: "more", hidden: !cursor }, "Show more");
  more.addEventListener("click", async () => {
    more.disabled = true;
    try {
      const page = await api.clusters(wanted(filter, cursor), signal);
      const added = page.items.map(row);
      rows.append(...added);
      cursor = page.next_cursor;
      more.hidden = !cursor;
      added[0]?.querySelector("a").focus();
    } catch (error) {
      if (error.name !== "AbortError") more.before(...failure(error, () => more.click()).nodes.slice(1));
    }
    more.disabled = false;
  });
  return [rows, more];
}

function row(cluster) {
  const { counts } = cluster;
  return h(
    "li",
    { class: "claim-row" },
    h(
      "div",
      {},
      h("h2", {}, foreign("a", { href: clusterLink(cluster.id) }, cluster.claim)),
      h(
        "p",
        { class: "facts" },
        `${count(counts.outlets, "outlet")}, ${origins(cluster.origins)}`,
        h("span", { class: "quiet" }, `last seen ${day(cluster.last_seen_at)}`),
        clusterBadges(cluster),
      ),
    ),
    bar(counts),
  );
}

function nothing({ q, contested, several }) {
  if (q || contested || several) return emptiness("No claim matches", "Try fewer words, or take a filter off.");
  return emptiness(
    "No claims yet",
    "Send an article to ",
    h("code", {}, "POST /v1/articles"),
    ", or start with the sample corpus: ",
    h("code", {}, "make demo"),
    ".",
  );
}
