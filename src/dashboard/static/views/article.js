// One article as it is stored, with its claims marked where they stand. "?at=start-end" opens it at a place. A withdrawn one says so,
// and why.

import * as api from "../api.js";
import { classes, foreign, h, joined, outside, useEffect, useRef, useState } from "../dom.js";
import { ReasonDialog } from "../edit.js";
import { useMay } from "../identity.js";
import { useEvents } from "../live.js";
import { useLoad } from "../load.js";
import {
  Aligned,
  articleLink,
  badge,
  clusterLink,
  Empty,
  flagBadges,
  Heading,
  notify,
  outletName,
  relationBadge,
  shown,
} from "../parts.js";
import { linkTo } from "../router.js";
import { cut } from "../text.js";
import { certainty, count, minute, relationOf } from "../words.js";

/** @param {import("../router.js").Address} props */
export function View({ parts: [id], query }) {
  const loaded = useLoad((signal) => api.article(id, signal), [id]);
  useEvents((events) => events.some((event) => event.article_id === id) && loaded.reload());
  const { error } = loaded;
  return [
    h("p", { class: "crumb" }, h("a", { href: linkTo("") }, "All claims")),
    error instanceof api.Problem && error.status === 410
      ? h(Withdrawn, { id, problem: error, restored: loaded.reload })
      : shown(loaded, (article) => h(Article, { article, wanted: readPlace(query), reload: loaded.reload }), { heading: true }),
  ];
}

/** @param {{ article: Api.Article, wanted: ReturnType<typeof readPlace>, reload: () => void }} props */
function Article({ article, wanted, reload }) {
  const claims = article.claims ?? [];
  const [active, setActive] = useState("");
  const target = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    target.current?.scrollIntoView({ block: "center" });
    target.current?.focus({ preventScroll: true });
  }, []);
  const text = (/** @type {string} */ text, /** @type {boolean} */ inTitle) =>
    h(Marked, {
      text,
      claims: claims.filter(({ headline }) => headline === inTitle),
      wanted: wanted && wanted.inTitle === inTitle ? wanted : null,
      target,
      active,
    });
  return [
    h(
      "div",
      { class: "story-and-claims" },
      h(
        "article",
        {},
        h(
          "header",
          {},
          h(Heading, { title: article.title ?? article.url }, article.title ? text(article.title, true) : foreign("span", {}, article.url)),
          h(
            "p",
            { class: "facts" },
            outletName(article.outlet),
            article.byline && foreign("span", {}, article.byline),
            h("span", { class: "quiet" }, minute(article.published_at)),
            outside(article.url, "original"),
            article.status !== "linked" && badge("flag", article.status, "Its claims are not yet compared with others."),
            !article.current && badge("flag", "older revision", "A later text stands at this address."),
            article.syndicated_from.length > 0 && badge("who", ["credited to ", h("bdi", {}, article.syndicated_from.join(", "))]),
          ),
        ),
        foreign("div", { class: "story-text" }, text(article.text ?? "", false)),
        h(Shared, { article }),
        h(Withdraw, { article, done: reload }),
      ),
      h(ClaimList, { claims, point: setActive }),
    ),
  ];
}

/** @typedef {{ span: Api.Span, claim?: Api.Claim, inTitle?: boolean }} Marking */

/** @param {URLSearchParams} query */
function readPlace(query) {
  const [, start, end] = /^(\d+)-(\d+)$/.exec(query.get("at") ?? "") ?? [];
  return start === undefined ? null : { span: { start: Number(start), end: Number(end) }, inTitle: query.get("in") === "title" };
}

/**
 * The text with each claim as a link to where it stands across outlets. Where claims overlap, the shortest is linked.
 * @param {{ text: string, claims: Api.Claim[], wanted: Marking | null, target: { current: HTMLElement | null }, active: string }} props
 */
function Marked({ text, claims, wanted, target, active }) {
  /** @type {Marking[]} */
  const places = claims.map((claim) => ({ span: claim.span, claim }));
  let found = false;
  return cut(text, wanted ? [...places, wanted] : places).map((piece) => {
    const inside = piece.places.flatMap((place) => place.claim ?? []);
    const claim = inside.sort((a, b) => width(a) - width(b))[0];
    const isWanted = wanted !== null && piece.places.some(({ span }) => span === wanted.span);
    if (!claim && !isWanted) return piece.text;
    const isTarget = isWanted && !found;
    found ||= isWanted;
    const properties = {
      key: piece.start,
      ref: isTarget ? target : undefined,
      class: classes("mark", claim?.relation ?? "unclear", isWanted && "wanted", claim !== undefined && claim.id === active && "active"),
    };
    return claim?.cluster_id
      ? h("a", { ...properties, href: clusterLink(claim.cluster_id), title: about(claim) }, piece.text)
      : h("mark", { ...properties, tabindex: -1 }, piece.text);
  });
}

/** @param {{ span: Api.Span }} place */
const width = ({ span }) => span.end - span.start;

/** @param {Api.Claim} claim */
const about = ({ relation, attribution }) =>
  [relationOf(relation).verb[0], ...attribution.chain.map(({ name }) => `from ${name}`)].join(", ");

/** @param {{ claims: Api.Claim[], point: (id: string) => void }} props */
function ClaimList({ claims, point }) {
  if (claims.length === 0)
    return h(
      Empty,
      { title: "No claims" },
      "Nothing in this article is a fact that could be checked, or it is in a language that is not read.",
    );
  return h(
    "section",
    { "aria-labelledby": "claims" },
    h("h2", { id: "claims" }, count(claims.length, "claim")),
    h(
      "ol",
      { class: "sentences" },
      claims.map((claim) =>
        h(
          "li",
          { key: claim.id, onMouseEnter: () => point(claim.id), onMouseLeave: () => point("") },
          foreign(
            "p",
            { class: "sentence" },
            claim.cluster_id
              ? h("a", { href: clusterLink(claim.cluster_id), onFocus: () => point(claim.id) }, claim.proposition)
              : claim.proposition,
          ),
          h(
            "p",
            { class: "facts" },
            claim.relation && relationBadge(claim.relation),
            claim.headline && badge("flag", "headline"),
            claim.polarity === "denied" && badge("flag", "denies"),
            claim.certainty !== "asserted" && badge("flag", certainty(claim.certainty)),
            flagBadges(claim.flags.filter((flag) => flag !== "hedged")),
            h(Chain, { claim }),
          ),
        ),
      ),
    ),
  );
}

/** From the outlet up to the root. @param {{ claim: Api.Claim }} props */
function Chain({ claim: { attribution, outlet } }) {
  if (attribution.chain.length === 0) return h("span", { class: "quiet" }, "own voice");
  const steps = [h("bdi", {}, outlet.name), ...attribution.chain.map(({ name, role }) => h("bdi", { title: role ?? undefined }, name))];
  return h("span", { class: "quiet chain" }, joined(steps, " ← "));
}

/** What it has from others word for word, and others from it. @param {{ article: Api.Article }} props */
function Shared({ article }) {
  const loaded = useLoad((signal) => api.reuse(article.id, signal), [article.id]);
  const items = loaded.value?.items ?? [];
  if (items.length === 0) return null;
  return h(
    "section",
    { "aria-labelledby": "shared" },
    h("h2", { id: "shared" }, "Text it shares"),
    items.map((reuse) =>
      h(
        "details",
        { key: reuse.article.id, class: "shared-text" },
        h(
          "summary",
          {},
          `${Math.round(reuse.share * 100)} % of ${reuse.direction === "from" ? "its words stand earlier in " : "the words there stand here earlier: "}`,
          h("bdi", {}, reuse.article.outlet.name),
          ` (${count(reuse.words, "word")})`,
        ),
        h(
          "p",
          { class: "facts" },
          foreign("a", { href: articleLink(reuse.article.id) }, reuse.article.title ?? reuse.article.url),
          h("span", { class: "quiet" }, minute(reuse.article.published_at)),
        ),
        reuse.passages.map((passage, at) =>
          h(Aligned, {
            key: at,
            ours: passage.text,
            theirs: passage.other_text,
            ourName: h("bdi", {}, article.outlet.name),
            theirName: h(
              "a",
              { href: articleLink(reuse.article.id, { span: passage.other_span }) },
              h("bdi", {}, reuse.article.outlet.name),
            ),
          }),
        ),
      ),
    ),
  );
}

/** @param {{ article: Api.Article, done: () => void }} props */
function Withdraw({ article, done }) {
  const [open, setOpen] = useState(false);
  if (!useMay("editor")) return null;
  return [
    h("p", { class: "tools" }, h("button", { type: "button", class: "plain", onClick: () => setOpen(true) }, "Withdraw this article…")),
    open &&
      h(
        ReasonDialog,
        {
          title: "Withdraw this article?",
          action: "Withdraw",
          close: () => setOpen(false),
          decide: async (reason) => {
            await api.withdraw(article.id, reason);
            notify({ text: "Withdrawn. It counts nowhere any more." });
            done();
          },
        },
        h("p", {}, "It leaves every list and count. Whoever has something from it is flagged. It can be restored."),
      ),
  ];
}

/** @param {{ id: string, problem: api.Problem, restored: () => void }} props */
function Withdrawn({ id, problem, restored }) {
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const mayEdit = useMay("editor");
  const restore = async () => {
    try {
      await api.restore(id);
      notify({ text: "Restored." });
      restored();
    } catch (failure) {
      setError(failure);
    }
  };
  return [
    h(Heading, { title: "This article was withdrawn" }),
    h(
      "div",
      { class: "withdrawn" },
      foreign("p", {}, problem.message),
      h(
        "p",
        { class: "quiet" },
        "Its text is not shown and it counts nowhere. Whoever has something from it carries the flag “origin withdrawn”.",
      ),
      error !== null && foreign("p", { role: "alert" }, error instanceof Error ? error.message : String(error)),
      mayEdit && h("p", { class: "tools" }, h("button", { type: "button", class: "plain", onClick: restore }, "Restore it")),
    ),
  ];
}
