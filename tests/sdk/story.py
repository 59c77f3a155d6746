"""The main story, told through the Python client that is generated from the API's description.

Post articles, ask what is known of a text, list what is contested, merge two clusters, take that back.
Run by `scripts/test-contract`, which names the service and the key in the environment.
"""

import os
import time
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid4

from crossclaim_client import AuthenticatedClient
from crossclaim_client.api.articles import create_article, get_article
from crossclaim_client.api.clusters import get_cluster, list_clusters
from crossclaim_client.api.editing import create_decision, undo_decision
from crossclaim_client.api.lookup import match_claim
from crossclaim_client.models import (
    Article,
    Cluster,
    ClusterPage,
    Decision,
    DecisionKind,
    DecisionRequest,
    MatchRequest,
    MatchResult,
    NewArticle,
    NewOutlet,
    Problem,
    Relation,
    UndoRequest,
)

client = AuthenticatedClient(base_url=os.environ["CROSSCLAIM_URL"], token=os.environ["CROSSCLAIM_API_KEY"])
T = TypeVar("T")


def sure(answer: object, kind: type[T]) -> T:
    assert isinstance(answer, kind), answer
    return answer


def eventually(what: str, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, f"{what} has not come to hold"
        time.sleep(0.1)


def post(outlet: str, text: str) -> Article:
    url = f"https://{outlet.lower()}.example/python"
    body = NewArticle(url=url, text=text, outlet=NewOutlet(name=outlet), language="en")
    key = str(uuid4())
    article = sure(create_article.sync(client=client, body=body, idempotency_key=key), Article)
    assert sure(create_article.sync(client=client, body=body, idempotency_key=key), Article).id == article.id
    eventually("the article is linked", lambda: cluster_of(article.id) is not None)
    return article


def cluster_of(article: UUID) -> UUID | None:
    claims = sure(get_article.sync(article, client=client), Article).claims
    assert claims
    return claims[0].cluster_id


asserted = post("Herald", "The reservoir at Quern leaks, two engineers found.")
denied = post("Courier", "The water board denied that the reservoir at Quern leaks.")
ferry = post("Gazette", "The Quern ferry struck the quay on Sunday.")

found = sure(match_claim.sync(client=client, body=MatchRequest(text="The reservoir at Quern leaks.")), MatchResult)
cluster = found.items[0].cluster
assert cluster.id == cluster_of(asserted.id) == cluster_of(denied.id)
relations = {position.outlet.name: position.relation for position in cluster.outlets}
assert relations["Courier"] == Relation.DISPUTES, relations

contested = sure(list_clusters.sync(client=client, contested=True, q="reservoir Quern"), ClusterPage)
assert [item.id for item in contested.items] == [cluster.id]

other = cluster_of(ferry.id)
assert other is not None and other != cluster.id
request = DecisionRequest(kind=DecisionKind.MERGE, cluster=cluster.id, other=other, reason="To see what happens.")
decision = sure(create_decision.sync(client=client, body=request), Decision)
eventually("the clusters are one", lambda: cluster_of(ferry.id) == cluster_of(asserted.id))
sure(undo_decision.sync(decision.id, client=client, body=UndoRequest(reason="That was wrong.")), Decision)
eventually("the clusters are two", lambda: cluster_of(ferry.id) != cluster_of(asserted.id))
assert sure(get_cluster.sync(cluster_of(asserted.id), client=client), Cluster).counts.disputes == 1

absent = sure(get_article.sync(uuid4(), client=client), Problem)
assert absent.code == "not-found", absent
print("Python: the story holds")
