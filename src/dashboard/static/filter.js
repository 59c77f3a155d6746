// How claims are chosen: shared by the list and by the matrix, and kept in the address, so that a view can be bookmarked and sent
// to a colleague.

import * as api from "./api.js";
import { h, useEffect, useRef, useState, written } from "./dom.js";
import { useLoad } from "./load.js";
import { linkTo, refine } from "./router.js";
import { FRAGILE, RELATIONS } from "./words.js";

const PAUSE = 250;
const DEFAULT_SORT = "recent";

/** @type {[string, string][]} */
const SORTS = [
  ["recent", "Most recent"],
  ["trending", "Trending"],
  ["contested", "Most contested"],
  ["fragile", "Most fragile"],
  ["echoed", "Most echoed"],
];

/** The choices one click away. @type {[string, string, string][]} */
const SHOWN = [
  ["", "Several outlets", "Two outlets or more have it"],
  ["fragile", "Fragile", "Three outlets or more, and one origin at most"],
  ["contested", "Contested", "Disputed by somebody, asserted by somebody else"],
  ["all", "All", "Every claim, also where a single outlet has it"],
];

/** @typedef {{ q: string, show: string, sort: string, outlet: string, relation: string, outlets: string, since: string, until: string }} Chosen */

/** @param {URLSearchParams} query @returns {Chosen} */
export function readFilter(query) {
  const text = (/** @type {string} */ name) => query.get(name) ?? "";
  /** @param {string} name @param {string[]} known */
  const oneOf = (name, known) => (known.includes(text(name)) ? text(name) : "");
  const date = (/** @type {string} */ name) => (/^\d{4}-\d\d-\d\d$/.test(text(name)) ? text(name) : "");
  return {
    q: text("q"),
    show: oneOf(
      "show",
      SHOWN.map(([name]) => name),
    ),
    sort: oneOf(
      "sort",
      SORTS.map(([name]) => name),
    ),
    outlet: text("outlet"),
    relation: oneOf(
      "relation",
      RELATIONS.map(({ name }) => name),
    ),
    outlets: /^\d{1,4}$/.test(text("outlets")) ? text("outlets") : "",
    since: date("since"),
    until: date("until"),
  };
}

/** As the API is asked. @param {Chosen} chosen @returns {api.Filter} */
export function asked({ q, show, sort, outlet, relation, outlets, since, until }) {
  const fewest = { fragile: FRAGILE.min_outlets, contested: 0, all: 0 }[show] ?? 2;
  return {
    q,
    outlet,
    relation,
    contested: show === "contested" || undefined,
    min_outlets: Math.max(Number(outlets), fewest) || undefined,
    max_origins: show === "fragile" ? FRAGILE.max_origins : undefined,
    since: since && `${since}T00:00:00Z`,
    until: until && `${until}T23:59:59Z`,
    sort: sort || usualSort(show),
  };
}

/** What is asked for by its fragility is best seen most fragile first. @param {string} show */
const usualSort = (show) => (SORTS.some(([name]) => name === show) ? show : DEFAULT_SORT);

/** Whether anything is left out that was asked to be. @param {Chosen} chosen */
export const isNarrow = ({ sort: _, show, ...chosen }) =>
  (show !== "" && show !== "all") || Object.values(chosen).some((value) => value !== "");

/** @param {{ chosen: Chosen, view: string }} props */
export function FilterForm({ chosen, view }) {
  const [words, setWords] = useState(chosen.q);
  const [open, setOpen] = useState(false);
  const pause = useRef(0);
  const own = useRef(chosen.q);
  // Words that came with an address, and not from this box.
  useEffect(() => {
    if (chosen.q !== own.current) setWords((own.current = chosen.q));
  }, [chosen.q]);
  const change = (/** @type {Partial<Chosen>} */ changes) => refine({ ...chosen, ...changes });
  const search = (/** @type {string} */ words) => {
    clearTimeout(pause.current);
    own.current = words.trim();
    change({ q: words.trim() });
  };
  const typed = (/** @type {string} */ words) => {
    setWords(words);
    clearTimeout(pause.current);
    pause.current = setTimeout(() => search(words), PAUSE);
  };
  const further = ["outlet", "relation", "outlets", "since", "until"].filter(
    (name) => chosen[/** @type {keyof Chosen} */ (name)] !== "",
  ).length;
  return h(
    "form",
    {
      class: "filter",
      role: "search",
      onSubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        search(words);
      },
    },
    h(
      "div",
      { class: "field grow" },
      h("label", { for: "q" }, "Search"),
      h("input", {
        id: "q",
        type: "search",
        dir: "auto",
        value: words,
        placeholder: "Words of a claim",
        autocomplete: "off",
        onInput: written(typed),
      }),
    ),
    h(
      "div",
      { class: "chips", role: "group", "aria-label": "Show" },
      SHOWN.map(([name, label, hint]) =>
        h(
          "a",
          {
            class: "chip",
            key: name,
            title: hint,
            href: linkTo(view, undefined, { ...chosen, show: name }),
            "aria-current": chosen.show === name ? "true" : undefined,
          },
          label,
        ),
      ),
    ),
    h(
      "div",
      { class: "field" },
      h("label", { for: "sort" }, "Sort by"),
      h(
        "select",
        { id: "sort", value: chosen.sort || usualSort(chosen.show), onChange: written((sort) => change({ sort })) },
        SORTS.map(([name, label]) => h("option", { value: name, key: name }, label)),
      ),
    ),
    h(
      "button",
      { type: "button", class: "plain", "aria-expanded": open, "aria-controls": "further", onClick: () => setOpen(!open) },
      further > 0 ? `Filters (${further})` : "Filters",
    ),
    open && h(Further, { chosen, change }),
  );
}

/** @param {{ chosen: Chosen, change: (changes: Partial<Chosen>) => void }} props */
function Further({ chosen, change }) {
  const known = useLoad((signal) => api.outlets({ limit: 100 }, signal), []);
  const field = (/** @type {keyof Chosen} */ name, /** @type {string} */ label, /** @type {"date" | "number"} */ type) =>
    h(
      "div",
      { class: "field" },
      h("label", { for: name }, label),
      h("input", {
        id: name,
        type,
        min: type === "number" ? 0 : undefined,
        value: chosen[name],
        onChange: written((value) => change({ [name]: value })),
      }),
    );
  return h(
    "div",
    { class: "further", id: "further" },
    h(
      "div",
      { class: "field" },
      h("label", { for: "outlet" }, "Outlet"),
      h(
        "select",
        { id: "outlet", value: chosen.outlet, onChange: written((outlet) => change({ outlet })) },
        h("option", { value: "" }, "Any"),
        known.value?.items.map(({ id, name }) => h("option", { value: id, key: id, dir: "auto" }, name)),
      ),
    ),
    h(
      "div",
      { class: "field" },
      h("label", { for: "relation" }, chosen.outlet ? "which" : "Somebody"),
      h(
        "select",
        { id: "relation", value: chosen.relation, onChange: written((relation) => change({ relation })) },
        h("option", { value: "" }, "has it"),
        RELATIONS.map(({ name }) => h("option", { value: name, key: name }, name === "unclear" ? "is unclear about it" : `${name} it`)),
      ),
    ),
    field("outlets", "Outlets, at least", "number"),
    field("since", "Seen since", "date"),
    field("until", "Seen until", "date"),
    h(
      "button",
      { type: "button", class: "plain", onClick: () => change({ outlet: "", relation: "", outlets: "", since: "", until: "" }) },
      "Clear",
    ),
  );
}
