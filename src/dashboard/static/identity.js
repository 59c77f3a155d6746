// What whoever uses this tab may do. The service decides that anyway; here it says which controls are worth showing.

import * as api from "./api.js";
import { status } from "./live.js";
import { key } from "./session.js";
import { createStore, useStore } from "./store.js";

/** `undefined` until the service has said, `null` for those whom it does not know. */
const me = createStore(/** @type {Api.Me | null | undefined} */ (undefined));

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
  try {
    const answer = await api.me();
    if (key.get() === asked) me.set(answer);
  } catch (error) {
    if (key.get() === asked && error instanceof api.Problem && error.status === 401) me.set(null);
  }
}

key.subscribe(ask);
// Where the service could not be reached it is asked once it can.
status.subscribe(() => me.get() === undefined && status.get() === "live" && ask());
ask();
