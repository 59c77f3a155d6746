// What happens in the newsroom while the page is open: one stream of events a tab, handed to whoever follows it.
//
// It is read with fetch because an EventSource cannot bring a key. A tab that nobody sees lets go of it: a browser opens six
// connections to a server, and six forgotten tabs would leave none to load pages with.

import * as api from "./api.js";
import { useEffect, useRef } from "./dom.js";
import { key } from "./session.js";
import { createStore } from "./store.js";

/** @typedef {"connecting" | "live" | "offline"} Status */

export const status = createStore(/** @type {Status} */ ("connecting"));

const PATIENCE = { first: 1000, most: 15000 };
/** @type {Set<(event: Api.Event) => void>} */
const followers = new Set();
/** @type {number | null} */
let last = null;
let connection = new AbortController();
let wait = PATIENCE.first;

/**
 * Calls `handle` with the events that came, some at a time: an article changes a dozen clusters at once, and a page should be drawn
 * anew once for all of them.
 * @param {(events: Api.Event[]) => void} handle
 */
export function useEvents(handle, pause = 300) {
  const latest = useRef(handle);
  latest.current = handle;
  useEffect(() => {
    /** @type {Api.Event[]} */
    let came = [];
    let timer = 0;
    /** @param {Api.Event} event */
    const follow = (event) => {
      came.push(event);
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(came.splice(0)), pause);
    };
    followers.add(follow);
    return () => {
      followers.delete(follow);
      clearTimeout(timer);
    };
  }, []);
}

async function connect() {
  connection.abort();
  if (document.hidden) return;
  connection = new AbortController();
  const { signal } = connection;
  let opened = false;
  try {
    const events = api.events(last, signal, () => {
      opened = true;
      wait = PATIENCE.first;
      status.set("live");
    });
    for await (const event of events) {
      last = event.id;
      for (const follower of [...followers]) follower(event);
    }
  } catch (error) {
    if (signal.aborted) return;
    // Without a right to read there is nothing to wait for; the next key starts it anew.
    if (error instanceof api.Problem && (error.status === 401 || error.status === 403)) return status.set("connecting");
  }
  if (signal.aborted) return;
  status.set(opened ? "connecting" : "offline");
  setTimeout(() => !signal.aborted && connect(), wait);
  wait = Math.min(wait * 2, PATIENCE.most);
}

/** From now on, and whenever there is reason to think that it would work again. */
export function follow() {
  document.addEventListener("visibilitychange", connect);
  window.addEventListener("online", connect);
  window.addEventListener("offline", () => {
    connection.abort();
    status.set("offline");
  });
  key.subscribe(() => {
    last = null;
    connect();
  });
  connect();
}
