// Who has it from whom: the claims of a cluster → a forest, from each root down to the outlets that print it.
//
// A pure reading of what the API says (roots, chains of attribution, copies); the drawing is in `origins.js`.

/**
 * @typedef {{ key: string, name: string, kind: string, root: Api.Root | null, outlet: Api.Outlet | null, relation: Api.Relation | null, claim: Api.Claim | null, children: Node[] }} Node
 */

/** @param {Api.Cluster} cluster @returns {Node[]} */
export function lineage(cluster) {
  const claims = cluster.claims ?? [];
  const positions = new Map(cluster.outlets.map((position) => [position.outlet.id, position]));
  const rootOf = new Map(cluster.origins.roots.flatMap((root) => root.claim_ids.map((id) => [id, root])));
  const rooted = claims.filter((claim) => rootOf.has(claim.id));
  const outletNamed = (/** @type {string} */ name) => rooted.find(({ outlet }) => isSame(outlet.name, name))?.outlet ?? null;

  /** @param {Api.Claim} claim @param {Api.Outlet[]} passed @returns {Node[]} */
  const path = (claim, passed) => {
    const self = node(claim.outlet.name, "outlet", {
      outlet: claim.outlet,
      claim,
      relation: positions.get(claim.outlet.id)?.relation ?? claim.relation,
    });
    const chain = claim.attribution.chain.map(({ name, kind }) => ({ name, kind }));
    const copied = copiedFrom(claim, claims);
    if (chain.length === 0 && copied) chain.push({ name: copied, kind: "outlet" });
    // Whoever is named and stands here too has a line of its own, which this one continues.
    const [nearest] = chain;
    const upstream = nearest && outletNamed(nearest.name);
    if (upstream && upstream.id !== claim.outlet.id && !passed.some(({ id }) => id === upstream.id)) {
      const theirs = rooted.filter(({ outlet }) => outlet.id === upstream.id);
      const same = theirs.find((other) => rootOf.get(other.id) === rootOf.get(claim.id)) ?? theirs[0];
      return [...path(same, [...passed, claim.outlet]), self];
    }
    const root = rootOf.get(claim.id);
    if (!root || isSame(root.name, claim.outlet.name)) return [{ ...self, root: root ?? null }];
    // In a ring of outlets that name one another, each stands once.
    const known = [root.name, claim.outlet.name, ...passed.map(({ name }) => name)];
    const between = chain.reverse().filter(({ name }) => !known.some((other) => isSame(name, other)));
    return [node(root.name, root.kind, { root }), ...between.map(({ name, kind }) => node(name, kind)), self];
  };

  const forest = /** @type {Node[]} */ ([]);
  for (const claim of rooted) {
    let level = forest;
    for (const step of path(claim, [])) {
      let there = level.find(({ key }) => key === step.key);
      if (!there) level.push((there = step));
      there.claim ??= step.claim;
      there.outlet ??= step.outlet;
      there.relation ??= step.relation;
      level = there.children;
    }
  }
  return forest;
}

/** @param {string} name @param {string} kind @param {Partial<Node>} [rest] @returns {Node} */
const node = (name, kind, rest) => ({
  key: name.toLowerCase(),
  name,
  kind,
  root: null,
  outlet: null,
  relation: null,
  claim: null,
  children: [],
  ...rest,
});

/** "Meridian" is "Meridian Wire": articles call an outlet by the beginning of its name. @param {string} one @param {string} other */
export function isSame(one, other) {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);
}

/** The outlet whose words it has, where no source is named. @param {Api.Claim} claim @param {Api.Claim[]} claims */
function copiedFrom({ evidence }, claims) {
  for (const reason of evidence) {
    if (reason.kind === "copied_passage") return reason.outlet;
    if ("other_claim" in reason && ["shared_wording", "shared_quotation", "shared_value", "same_family"].includes(reason.kind)) {
      const other = claims.find(({ id }) => id === reason.other_claim);
      if (other) return other.outlet.name;
    }
  }
  return null;
}

/** @param {Node[]} forest @returns {{ node: Node, depth: number, parent: number }[]} */
export function rows(forest) {
  const found = /** @type {{ node: Node, depth: number, parent: number }[]} */ ([]);
  const walk = (/** @type {Node} */ node, /** @type {number} */ depth, /** @type {number} */ parent) => {
    const at = found.push({ node, depth, parent }) - 1;
    for (const child of node.children) walk(child, depth + 1, at);
  };
  for (const root of forest) walk(root, 0, -1);
  return found;
}
