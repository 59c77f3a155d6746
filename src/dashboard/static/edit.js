// What an editor does to a claim: relabel, split, move, merge, note; each with a reason, and each with a way back.

import * as api from "./api.js";
import { Fragment, foreign, h, useEffect, useId, useRef, useState, written } from "./dom.js";
import { useMay } from "./identity.js";
import { useLoad, usePages } from "./load.js";
import { clusterLink, Failure, More, notify, outletsAndOrigins, relationBadge, shown } from "./parts.js";
import { count, decisionName, eventName, minute, relationOf, RELATIONS } from "./words.js";

/** @typedef {import("./dom.js").Children} Children */

/**
 * A question that is answered with a reason. `decide` is given it; what it throws is shown, and the dialog stays.
 * @param {{ title: string, action: string, ready?: boolean, decide: (reason: string) => Promise<unknown>, close: () => void, children?: Children }} props
 */
export function ReasonDialog({ title, action, ready = true, decide, close, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [reason, setReason] = useState("");
  const [state, setState] = useState({ busy: false, error: /** @type {unknown} */ (null) });
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setState({ busy: true, error: null });
    try {
      await decide(reason.trim());
      close();
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return h(
    "dialog",
    { ref: dialog, "aria-labelledby": `${id}-title`, onClose: close },
    h(
      "form",
      { onSubmit: submit },
      h("h2", { id: `${id}-title` }, title),
      children,
      h("label", { for: `${id}-reason` }, "Reason, for the history"),
      h("textarea", {
        id: `${id}-reason`,
        rows: 2,
        required: true,
        maxLength: 2000,
        dir: "auto",
        value: reason,
        onInput: written(setReason),
      }),
      state.error !== null && h(Failure, { error: state.error }),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", class: "plain", onClick: close }, "Cancel"),
        h("button", { type: "submit", disabled: state.busy || !ready || reason.trim() === "" }, action),
      ),
    ),
  );
}

/** Decides, and offers the way back. @param {Api.DecisionRequest} request @param {() => void} [done] */
export async function decide(request, done) {
  const made = await api.decide(request);
  done?.();
  notify({
    text: `${decisionName(made.kind)}.`,
    label: "Undo",
    act: async () => {
      try {
        await api.undo(made.id, "Undone at once.");
        notify({ text: "Undone." });
      } catch (error) {
        notify({ text: error instanceof Error ? error.message : String(error) });
      }
      done?.();
    },
  });
  return made;
}

/** @param {{ position: Api.OutletPosition }} props */
export function Relabel({ position }) {
  const [open, setOpen] = useState(false);
  const [relation, setRelation] = useState(/** @type {Api.Relation | null} */ (null));
  const group = useId();
  if (!useMay("editor")) return null;
  const { claim_ids: claims, outlet } = position;
  return [
    h(
      "p",
      { class: "actions" },
      h(
        "button",
        { type: "button", class: "plain small", "aria-label": `Relabel ${outlet.name}`, onClick: () => setOpen(true) },
        "Relabel",
      ),
    ),
    open &&
      h(
        ReasonDialog,
        {
          title: `What does ${outlet.name} do here?`,
          action: "Relabel",
          ready: relation !== null,
          decide: (reason) => decide({ kind: "relabel", claims, relation: relation ?? "unclear", reason }),
          close: () => setOpen(false),
        },
        h(
          "fieldset",
          {},
          h("legend", {}, `For ${count(claims.length, "sentence")} of this outlet`),
          RELATIONS.filter(({ name }) => name !== position.relation).map(({ name, label, means }) =>
            h(
              "label",
              { key: name, class: "choice" },
              h("input", { type: "radio", name: group, value: name, required: true, onChange: () => setRelation(name) }),
              h("span", {}, h("strong", {}, relationOf(name).sign, " ", label), h("span", { class: "quiet" }, ` ${means}`)),
            ),
          ),
        ),
      ),
  ];
}

/** Split, merge and note. @param {{ cluster: Api.Cluster, done: () => void }} props */
export function ClaimTools({ cluster, done }) {
  const [open, setOpen] = useState("");
  const close = () => setOpen("");
  const button = (/** @type {string} */ name, /** @type {string} */ label) =>
    h("button", { type: "button", class: "plain", onClick: () => setOpen(name) }, label);
  return [
    h(
      "p",
      { class: "tools" },
      button("merge", "Merge with another claim…"),
      (cluster.claims ?? []).length > 1 && button("split", "Split sentences off…"),
      button("note", "Leave a note…"),
    ),
    open === "merge" && h(Merge, { cluster, done, close }),
    open === "split" && h(Split, { cluster, done, close }),
    open === "note" && h(Note, { cluster, done, close }),
  ];
}

/** @param {{ cluster: Api.Cluster, done: () => void, close: () => void }} props */
function Merge({ cluster, done, close }) {
  const [words, setWords] = useState("");
  const [asked, setAsked] = useState("");
  const [other, setOther] = useState("");
  const id = useId();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words.trim()), 250);
    return () => clearTimeout(timer);
  }, [words]);
  const found = useLoad(async (signal) => (asked ? (await api.clusters({ q: asked, limit: 8 }, signal)).items : []), [asked]);
  const others = (found.value ?? []).filter((candidate) => candidate.id !== cluster.id);
  return h(
    ReasonDialog,
    {
      title: "Merge with another claim",
      action: "Merge",
      ready: other !== "",
      close,
      decide: (reason) => decide({ kind: "merge", cluster: cluster.id, other, reason }, done),
    },
    h("label", { for: `${id}-q` }, "Words of the other claim"),
    h("input", { id: `${id}-q`, type: "search", dir: "auto", autocomplete: "off", value: words, onInput: written(setWords) }),
    h(
      "fieldset",
      {},
      h(
        "legend",
        {},
        asked === "" ? "Search first" : others.length === 0 && !found.busy ? "No other claim has these words" : "The other claim",
      ),
      others.map((candidate) =>
        h(
          "label",
          { key: candidate.id, class: "choice" },
          h("input", { type: "radio", name: id, checked: other === candidate.id, onChange: () => setOther(candidate.id) }),
          h("span", {}, foreign("span", {}, candidate.claim), h("span", { class: "quiet" }, ` ${outletsAndOrigins(candidate)}`)),
        ),
      ),
    ),
  );
}

/** @param {{ cluster: Api.Cluster, done: () => void, close: () => void }} props */
function Split({ cluster, done, close }) {
  const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
  const claims = cluster.claims ?? [];
  const toggle = (/** @type {string} */ id) => setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return h(
    ReasonDialog,
    {
      title: "Split sentences off",
      action: "Split",
      ready: chosen.length > 0 && chosen.length < claims.length,
      close,
      decide: (reason) => decide({ kind: "split", cluster: cluster.id, claims: chosen, reason }, done),
    },
    h(
      "fieldset",
      { class: "long" },
      h("legend", {}, "Those that speak of something else, together"),
      claims.map((claim) =>
        h(
          "label",
          { key: claim.id, class: "choice" },
          h("input", { type: "checkbox", checked: chosen.includes(claim.id), onChange: () => toggle(claim.id) }),
          h(
            "span",
            {},
            foreign("span", {}, claim.text),
            h("span", { class: "quiet" }, " ", h("bdi", {}, claim.outlet.name)),
            " ",
            relationBadge(claim.relation),
          ),
        ),
      ),
    ),
  );
}

/** @param {{ cluster: Api.Cluster, done: () => void, close: () => void }} props */
function Note({ cluster, done, close }) {
  const [text, setText] = useState("");
  const id = useId();
  return h(
    ReasonDialog,
    {
      title: "Leave a note",
      action: "Leave note",
      ready: text.trim() !== "",
      close,
      decide: (reason) => decide({ kind: "note", cluster: cluster.id, text: text.trim(), reason }, done),
    },
    h("label", { for: `${id}-text` }, "Note, shown above the claim"),
    h("textarea", { id: `${id}-text`, rows: 3, required: true, dir: "auto", value: text, onInput: written(setText) }),
  );
}

/**
 * What editors decided, with a way back for those who may, and what the machine did meanwhile.
 * @param {{ cluster?: string, turn?: number, done?: () => void }} props
 */
export function Decisions({ cluster, turn = 0, done }) {
  const [again, setAgain] = useState(0);
  const [undoing, setUndoing] = useState(/** @type {Api.Decision | null} */ (null));
  const mayEdit = useMay("editor");
  const decided = usePages((cursor, signal) => api.decisions({ cluster, undone: true, limit: 10, cursor }, signal), [cluster, turn, again]);
  const changed = () => {
    setAgain((again) => again + 1);
    done?.();
  };
  return h(
    Fragment,
    {},
    shown(decided, ({ items }) =>
      items.length === 0
        ? h("p", { class: "quiet" }, "No editor has decided anything here.")
        : h(
            "ol",
            { class: "decisions" },
            items.map((decision) =>
              h(
                "li",
                { key: decision.id, class: decision.undone_at ? "undone" : undefined },
                h(
                  "div",
                  {},
                  h(
                    "p",
                    {},
                    h("strong", {}, decisionName(decision.kind)),
                    decision.relation && [" as ", relationBadge(decision.relation)],
                    !cluster && decision.clusters[0] && [" ", h("a", { href: clusterLink(decision.clusters[0]) }, "see the claim")],
                  ),
                  decision.text && foreign("p", {}, decision.text),
                  foreign("p", {}, `“${decision.reason}”`),
                  h("p", { class: "quiet" }, h("bdi", {}, decision.made_by), `, ${minute(decision.made_at)}`),
                  decision.undone_at &&
                    h(
                      "p",
                      { class: "quiet" },
                      "Undone by ",
                      h("bdi", {}, decision.undone_by),
                      `, ${minute(decision.undone_at)}: `,
                      h("bdi", {}, `“${decision.undo_reason}”`),
                    ),
                ),
                mayEdit &&
                  !decision.undone_at &&
                  h("button", { type: "button", class: "plain small", onClick: () => setUndoing(decision) }, "Undo"),
              ),
            ),
          ),
    ),
    h(More, { more: decided.more }),
    cluster && h(Events, { cluster, turn }),
    undoing &&
      h(ReasonDialog, {
        title: `Undo: ${decisionName(undoing.kind).toLowerCase()}`,
        action: "Undo",
        close: () => setUndoing(null),
        decide: async (reason) => {
          await api.undo(undoing.id, reason);
          notify({ text: "Undone." });
          changed();
        },
      }),
  );
}

/** @param {{ cluster: string, turn: number }} props */
function Events({ cluster, turn }) {
  const [open, setOpen] = useState(false);
  const lines = usePages(
    async (cursor, signal) =>
      open ? api.history(cluster, { limit: 20, cursor }, signal) : { items: /** @type {Api.HistoryLine[]} */ ([]), next_cursor: null },
    [cluster, turn, open],
  );
  return h(
    "details",
    { onToggle: (event) => setOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open) },
    h("summary", {}, "Every change"),
    shown(lines, ({ items }) =>
      h(
        "ol",
        { class: "changes" },
        items.map((line) =>
          h(
            "li",
            { key: line.sequence },
            h("span", { class: "quiet number" }, minute(line.at)),
            ` ${eventName(line.kind)} by `,
            h("bdi", {}, line.actor),
            outcome(line.payload),
          ),
        ),
      ),
    ),
    h(More, { more: lines.more }),
  );
}

/** @param {any} payload */
function outcome(payload) {
  if (payload?.counts)
    return `: ${RELATIONS.slice(0, 3)
      .map(({ name, verb }) => `${payload.counts[name]} ${verb[1]}`)
      .join(", ")}`;
  if (payload?.reason) return [": ", h("bdi", {}, `“${payload.reason}”`)];
  return null;
}
