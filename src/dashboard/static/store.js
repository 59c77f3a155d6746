// A value that several parts of the page show, outside of any of them.

import { useEffect, useState } from "./dom.js";

/**
 * @template T
 * @typedef {{ get: () => T, set: (value: T) => void, subscribe: (listener: () => void) => () => void }} Store
 */

/** @template T @param {T} value @returns {Store<T>} */
export function createStore(value) {
  const listeners = /** @type {Set<() => void>} */ (new Set());
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @template T @param {Store<T>} store */
export function useStore(store) {
  const [value, setValue] = useState(() => store.get());
  useEffect(() => {
    const follow = () => setValue(() => store.get());
    follow();
    return store.subscribe(follow);
  }, [store]);
  return value;
}
