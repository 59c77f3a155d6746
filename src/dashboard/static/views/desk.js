// The editor's desk: what the rules propose and leave open, to be settled one by one or many at once, from the keyboard if wanted; and
// what was decided lately, with a way back.

import * as api from "../api.js";
import { classes, foreign, h, useLayoutEffect, useRef, useState, written } from "../dom.js";
import { Decisions } from "../edit.js";
import { useMay, useMe } from "../identity.js";
import { useEvents } from "../live.js";
import { useLoad, usePages } from "../load.js";
import {
  badge,
  clusterLink,
  Empty,
  Failure,
  Heading,
  KeyForm,
  More,
  notify,
  outletName,
  outletsAndOrigins,
  placeOf,
  shown,
  Waiting,
} from "../parts.js";
import { linkTo } from "../router.js";
import { count, day, decisionName } from "../words.js";

/** @type {[Api.ReviewKind, string, string][]} */
const LISTS = [
  ["suggested", "Perhaps the same", "The claim may belong to the one beside it. The rules found it too unlike to link by themselves."],
  ["presupposed", "Taken for granted", "The sentence takes for granted what the claim beside it asserts the opposite of."],
  ["doubtful", "Perhaps not the same", "The sentence stands with the claim beside it, though nothing else there is very like it."],
];

/** Keys, what they do, and the reason that stands in the history unless another is given. */
const SAME = {
  kind: /** @type {const} */ ("confirm"),
  key: "c",
  label: "Same claim",
  reason: "Confirmed at the desk: they speak of the same.",
};
const OTHER = {
  kind: /** @type {const} */ ("reject"),
  key: "r",
  label: "Another claim",
  reason: "Rejected at the desk: they speak of something else.",
};

const SHORTCUTS = "crossclaim.shortcuts";

/** @param {import("../router.js").Address} props */
export function View({ query }) {
  const me = useMe();
  const mayEdit = useMay("editor");
  const [kind, , means] = LISTS.find(([name]) => name === query.get("kind")) ?? LISTS[0];
  const [turn, setTurn] = useState(0);
  useEvents((events) => events.some((event) => event.kind.startsWith("decision.")) && setTurn((turn) => turn + 1));
  return [
    h(Heading, { title: "Desk" }),
    h(
      "p",
      { class: "lead" },
      "What the rules propose and leave to you. What you decide holds whatever arrives later, until it is undone. To merge, split or relabel, open the claim.",
    ),
    me &&
      !mayEdit &&
      h(
        "div",
        { class: "failure" },
        h("p", {}, "You are signed in as ", h("bdi", {}, me.name), `, ${me.role}. The worklist is for editors.`),
        h(KeyForm, {}),
      ),
    me &&
      mayEdit && [
        h(
          "nav",
          { class: "tabs", "aria-label": "Worklist" },
          LISTS.map(([name, label]) =>
            h(
              "a",
              { key: name, href: linkTo("desk", undefined, { kind: name }), "aria-current": name === kind ? "true" : undefined },
              label,
            ),
          ),
        ),
        h("p", { class: "means" }, means),
        h(Worklist, { key: kind, kind, decided: () => setTurn((turn) => turn + 1) }),
      ],
    me === undefined && h(Waiting, null),
    me === null && h(KeyForm, {}),
    me && h("section", { "aria-labelledby": "decided" }, h("h2", { id: "decided" }, "Decided lately"), h(Decisions, { turn })),
  ];
}

/** @param {{ kind: Api.ReviewKind, decided: () => void }} props */
function Worklist({ kind, decided }) {
  const list = usePages((cursor, signal) => api.review({ kind, limit: 25, cursor }, signal), [kind]);
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState(/** @type {Set<string>} */ (new Set()));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  const [listens, setListens] = useState(localStorage.getItem(SHORTCUTS) !== "off");
  const [why, setWhy] = useState("");
  const made = useRef(/** @type {string[]} */ ([]));
  const frame = useRef(/** @type {HTMLOListElement | null} */ (null));
  const items = list.value?.items ?? [];
  const current = Math.min(at, items.length - 1);

  const goTo = (/** @type {number} */ next) => {
    const to = Math.max(0, Math.min(items.length - 1, next));
    setAt(to);
    const row = frame.current?.children[to];
    if (row instanceof HTMLElement) {
      row.scrollIntoView({ block: "nearest" });
      row.focus({ preventScroll: true });
    }
  };
  const settle = async (/** @type {Api.ReviewItem[]} */ settled, /** @type {typeof SAME | typeof OTHER} */ how, match = 0) => {
    if (settled.length === 0 || busy) return;
    setBusy(true);
    setError(null);
    try {
      const ids = [];
      for (const { claim, matches } of settled) {
        const decision = await api.decide({
          kind: how.kind,
          claims: [claim.id, matches[match].claim_id],
          reason: why.trim() || how.reason,
        });
        ids.push(decision.id);
        // A claim is settled when it was found the same as one; when it was rejected, its next match is up.
        list.set((page) => ({
          ...page,
          items: page.items.flatMap((item) => {
            if (item.claim.id !== claim.id) return [item];
            const rest = how.kind === "reject" ? item.matches.filter((_, index) => index !== match) : [];
            return rest.length > 0 ? [{ ...item, matches: rest }] : [];
          }),
        }));
      }
      made.current = ids;
      setChosen(new Set());
      notify({ text: `${decisionName(how.kind)}${ids.length > 1 ? ` (${ids.length})` : ""}.`, label: "Undo", act: takeBack });
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
    decided();
  };
  const takeBack = async () => {
    const ids = made.current.splice(0);
    if (ids.length === 0) return notify({ text: "There is nothing to undo from this visit." });
    try {
      for (const id of ids) await api.undo(id, "Undone at the desk.");
      notify({ text: "Undone." });
    } catch (failure) {
      setError(failure);
    }
    list.reload();
    decided();
  };
  const wanted = () => (chosen.size > 0 ? items.filter(({ claim }) => chosen.has(claim.id)) : items.slice(current, current + 1));
  const toggle = (/** @type {string} */ id) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };

  /** @type {Record<string, () => unknown>} */
  const keys = {
    j: () => goTo(current + 1),
    ArrowDown: () => goTo(current + 1),
    k: () => goTo(current - 1),
    ArrowUp: () => goTo(current - 1),
    x: () => items[current] && toggle(items[current].claim.id),
    o: () => items[current] && (location.hash = clusterLink(items[current].matches[0].cluster.id)),
    [SAME.key]: () => settle(wanted(), SAME),
    [OTHER.key]: () => settle(wanted(), OTHER),
    u: takeBack,
  };
  const latest = useRef(keys);
  latest.current = keys;
  useLayoutEffect(() => {
    if (!listens) return;
    const press = (/** @type {KeyboardEvent} */ event) => {
      const inField = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
      if (inField || event.ctrlKey || event.metaKey || event.altKey || !latest.current[event.key]) return;
      event.preventDefault();
      latest.current[event.key]();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [listens]);
  const listen = (/** @type {boolean} */ on) => {
    localStorage.setItem(SHORTCUTS, on ? "on" : "off");
    setListens(on);
  };

  return [
    error !== null && h(Failure, { error }),
    shown(list, ({ items }) =>
      items.length === 0 && !list.more
        ? h(
            Empty,
            { title: "Nothing to decide" },
            "The rules leave nothing open. ",
            h("a", { href: linkTo("", undefined, { show: "contested" }) }, "See what is contested"),
          )
        : [
            h(Shortcuts, { on: listens, set: listen }),
            h(
              "div",
              { class: "narrow" },
              h("label", { for: "why" }, "Reason (optional)"),
              h("input", { id: "why", type: "text", dir: "auto", maxLength: 2000, value: why, onInput: written(setWhy) }),
            ),
            chosen.size > 0 &&
              h(
                "p",
                { class: "tools" },
                h("span", {}, `${count(chosen.size, "item")} chosen`),
                [SAME, OTHER].map((how) =>
                  h("button", { key: how.key, type: "button", disabled: busy, onClick: () => settle(wanted(), how) }, how.label),
                ),
              ),
            h(
              "ol",
              { class: "worklist", ref: frame, "aria-label": "Worklist" },
              items.map((item, index) =>
                h(Item, {
                  key: item.claim.id,
                  item,
                  kind,
                  current: index === current,
                  chosen: chosen.has(item.claim.id),
                  busy,
                  enter: () => setAt(index),
                  toggle: () => toggle(item.claim.id),
                  settle: (how) => settle([item], how),
                }),
              ),
            ),
          ],
    ),
    h(More, { more: list.more }),
  ];
}

/** @param {{ on: boolean, set: (on: boolean) => void }} props */
const Shortcuts = ({ on, set }) =>
  h(
    "div",
    { class: "shortcuts" },
    h(
      "label",
      { class: "box" },
      h("input", { type: "checkbox", checked: on, onChange: (event) => set(event.currentTarget.checked) }),
      "Keyboard shortcuts",
    ),
    on &&
      h(
        "p",
        { class: "quiet" },
        [
          ["j", "next"],
          ["k", "back"],
          [SAME.key, "same claim"],
          [OTHER.key, "another claim"],
          ["x", "choose"],
          ["o", "open"],
          ["u", "undo"],
        ].map(([key, label]) => [h("kbd", {}, key), ` ${label}  `]),
      ),
  );

/** The sentence of a cluster that a claim is most like. Its representative wording may be the claim's own. @param {{ id: string }} props */
function Nearest({ id }) {
  const { value: claim } = useLoad((signal) => api.claim(id, signal), [id]);
  if (!claim) return null;
  return h("p", { class: "quiet" }, "most like ", foreign("span", {}, `“${claim.text}”`), " in ", h("bdi", {}, claim.outlet.name));
}

/**
 * @param {{ item: Api.ReviewItem, kind: Api.ReviewKind, current: boolean, chosen: boolean, busy: boolean, enter: () => void, toggle: () => void,
 *   settle: (how: typeof SAME | typeof OTHER) => void }} props
 */
function Item({ item: { claim, matches, presupposes }, kind, current, chosen, busy, enter, toggle, settle }) {
  const [{ cluster, claim_id, similarity, guards }] = matches;
  return h(
    "li",
    { class: classes("work", current && "current"), tabindex: -1, onFocusCapture: enter },
    h(
      "label",
      { class: "box" },
      h("input", { type: "checkbox", checked: chosen, onChange: toggle }),
      h("span", { class: "unseen" }, "Choose"),
    ),
    h(
      "div",
      { class: "sides" },
      h(
        "div",
        {},
        h("p", { class: "quiet" }, outletName(claim.outlet), `, ${day(claim.said_at)}`),
        foreign("p", { class: "sentence" }, h("a", { href: placeOf(claim) }, claim.text)),
        presupposes && foreign("p", { class: "quiet" }, `takes for granted: ${presupposes}`),
      ),
      h(
        "div",
        {},
        h("p", { class: "quiet" }, outletsAndOrigins(cluster)),
        foreign("p", { class: "sentence" }, h("a", { href: clusterLink(cluster.id) }, cluster.claim)),
        kind === "doubtful" && h(Nearest, { id: claim_id }),
        h(
          "p",
          { class: "facts" },
          badge("flag", `${Math.round(similarity * 100)} % alike`),
          guards.map(({ guard, detail }) => badge("flag", guard.replaceAll("_", " "), detail)),
          matches.length > 1 && h("span", { class: "quiet" }, `and ${count(matches.length - 1, "other match", "other matches")}`),
        ),
      ),
    ),
    h(
      "p",
      { class: "actions" },
      [SAME, OTHER].map((how) =>
        h("button", { key: how.key, type: "button", class: "plain", disabled: busy, onClick: () => settle(how) }, how.label),
      ),
    ),
  );
}
