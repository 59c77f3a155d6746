// The overview: claims as they stand across outlets, searched, filtered and sorted. What changes meanwhile changes in its place;
// what is new waits above the list until it is wanted, so that nothing moves under the reader's eyes.

import * as api from "../api.js";
import { classes, foreign, h, useEffect, useRef, useState } from "../dom.js";
import { asked, FilterForm, isNarrow, readFilter } from "../filter.js";
import { useEvents } from "../live.js";
import { usePages } from "../load.js";
import { clusterBadges, clusterLink, Empty, Heading, Measure, More, mostOf, outletsAndOrigins, shown } from "../parts.js";
import { linkTo } from "../router.js";
import { count, coverage, day, tally } from "../words.js";

const PAGE = 50;

/** @param {import("../router.js").Address} props */
export function View({ query }) {
  const chosen = readFilter(query);
  const filter = asked(chosen);
  const list = usePages((cursor, signal) => api.clusters({ ...filter, limit: PAGE, cursor }, signal), Object.values(filter));
  const live = useLiveRows(list, filter);
  const isThere = list.value !== null;
  // For those who measure how long the first view takes.
  useEffect(() => void (isThere && performance.mark("rows")), [isThere]);
  return [
    h(Heading, { title: "Claims" }),
    h("p", { class: "lead" }, "What outlets report, who vouches for it, who disputes it, and who only passes it on."),
    h(FilterForm, { chosen, view: "" }),
    h(
      "div",
      { class: classes("results", list.busy && list.value && "stale"), "aria-busy": list.busy },
      shown(list, ({ items, coverage: rests }) =>
        items.length === 0
          ? h(Nothing, { chosen, known: rests.articles })
          : [
              h("div", { class: "list-head" }, h(Legend, {}), h("p", { class: "quiet coverage" }, coverage(rests))),
              h(
                "div",
                { role: "status", class: "pending" },
                live.waiting > 0 && h("button", { type: "button", onClick: live.show }, `Show ${count(live.waiting, "new claim")}`),
              ),
              h(Rows, { items, changed: live.changed }),
              h(More, { more: list.more }),
            ],
      ),
    ),
  ];
}

/**
 * Rows that change while they are looked at: the counts come with the events, and whether there is something new is asked.
 * @param {ReturnType<typeof usePages<Api.Cluster, Api.ClusterPage>>} list @param {api.Filter} filter
 */
function useLiveRows({ value, set, reload }, filter) {
  const [changed, setChanged] = useState(/** @type {Set<string>} */ (new Set()));
  const [news, setNews] = useState(/** @type {{ of: unknown, ids: string[] }} */ ({ of: null, ids: [] }));
  const list = JSON.stringify(filter);
  const current = useRef(list);
  current.current = list;
  useEvents(async (events) => {
    const of = new Map(events.flatMap((event) => (event.cluster_id ? [[event.cluster_id, event.payload]] : [])));
    if (of.size === 0) return;
    set((page) => ({ ...page, items: page.items.map((row) => patched(row, of.get(row.id))) }));
    setChanged(new Set(of.keys()));
    const page = await api.clusters({ ...filter, limit: PAGE }).catch(() => null);
    if (!page || current.current !== list) return;
    if (!value || value.items.length === 0) return reload();
    const known = new Set(value.items.map(({ id }) => id));
    setNews({ of: list, ids: page.items.map(({ id }) => id).filter((id) => !known.has(id) && of.has(id)) });
  });
  const show = () => {
    setNews({ of: null, ids: [] });
    reload();
  };
  return { changed, waiting: news.of === list ? news.ids.length : 0, show };
}

/** @param {Api.Cluster} row @param {any} payload @returns {Api.Cluster} */
function patched(row, payload) {
  if (!payload?.counts || !payload.origins) return row;
  return { ...row, counts: payload.counts, origins: { ...row.origins, ...payload.origins } };
}

/** @param {{ items: Api.Cluster[], changed?: Set<string> }} props */
export function Rows({ items, changed }) {
  const most = mostOf(items);
  return h(
    "ol",
    { class: "claims", "aria-label": "Claims" },
    items.map((cluster) => h(Row, { key: cluster.id, cluster, most, changed: changed?.has(cluster.id) ?? false })),
  );
}

/** @param {{ cluster: Api.Cluster, most: number, changed: boolean }} props */
function Row({ cluster, most, changed }) {
  return h(
    "li",
    { class: classes("claim-row", changed && "changed") },
    h(
      "div",
      {},
      h("h2", {}, foreign("a", { href: clusterLink(cluster.id) }, cluster.claim)),
      h(
        "p",
        { class: "facts" },
        h("span", {}, outletsAndOrigins(cluster)),
        h("span", { class: "quiet" }, day(cluster.last_seen_at)),
        clusterBadges(cluster),
      ),
    ),
    h(
      "div",
      { class: "row-measure" },
      h(Measure, { cluster, most }),
      h("p", { class: "tally", "aria-hidden": "true" }, tally(cluster.counts)),
    ),
  );
}

/** What the bars mean; the words under each bar say it too. */
export function Legend() {
  const entry = (/** @type {string} */ name, /** @type {string} */ label) => h("li", {}, h("span", { class: `part ${name}` }), label);
  return h(
    "ul",
    { class: "legend", "aria-label": "Legend of the bars" },
    entry("corroborates", "corroborates"),
    entry("disputes", "disputes"),
    entry("echoes", "echoes"),
    entry("named", "origin"),
    entry("unnamed", "presumed or unnamed origin"),
  );
}

/** @param {{ chosen: import("../filter.js").Chosen, known: number }} props */
function Nothing({ chosen, known }) {
  if (isNarrow(chosen))
    return h(
      Empty,
      { title: "No claim matches" },
      "Try fewer words, or take a filter off. ",
      h("a", { href: linkTo("") }, "Show all claims"),
    );
  if (known > 0 && chosen.show !== "all")
    return h(
      Empty,
      { title: "Nothing is in two outlets yet" },
      h("a", { href: linkTo("", undefined, { show: "all" }) }, "Show the claims of single outlets"),
    );
  return h(
    Empty,
    { title: "No claims yet" },
    h("a", { href: linkTo("ingest") }, "Bring in articles or a feed"),
    ", send them to ",
    h("code", {}, "POST /v1/articles"),
    ", or start with the sample corpus: ",
    h("code", {}, "make demo"),
    ".",
  );
}
