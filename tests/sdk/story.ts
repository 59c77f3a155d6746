// The main story, told through the TypeScript client that is generated from the API's description.
//
// Post articles, ask what is known of a text, list what is contested, merge two clusters, take that back.
// Run by `scripts/test-contract`, which names the service and the key in the environment.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

import createClient from "openapi-fetch";

import type { components, paths } from "./generated/schema.js";

type Article = components["schemas"]["Article"];

const client = createClient<paths>({
  baseUrl: process.env["CROSSCLAIM_URL"]!,
  headers: { authorization: `Bearer ${process.env["CROSSCLAIM_API_KEY"]}` },
});

function sure<T>(answer: { data?: T; error?: unknown }): T {
  assert.ok(answer.data !== undefined, JSON.stringify(answer.error));
  return answer.data;
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `${what} has not come to hold`);
    await pause(100);
  }
}

async function post(outlet: string, text: string): Promise<Article> {
  const url = `https://${outlet.toLowerCase()}.example/typescript`;
  const body = { url, text, outlet: { name: outlet }, language: "en" };
  const header = { "Idempotency-Key": randomUUID() };
  const article = sure(await client.POST("/v1/articles", { body, params: { header } }));
  assert.equal(sure(await client.POST("/v1/articles", { body, params: { header } })).id, article.id);
  await eventually("the article is linked", async () => (await clusterOf(article)) !== null);
  return article;
}

async function clusterOf(article: Article): Promise<string | null> {
  const { claims } = sure(await client.GET("/v1/articles/{id}", { params: { path: { id: article.id } } }));
  return claims?.[0]?.cluster_id ?? null;
}

const asserted = await post("Argus", "The mill at Tolland is closing, two workers said.");
const denied = await post("Beacon", "The owner denied that the mill at Tolland is closing.");
const ferry = await post("Chronicle", "A lorry overturned near Tolland on Monday.");

const found = sure(await client.POST("/v1/match", { body: { text: "The mill at Tolland is closing." } }));
const cluster = found.items[0]!.cluster;
assert.equal(cluster.id, await clusterOf(asserted));
assert.equal(cluster.id, await clusterOf(denied));
assert.equal(cluster.outlets.find((position) => position.outlet.name === "Beacon")?.relation, "disputes");
// A union of evidence narrows by its kind.
for (const position of cluster.outlets) {
  for (const evidence of position.evidence ?? []) {
    if (evidence.kind === "denial") assert.ok(evidence.quote.text.length > 0);
  }
}

const query = { contested: true, q: "mill Tolland" };
const contested = sure(await client.GET("/v1/clusters", { params: { query } }));
assert.deepEqual(contested.items.map((item) => item.id), [cluster.id]);

const other = await clusterOf(ferry);
assert.ok(other !== null && other !== cluster.id);
const body = { kind: "merge" as const, cluster: cluster.id, other, reason: "To see what happens." };
const decision = sure(await client.POST("/v1/decisions", { body }));
await eventually("the clusters are one", async () => (await clusterOf(ferry)) === (await clusterOf(asserted)));
const undo = { params: { path: { id: decision.id } }, body: { reason: "That was wrong." } };
sure(await client.POST("/v1/decisions/{id}/undo", undo));
await eventually("the clusters are two", async () => (await clusterOf(ferry)) !== (await clusterOf(asserted)));

const absent = await client.GET("/v1/articles/{id}", { params: { path: { id: randomUUID() } } });
assert.equal(absent.error?.code, "not-found");
console.log("TypeScript: the story holds");
