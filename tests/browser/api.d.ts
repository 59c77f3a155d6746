// The nouns of the API, under the names by which the dashboard's modules call them: `Api.Cluster`.
// They come out of openapi/crossclaim.json, so that a page which reads what the API does not send fails the type check.

import type { components } from "./generated/openapi";

type Schemas = components["schemas"];

declare global {
  namespace Api {
    type Article = Schemas["Article"];
    type BulkResult = Schemas["BulkResult"];
    type CheckResult = Schemas["CheckResult"];
    type CheckedClaim = Schemas["CheckedClaim"];
    type Claim = Schemas["Claim"];
    type ClaimReading = Schemas["ClaimReading"];
    type Cluster = Schemas["Cluster"];
    type ClusterQuantity = Schemas["ClusterQuantity"];
    type Counts = Schemas["Counts"];
    type Coverage = Schemas["Coverage"];
    type Decision = Schemas["Decision"];
    type DecisionRequest = Schemas["DecisionRequest"];
    type Event = Schemas["Event"];
    type Evidence = Schemas["Evidence"];
    type Feed = Schemas["Feed"];
    type Flag = Schemas["Flag"];
    type HistoryLine = Schemas["HistoryLine"];
    type MatchItem = Schemas["MatchItem"];
    type Matrix = Schemas["Matrix"];
    type Me = Schemas["Me"];
    type Origins = Schemas["Origins"];
    type Outlet = Schemas["Outlet"];
    type OutletPosition = Schemas["OutletPosition"];
    type OutletProfile = Schemas["OutletProfile"];
    type OutletTie = Schemas["OutletTie"];
    type Passage = Schemas["Passage"];
    type Problem = Schemas["Problem"];
    type Quantity = Schemas["Quantity"];
    type Quote = Schemas["Quote"];
    type Relation = Schemas["Relation"];
    type Reuse = Schemas["Reuse"];
    type ReviewItem = Schemas["ReviewItem"];
    type ReviewKind = Schemas["ReviewKind"];
    type Role = Schemas["Role"];
    type Root = Schemas["Root"];
    type Span = Schemas["Span"];
    type TimelineStep = Schemas["TimelineStep"];
    type Withdrawal = Schemas["Withdrawal"];
    type Page<Item> = { items: Item[]; next_cursor: string | null };
    type ClusterPage = Schemas["ClusterPage"];
  }
}
