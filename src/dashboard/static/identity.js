// What whoever uses this tab may do. The service decides that anyway; here it says which controls are worth showing.

import * as api from "./api.js";
import { key } from "./session.js";
import { createStore, useStore } from "./store.js";

/** @type {import("./store.js").Store<Api.Me | null>} */
const me = createStore(/** @type {Api.Me | null} */ (null));

/** @type {Api.Role[]} */
const ROLES = ["reader", "contributor", "editor", "admin"];

export const useMe = () => useStore(me);

/** @param {Api.Role} needed */
export function useMay(needed) {
  const { role } = useMe() ?? { role: null };
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

async function ask() {
  const asked = key.get();
  const answer = await api.me().catch(() => null);
  if (key.get() === asked) me.set(answer);
}

key.subscribe(ask);
ask();
