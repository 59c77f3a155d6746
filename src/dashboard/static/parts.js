// Pieces that several views are made of.

import { Problem } from "./api.js";
import { classes, foreign, h, useEffect, useLayoutEffect, useRef, useState, written } from "./dom.js";
import { arrive, linkTo } from "./router.js";
import { signIn } from "./session.js";
import { createStore, useStore } from "./store.js";
import { align, cut } from "./text.js";
import { count, flag, isContested, isFragile, origins, relationOf, RELATIONS, tally } from "./words.js";

/** @typedef {import("./dom.js").Children} Children */

/**
 * The heading of a page, which names the tab and is where a new page begins for a screen reader.
 * @param {{ title: string, class?: string, children?: Children }} props
 */
export function Heading({ title, children, ...rest }) {
  const element = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    document.title = `${title} · Crossclaim`;
  }, [title]);
  useLayoutEffect(() => arrive(element.current), []);
  return foreign("h1", { tabindex: -1, ref: element, ...rest }, children ?? title);
}

// Badges

/** @param {string} kind @param {Children} text @param {string | null} [hint] */
export const badge = (kind, text, hint) => h("span", { class: `badge ${kind}`, title: hint || undefined }, text);

/** @param {Api.Relation | null | undefined} name */
export function relationBadge(name) {
  const relation = relationOf(name);
  return h("span", { class: `badge relation ${relation.name}` }, sign(relation.name), ` ${relation.name}`);
}

/** @param {Api.Relation} name */
export const sign = (name) => h("span", { class: `sign ${name}`, "aria-hidden": "true" }, relationOf(name).sign);

/** @param {Api.Flag[] | null | undefined} flags */
export const flagBadges = (flags) => (flags ?? []).map((name) => badge("flag", ...flag(name)));

/** @param {Pick<Api.Cluster, "counts" | "origins">} cluster */
export const clusterBadges = (cluster) => [
  isContested(cluster.counts) && badge("contested", "Contested", "At least one outlet disputes what others corroborate or echo."),
  isFragile(cluster) && badge("fragile", "Fragile", "Three outlets or more have it, and they may all have it from one origin."),
];

// Bars

const MOST_CELLS = 48;

/**
 * Two bars on one scale: outlets by what they do, and below them the origins behind them. Many outlets over one origin is what a
 * reader should see before reading anything.
 * @param {{ cluster: Pick<Api.Cluster, "counts" | "origins">, most: number }} props
 */
export function Measure({ cluster: { counts, origins: behind }, most }) {
  const cells = most <= MOST_CELLS;
  const parts = RELATIONS.flatMap(({ name }) => part(name, counts[name], cells));
  const from = [...part("named", behind.low, cells), ...part("unnamed", behind.high - behind.low, cells)];
  const share = (/** @type {number} */ n) => ({ width: `${(100 * n) / Math.max(most, 1)}%` });
  return h(
    "div",
    { class: "measure", role: "img", "aria-label": `${tally(counts)}; ${origins(behind)}` },
    h("div", { class: "bar", style: share(sumOf(counts)) }, parts),
    h("div", { class: "bar origins", style: share(behind.high) }, from),
  );
}

/** @param {string} name @param {number} n @param {boolean} cells @returns {Children[]} */
function part(name, n, cells) {
  if (n <= 0) return [];
  if (cells) return Array.from({ length: n }, (_, at) => h("span", { class: `part ${name}`, key: `${name}${at}` }));
  return [h("span", { class: `part ${name}`, key: name, style: { flexGrow: n } })];
}

/** Outlets that stand somewhere. @param {Api.Counts} counts */
export const sumOf = (counts) => RELATIONS.reduce((sum, { name }) => sum + counts[name], 0);

/** How long the longest bar of a list is. @param {Pick<Api.Cluster, "counts" | "origins">[]} clusters */
export const mostOf = (clusters) => Math.max(6, ...clusters.map(({ counts, origins }) => Math.max(sumOf(counts), origins.high)));

/** @param {Pick<Api.Cluster, "counts" | "origins">} cluster */
export const outletsAndOrigins = ({ counts, origins: from }) => `${count(counts.outlets, "outlet")}, ${origins(from)}`;

// Links

/**
 * The address of an article; with a place, the page opens there.
 * @param {string} id @param {{ span: Api.Span, inTitle?: boolean }} [place]
 */
export const articleLink = (id, place) =>
  linkTo("articles", id, place && { at: `${place.span.start}-${place.span.end}`, in: place.inTitle ? "title" : "" });

/** @param {string} id */
export const clusterLink = (id) => linkTo("claims", id);
/** @param {string} id */
export const outletLink = (id) => linkTo("outlets", id);

/** @param {Api.Claim} claim */
export const placeOf = (claim) => articleLink(claim.article_id, { span: claim.span, inTitle: claim.headline });

/** @param {Pick<Api.Outlet, "id" | "name">} outlet */
export const outletName = (outlet) => foreign("a", { href: outletLink(outlet.id), class: "outlet" }, outlet.name);

// Texts

/**
 * Two texts side by side, with the words that stand in both marked.
 * @param {{ ours: string, theirs: string, ourName: Children, theirName: Children }} props
 */
export function Aligned({ ours, theirs, ourName, theirName }) {
  const [left, right] = align(ours, theirs);
  const side = (/** @type {Children} */ title, /** @type {typeof left} */ runs) =>
    h(
      "div",
      {},
      h("p", { class: "side" }, title),
      foreign(
        "p",
        { class: "aligned-text" },
        runs.map(({ text, shared }) => (shared ? h("mark", { class: "shared" }, text) : text)),
      ),
    );
  return h("div", { class: "aligned" }, side(theirName, right), side(ourName, left));
}

/**
 * A text with places in it marked; each place names the class of its mark.
 * @param {string} text @param {{ span: Api.Span, mark: string, title?: string }[]} places
 */
export const marked = (text, places) =>
  cut(text, places).map((piece) => {
    if (piece.places.length === 0) return piece.text;
    const titles = piece.places.map(({ title }) => title).filter(Boolean);
    return h("mark", { class: classes(...piece.places.map(({ mark }) => mark)), title: titles.join("; ") || undefined }, piece.text);
  });

// States

/** @param {{ title: string, children?: Children }} props */
export const Empty = ({ title, children }) => h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, children));

/** Quick answers should not flash: the line comes only after a while. */
export function Waiting() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 250);
    return () => clearTimeout(timer);
  }, []);
  return h("p", { class: "waiting", role: "status" }, late && "Loading…");
}

/**
 * What went wrong, in the words of the API, with its code; a missing key can be given on the spot.
 * @param {{ error: unknown, retry?: () => void, heading?: boolean }} props
 */
export function Failure({ error, retry, heading }) {
  const problem =
    error instanceof Problem
      ? error
      : new Problem({
          title: "This page failed",
          detail: error instanceof Error ? error.message : String(error),
          code: /** @type {any} */ ("page"),
        });
  return [
    heading && h(Heading, { title: problem.title }),
    h(
      "div",
      { class: "failure", role: "alert" },
      !heading && h("p", { class: "strong" }, problem.title),
      h("p", {}, problem.message),
      problem.errors.length > 0 &&
        h(
          "ul",
          {},
          problem.errors.map((fault) => h("li", {}, h("code", {}, fault.pointer), " ", fault.detail)),
        ),
      h("p", { class: "quiet" }, "Code ", h("code", {}, problem.code), problem.status > 0 && `, status ${problem.status}`),
      problem.status === 401 ? h(KeyForm, {}) : retry && h("button", { type: "button", onClick: retry }, "Try again"),
    ),
  ];
}

/**
 * What was loaded, or what there is to say instead. An answer that is there already stays under a later failure.
 * @template T
 * @param {import("./load.js").Loaded<T>} loaded @param {(value: T) => Children} show @param {{ heading?: boolean }} [options]
 */
export function shown({ value, error, reload }, show, { heading = false } = {}) {
  if (value === null) return error ? h(Failure, { error, retry: reload, heading }) : h(Waiting, null);
  return [error !== null && h(Failure, { error, retry: reload }), show(value)];
}

/** The button that loads the next page of a list. @param {{ more: ReturnType<typeof import("./load.js").usePages>["more"] }} props */
export function More({ more }) {
  if (!more) return null;
  return h(
    "div",
    { class: "more" },
    more.error !== null && h(Failure, { error: more.error }),
    h("button", { type: "button", class: "plain", disabled: more.busy, onClick: more.next }, more.busy ? "Loading…" : "Show more"),
  );
}

export function KeyForm() {
  const [secret, setSecret] = useState("");
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    signIn(secret.trim());
  };
  return h(
    "form",
    { class: "key", onSubmit: submit },
    h("label", { for: "key" }, "API key"),
    h(
      "div",
      { class: "line" },
      h("input", { id: "key", type: "password", autocomplete: "off", required: true, value: secret, onInput: written(setSecret) }),
      h("button", { type: "submit" }, "Sign in"),
    ),
    h("p", { class: "quiet" }, "It is kept in this tab only and forgotten when the tab is closed."),
  );
}

// Notices: what was done, with a way back

/** @typedef {{ text: string, label?: string, act?: () => void }} Notice */
const notice = createStore(/** @type {Notice | null} */ (null));

/** @param {Notice | null} said */
export const notify = (said) => notice.set(said);

export function Notices() {
  const said = useStore(notice);
  return h(
    "div",
    { class: "notices", role: "status" },
    said &&
      h(
        "div",
        { class: "notice" },
        h("p", {}, said.text),
        said.act &&
          h(
            "button",
            {
              type: "button",
              onClick: () => {
                notify(null);
                said.act?.();
              },
            },
            said.label,
          ),
        h("button", { type: "button", "aria-label": "Dismiss", onClick: () => notify(null) }, "×"),
      ),
  );
}

/**
 * The width that an element has, for drawings that are laid out for it.
 * @returns {[import("./vendor/preact.js").RefObject<HTMLDivElement | null>, number]}
 */
export function useWidth() {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => setWidth(Math.floor(current.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
