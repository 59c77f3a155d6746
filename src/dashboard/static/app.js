// The frame of every page, and which view stands in it. A view is a module that is loaded when it is first needed; its `View` gets
// the rest of the address.

import { h, render, useEffect, useRef, useState } from "./dom.js";
import { useMe } from "./identity.js";
import { follow, status } from "./live.js";
import { Empty, Failure, Heading, Notices, Waiting } from "./parts.js";
import { address, linkTo } from "./router.js";
import { useStore } from "./store.js";
import { View as Claims } from "./views/claims.js";

/** @typedef {(props: import("./router.js").Address) => import("./dom.js").Children} View */

/** @type {Record<string, () => Promise<{ View: View }>>} */
const VIEWS = {
  claims: () => import("./views/claim.js"),
  matrix: () => import("./views/matrix.js"),
  outlets: () => import("./views/outlets.js"),
  articles: () => import("./views/article.js"),
  check: () => import("./views/check.js"),
  desk: () => import("./views/desk.js"),
  ingest: () => import("./views/ingest.js"),
  key: () => import("./views/key.js"),
};

/** @type {[string, string][]} */
const NAVIGATION = [
  ["", "Claims"],
  ["matrix", "Matrix"],
  ["outlets", "Outlets"],
  ["check", "Check a draft"],
  ["desk", "Desk"],
  ["ingest", "Ingest"],
];

function Page() {
  const here = useStore(address);
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  // The address changes before what it names stands: whoever drives the page waits until both agree.
  useEffect(() => {
    if (main.current) main.current.dataset.shown = here.hash;
  }, [here.hash]);
  return [
    h("button", { type: "button", class: "skip", onClick: () => main.current?.focus() }, "Skip to content"),
    h(
      "header",
      { class: "site" },
      h(
        "div",
        { class: "wide" },
        h("a", { class: "wordmark", href: linkTo("") }, "Crossclaim"),
        h(
          "nav",
          { "aria-label": "Main" },
          NAVIGATION.map(([name, label]) => h("a", { href: linkTo(name), "aria-current": isAt(name, here) ? "page" : undefined }, label)),
          h("a", { href: "docs/" }, "API"),
        ),
        h("div", { class: "account" }, h(Live, {}), h(Who, {})),
      ),
    ),
    h("main", { id: "main", class: "wide", tabindex: -1, ref: main }, h(Routed, { here })),
    h(
      "footer",
      { class: "site" },
      h("div", { class: "wide" }, "Crossclaim shows who says what, and where they have it from. It does not rule on what is true."),
    ),
    h(Notices, {}),
  ];
}

/** @param {string} name @param {import("./router.js").Address} here */
const isAt = (name, here) => here.name === name || (name === "" && ["claims", "articles"].includes(here.name));

/** @param {{ here: import("./router.js").Address }} props */
function Routed({ here }) {
  const { name, parts } = here;
  const [loaded, setLoaded] = useState({ name: "", View: /** @type {View | null} */ (Claims), error: /** @type {unknown} */ (null) });
  useEffect(() => {
    if (name === loaded.name && !loaded.error) return;
    if (name === "") return setLoaded({ name, View: Claims, error: null });
    if (!VIEWS[name]) return;
    let left = false;
    VIEWS[name]().then(
      ({ View }) => left || setLoaded({ name, View, error: null }),
      (error) => left || setLoaded({ name, View: null, error }),
    );
    return () => {
      left = true;
    };
  }, [name]);
  const live = useStore(status) === "live";
  // Browsers may remember that a module could not be had; a page that is loaded anew asks for it again.
  useEffect(() => void (loaded.error && live && location.reload()), [loaded.error, live]);
  if (name !== "" && !VIEWS[name]) return h(Nowhere, {});
  if (name !== loaded.name) return h(Waiting, null);
  if (!loaded.View) return h(Failure, { error: loaded.error, heading: true });
  // Another thing is another page: nothing of the one before may stay.
  return h(/** @type {any} */ (loaded.View), { key: `${name}/${parts.join("/")}`, ...here });
}

const Nowhere = () => [
  h(Heading, { title: "There is no such page" }),
  h(Empty, { title: "Nothing is at this address" }, h("a", { href: linkTo("") }, "See all claims")),
];

const STATUS = {
  live: ["Live", "New articles show up by themselves."],
  connecting: ["Connecting", "Changes show up once the connection stands."],
  offline: ["Offline", "The server cannot be reached. What you see may be out of date."],
};

function Live() {
  const now = useStore(status);
  const [label, hint] = STATUS[now];
  return h("span", { class: `live ${now}`, role: "status", title: hint }, label);
}

function Who() {
  const me = useMe();
  if (me === undefined || me?.open) return null;
  return h("a", { href: linkTo("key") }, me ? [h("bdi", {}, me.name), `, ${me.role}`] : "Sign in");
}

follow();
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
render(h(Page, {}), root);
// The other views are there before they are wanted, also where the connection is not any more.
setTimeout(() => Object.values(VIEWS).forEach((load) => load().catch(() => null)), 1500);
