// Who is signed in: the API key of this tab. What the key may do is asked of the service (`identity.js`).

import { createStore } from "./store.js";

const NAME = "crossclaim.key";

/** Kept for this tab only: a key in permanent storage would outlive the session of whoever typed it. */
export const key = createStore(sessionStorage.getItem(NAME) ?? "");

/** Whether the service has asked for a key, or for another one. */
export const keyWanted = createStore(false);

export const currentKey = () => key.get();
export const keyRefused = () => keyWanted.set(true);

/** @param {string} secret */
export function signIn(secret) {
  sessionStorage.setItem(NAME, secret);
  keyWanted.set(false);
  key.set(secret);
}

export function signOut() {
  sessionStorage.removeItem(NAME);
  keyWanted.set(false);
  key.set("");
}
