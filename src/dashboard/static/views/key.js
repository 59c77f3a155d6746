// Signing in and out: the key of this tab, and what it opens.

import { h } from "../dom.js";
import { useMe } from "../identity.js";
import { Heading, KeyForm } from "../parts.js";
import { key, keyWanted, signOut } from "../session.js";
import { useStore } from "../store.js";

/** @type {Record<Api.Role, string>} */
const MAY = {
  reader: "read everything, and check drafts",
  contributor: "read everything, check drafts, and bring in articles",
  editor: "do all of that, correct what the machine linked, and withdraw articles",
  admin: "do everything an editor may, and make keys",
};

export function View() {
  const me = useMe();
  const secret = useStore(key);
  const refused = useStore(keyWanted);
  return [
    h(Heading, { title: me && !me.open ? "Signed in" : "Sign in" }),
    h(
      "div",
      { class: "sign-in" },
      me
        ? h(
            "p",
            {},
            me.open
              ? "This service asks for no key. You may "
              : ["You are ", h("bdi", { class: "strong" }, me.name), `, ${me.role}. You may `],
            `${MAY[me.role]}.`,
          )
        : h(
            "p",
            {},
            secret && refused ? "The service does not know this key, or it has expired." : "An admin of your newsroom makes keys.",
          ),
      secret && h("p", {}, h("button", { type: "button", class: "plain", onClick: signOut }, "Sign out")),
      (me === null || me?.open) && h(KeyForm, {}),
    ),
  ];
}
