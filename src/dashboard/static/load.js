// What a page waits for: an answer, or pages of a list, with what went wrong and a way to ask again.

import { isAborted } from "./api.js";
import { useCallback, useEffect, useRef, useState } from "./dom.js";
import { status } from "./live.js";
import { key } from "./session.js";
import { useStore } from "./store.js";

/**
 * @template T
 * @typedef {{ value: T | null, error: unknown, busy: boolean, reload: () => void, set: (change: (value: T) => T) => void }} Loaded
 */

/**
 * The answer of `load`, asked anew whenever one of `inputs` changes, another key is used, or the connection has come back after a
 * failure. The last answer stays while the next one is waited for.
 * @template T @param {(signal: AbortSignal) => Promise<T>} load @param {unknown[]} inputs @returns {Loaded<T>}
 */
export function useLoad(load, inputs) {
  const [state, setState] = useState({ value: /** @type {T | null} */ (null), error: /** @type {unknown} */ (null), busy: true });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((turn) => turn + 1), []);
  const secret = useStore(key);
  useEffect(() => {
    const { signal, abort } = aborting();
    setState((before) => ({ ...before, busy: true }));
    load(signal).then(
      (value) => signal.aborted || setState({ value, error: null, busy: false }),
      (error) => {
        if (signal.aborted || isAborted(error)) return;
        if (!(error instanceof Error && "code" in error)) console.error(error);
        setState((before) => ({ ...before, error, busy: false }));
      },
    );
    return abort;
  }, [...inputs, secret, turn]);
  const set = useCallback(
    (/** @type {(value: T) => T} */ change) => setState((now) => (now.value === null ? now : { ...now, value: change(now.value) })),
    [],
  );
  useRetry(state.error, reload);
  return { ...state, reload, set };
}

/**
 * A list that is read page by page.
 * @template T @template {Api.Page<T>} P
 * @param {(cursor: string | undefined, signal?: AbortSignal) => Promise<P>} load @param {unknown[]} inputs
 */
export function usePages(load, inputs) {
  const first = useLoad((signal) => load(undefined, signal), inputs);
  const [more, setMore] = useState({ busy: false, error: /** @type {unknown} */ (null) });
  const cursor = first.value?.next_cursor ?? null;
  const current = useRef(first.value);
  current.current = first.value;
  const next = async () => {
    if (cursor === null) return;
    const before = first.value;
    setMore({ busy: true, error: null });
    try {
      const page = await load(cursor);
      // A filter that was changed meanwhile has made another list of it.
      if (current.current === before || current.current?.next_cursor === cursor) {
        first.set((value) => ({ ...page, items: [...value.items, ...page.items] }));
      }
      setMore({ busy: false, error: null });
    } catch (error) {
      setMore({ busy: false, error });
    }
  };
  return { ...first, more: cursor === null ? null : { ...more, next } };
}

/** Asks again by itself when the connection is back. @param {unknown} error @param {() => void} again */
function useRetry(error, again) {
  const live = useStore(status) === "live";
  useEffect(() => {
    if (live && error instanceof Error && "code" in error && error.code === "network") again();
  }, [live, error]);
}

function aborting() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
