// Bringing articles in: files that are dropped, an address that is fetched, feeds that are looked at again and again; a line for each
// result, as soon as it is there.

import * as api from "../api.js";
import { classes, foreign, h, joined, useRef, useState, written } from "../dom.js";
import { useMay, useMe } from "../identity.js";
import { useEvents } from "../live.js";
import { usePages } from "../load.js";
import { articleLink, badge, Empty, Failure, Heading, KeyForm, More, notify, shown } from "../parts.js";
import { count, minute } from "../words.js";

/** @typedef {{ id: number, name: string, state: "working" | "done" | "failed" | "asking", text: string, article?: string, isFile?: boolean, faults?: string[], body?: { text?: string, html?: string } }} Line */

let lastLine = 0;

export function View() {
  const me = useMe();
  const maySend = useMay("contributor");
  return [
    h(Heading, { title: "Ingest" }),
    h("p", { class: "lead" }, "Bring articles in. Their claims are read and linked within seconds, and show up everywhere by themselves."),
    me &&
      !maySend &&
      h(
        "div",
        { class: "failure" },
        h("p", {}, "You are signed in as ", h("bdi", {}, me.name), `, ${me.role}. Bringing articles in takes a contributor.`),
        h(KeyForm, {}),
      ),
    me && maySend && h(Desk, {}),
    h("section", { "aria-labelledby": "feeds" }, h("h2", { id: "feeds" }, "Feeds"), h(Feeds, {})),
  ];
}

function Desk() {
  const [lines, setLines] = useState(/** @type {Line[]} */ ([]));
  const [over, setOver] = useState(false);
  const [url, setUrl] = useState("");
  const picker = useRef(/** @type {HTMLInputElement | null} */ (null));
  const add = (/** @type {string} */ name, /** @type {Partial<Line>} */ rest = {}) => {
    const line = { id: ++lastLine, name, state: /** @type {const} */ ("working"), text: "Sending…", ...rest };
    setLines((lines) => [line, ...lines].slice(0, 500));
    return (/** @type {Partial<Line>} */ change) =>
      setLines((lines) => lines.map((other) => (other.id === line.id ? { ...other, ...change } : other)));
  };
  const take = async (/** @type {FileList | null | undefined} */ files) => {
    for (const file of files ?? []) await readFile(file, add);
  };
  const fetchOne = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const change = add(url, { text: "Fetching…" });
    setUrl("");
    await one(change, api.fetchArticle(url.trim()));
  };
  // A file of many has a line of its own beside those of its articles.
  const articles = lines.filter(({ isFile }) => !isFile);
  const done = articles.filter(({ state }) => state === "done").length;
  const working = lines.filter(({ state }) => state === "working").length;
  return [
    h(
      "div",
      { class: "pair" },
      h(
        "section",
        { "aria-labelledby": "files" },
        h("h2", { id: "files" }, "Files"),
        h(
          "div",
          {
            class: classes("drop", over && "over"),
            onDragOver: (/** @type {DragEvent} */ event) => {
              event.preventDefault();
              setOver(true);
            },
            onDragLeave: () => setOver(false),
            onDrop: (/** @type {DragEvent} */ event) => {
              event.preventDefault();
              setOver(false);
              take(event.dataTransfer?.files);
            },
          },
          h(
            "p",
            {},
            "Drop files here, or ",
            h("button", { type: "button", class: "plain", onClick: () => picker.current?.click() }, "choose files"),
          ),
          h(
            "p",
            { class: "quiet" },
            "JSON (an article or an array of them), NDJSON (one a line), text or HTML (you are asked where it is from).",
          ),
          h("input", {
            ref: picker,
            type: "file",
            multiple: true,
            hidden: true,
            accept: ".json,.ndjson,.jsonl,.txt,.html,.htm",
            "aria-label": "Files",
            onChange: (event) => {
              take(event.currentTarget.files).then(() => picker.current && (picker.current.value = ""));
            },
          }),
        ),
      ),
      h(
        "section",
        { "aria-labelledby": "address" },
        h("h2", { id: "address" }, "An address"),
        h(
          "form",
          { onSubmit: fetchOne },
          h("label", { for: "url" }, "Address of an article"),
          h(
            "div",
            { class: "line" },
            h("input", { id: "url", type: "url", required: true, placeholder: "https://", value: url, onInput: written(setUrl) }),
            h("button", { type: "submit" }, "Fetch"),
          ),
          h("p", { class: "quiet" }, "Only public addresses are fetched, and only where robots.txt allows it."),
        ),
      ),
    ),
    lines.length > 0 &&
      h(
        "section",
        { "aria-labelledby": "results" },
        h("h2", { id: "results" }, "Results"),
        h(
          "p",
          { role: "status" },
          working > 0
            ? `${count(done, "article")} stored so far`
            : `${count(done, "article")} stored${articles.length > done ? `, ${articles.length - done} not` : ""}`,
        ),
        h("progress", { max: lines.length, value: lines.length - working, "aria-label": "Progress" }),
        h(
          "ol",
          { class: "ingested" },
          lines.map((line) => h(ResultLine, { key: line.id, line, add })),
        ),
      ),
  ];
}

/** @typedef {(name: string, rest?: Partial<Line>) => (change: Partial<Line>) => void} Add */

/** @param {File} file @param {Add} add */
async function readFile(file, add) {
  const kind = file.name.split(".").at(-1)?.toLowerCase();
  if (kind === "txt") return void add(file.name, { state: "asking", text: "Where is it from?", body: { text: await file.text() } });
  if (kind === "html" || kind === "htm")
    return void add(file.name, { state: "asking", text: "Where is it from?", body: { html: await file.text() } });
  if (kind !== "json" && kind !== "ndjson" && kind !== "jsonl")
    return void add(file.name, { state: "failed", text: "Only .json, .ndjson, .jsonl, .txt and .html files can be read." });
  const change = add(file.name, { text: "Reading…" });
  try {
    const text = await file.text();
    if (kind === "json") {
      const articles = [JSON.parse(text)].flat();
      if (articles.length === 1) return await one(change, api.store(articles[0]));
      return await many(
        file.name,
        articles.map((article) => JSON.stringify(article)),
        change,
        add,
      );
    }
    await many(
      file.name,
      text.split("\n").filter((line) => line.trim() !== ""),
      change,
      add,
    );
  } catch (error) {
    change(failed(error));
  }
}

/** @param {(change: Partial<Line>) => void} change @param {Promise<Api.Article>} sent */
async function one(change, sent) {
  try {
    const article = await sent;
    change({
      state: "done",
      name: article.title ?? article.url,
      text: `${article.outlet.name}: ${count((article.claims ?? []).length, "claim")}${article.status === "pending" ? ", being linked" : ""}`,
      article: article.id,
      faults: [],
    });
  } catch (error) {
    change(failed(error));
  }
}

/** @param {string} name @param {string[]} lines @param {(change: Partial<Line>) => void} change @param {Add} add */
async function many(name, lines, change, add) {
  change({ text: `0 of ${lines.length}`, isFile: true });
  let [came, stored] = [0, 0];
  const titles = lines.map((line) => titleOf(line));
  for await (const result of api.storeMany(`${lines.join("\n")}\n`)) {
    came += 1;
    const title = titles[result.line - 1] ?? `${name}, line ${result.line}`;
    if (result.status === "failed")
      add(title, { state: "failed", text: result.problem?.detail ?? "It was refused.", faults: faultsOf(result.problem?.errors) });
    else {
      stored += 1;
      add(title, {
        state: "done",
        text: { created: "Stored", revision: "Stored as a new revision", known: "Known already" }[result.status],
        article: result.id ?? undefined,
      });
    }
    change({ text: `${came} of ${lines.length}` });
  }
  const state = came === lines.length && stored > 0 ? "done" : "failed";
  change({
    state,
    text:
      came < lines.length
        ? `The service took ${came} of ${lines.length} lines. Send the file again: what is stored is skipped.`
        : `${stored} of ${lines.length} stored`,
  });
}

/** @param {string} line */
function titleOf(line) {
  try {
    const { title, url } = JSON.parse(line);
    return String(title ?? url);
  } catch {
    return null;
  }
}

/** @param {unknown} error @returns {Partial<Line>} */
function failed(error) {
  if (error instanceof api.Problem) return { state: "failed", text: `${error.message} (${error.code})`, faults: faultsOf(error.errors) };
  return { state: "failed", text: error instanceof SyntaxError ? `It is not JSON: ${error.message}` : String(error) };
}

/** @param {{ pointer: string, detail: string }[] | undefined} errors */
const faultsOf = (errors) => (errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`);

/** @param {{ line: Line, add: Add }} props */
function ResultLine({ line, add }) {
  return h(
    "li",
    { class: line.state },
    h("span", { class: "state" }, { working: "…", done: "✓", failed: "×", asking: "?" }[line.state]),
    h(
      "div",
      {},
      foreign("p", {}, line.article ? h("a", { href: articleLink(line.article) }, line.name) : line.name),
      foreign("p", { class: "quiet" }, line.text),
      line.faults &&
        line.faults.length > 0 &&
        h(
          "ul",
          { class: "quiet" },
          line.faults.map((fault) => h("li", { key: fault }, fault)),
        ),
      line.state === "asking" && h(Ask, { line, add }),
    ),
  );
}

/** What a bare text does not say itself. @param {{ line: Line, add: Add }} props */
function Ask({ line, add }) {
  const [url, setUrl] = useState("");
  const [outlet, setOutlet] = useState("");
  const [sent, setSent] = useState(false);
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    setSent(true);
    const title = line.body?.text === undefined ? {} : { title: line.name.replace(/\.[^.]*$/, "") };
    one(add(line.name), api.store({ url, outlet: { name: outlet }, ...title, ...line.body }));
  };
  if (sent) return h("p", { class: "quiet" }, "Sent; its result stands above.");
  return h(
    "form",
    { class: "ask", onSubmit: send },
    h(
      "div",
      { class: "field" },
      h("label", { for: `url-${line.id}` }, "Address"),
      h("input", { id: `url-${line.id}`, type: "url", required: true, placeholder: "https://", value: url, onInput: written(setUrl) }),
    ),
    h(
      "div",
      { class: "field" },
      h("label", { for: `outlet-${line.id}` }, "Outlet"),
      h("input", { id: `outlet-${line.id}`, type: "text", required: true, value: outlet, onInput: written(setOutlet) }),
    ),
    h("button", { type: "submit" }, "Send"),
  );
}

function Feeds() {
  const list = usePages((cursor, signal) => api.feeds({ limit: 50, cursor }, signal), []);
  const mayEdit = useMay("editor");
  const [url, setUrl] = useState("");
  const [error, setError] = useState(/** @type {unknown} */ (null));
  useEvents((events) => events.some(({ kind }) => kind === "article.linked") && list.reload(), 2000);
  const act = async (/** @type {Promise<unknown>} */ done, /** @type {string} */ text) => {
    setError(null);
    try {
      await done;
      notify({ text });
    } catch (failure) {
      setError(failure);
    }
    list.reload();
  };
  const subscribe = (/** @type {Event} */ event) => {
    event.preventDefault();
    act(api.subscribe(url.trim()), "Subscribed. It is looked at within a minute.").then(() => setUrl(""));
  };
  return [
    mayEdit &&
      h(
        "form",
        { class: "narrow", onSubmit: subscribe },
        h("label", { for: "feed" }, "Address of a feed (RSS, Atom, JSON Feed, sitemap)"),
        h(
          "div",
          { class: "line" },
          h("input", { id: "feed", type: "url", required: true, placeholder: "https://", value: url, onInput: written(setUrl) }),
          h("button", { type: "submit" }, "Subscribe"),
        ),
      ),
    error !== null && h(Failure, { error }),
    shown(list, ({ items }) =>
      items.length === 0
        ? h(Empty, { title: "No feeds" }, "What a feed lists from now on is fetched by itself.")
        : h(
            "ul",
            { class: "feeds" },
            items.map((feed) => h(FeedLine, { key: feed.id, feed, mayEdit, act })),
          ),
    ),
    h(More, { more: list.more }),
  ];
}

/** @param {{ feed: Api.Feed, mayEdit: boolean, act: (done: Promise<unknown>, text: string) => void }} props */
function FeedLine({ feed, mayEdit, act }) {
  const facts = [
    `${count(feed.items_seen, "item")} seen`,
    feed.items_waiting > 0 && `${feed.items_waiting} waiting`,
    feed.items_failed > 0 && `${feed.items_failed} given up`,
    feed.last_fetched_at ? `looked at ${minute(feed.last_fetched_at)}` : "not looked at yet",
  ].filter(Boolean);
  return h(
    "li",
    {},
    h(
      "div",
      {},
      foreign("p", { class: "long" }, feed.url),
      h("p", { class: "facts" }, state(feed), h("span", { class: "quiet" }, joined(facts, " · "))),
      feed.last_error && foreign("p", { class: "wrong" }, feed.last_error),
    ),
    mayEdit &&
      h(
        "p",
        { class: "actions" },
        h(
          "button",
          {
            type: "button",
            class: "plain small",
            onClick: () => act(api.setFeedActive(feed.id, !feed.active), feed.active ? "Paused." : "It is looked at again."),
          },
          feed.active ? "Pause" : "Resume",
        ),
        h(
          "button",
          {
            type: "button",
            class: "plain small",
            "aria-label": `Unsubscribe from ${feed.url}`,
            onClick: () => act(api.unsubscribe(feed.id), "Unsubscribed. What it brought stays."),
          },
          "Unsubscribe",
        ),
      ),
  );
}

/** @param {Api.Feed} feed */
function state({ active, failures, last_fetched_at }) {
  if (!active) return badge("flag", "paused");
  if (failures > 0) return badge("contested", `failing, ${count(failures, "time")}`);
  return last_fetched_at ? badge("corroborates", "working") : badge("flag", "new");
}
