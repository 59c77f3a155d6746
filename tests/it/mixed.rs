//! Everything that changes anything, mixed and at once, and then a recount: what is counted as it changes is what is there.

use std::{collections::BTreeMap, sync::Mutex};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    corpus, fsck, harness, newsroom,
};

const CLIENTS: u64 = 4;

/// Numbers that look like chance and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one_of<'a>(&mut self, rows: &'a [Value]) -> Option<&'a str> {
        (!rows.is_empty()).then(|| rows[self.below(rows.len())]["id"].as_str().unwrap())
    }
}

async fn listed(api: &Api, path: &str) -> Vec<Value> {
    api.get(&format!("/v1/{path}")).await.expect(200).json()["items"].as_array().unwrap().clone()
}

/// One change; `None` where there is nothing yet to change so.
async fn change(api: &Api, dice: &mut Dice, articles: &[Value]) -> Option<(&'static str, Answer)> {
    const DECISIONS: [&str; 6] = ["merge", "split", "move", "confirm", "reject", "relabel"];
    let reason = "Seen on the desk.";
    let decide = async |body: Value| api.post("/v1/decisions", &body).await;
    Some(match dice.below(10) {
        3 => {
            let mut revision = articles[dice.below(articles.len())].clone();
            revision["text"] = json!(format!("{} It was said again.", revision["text"].as_str().unwrap()));
            ("revise", api.post("/v1/articles", &revision).await)
        }
        0..=2 => ("post", api.post("/v1/articles", &articles[dice.below(articles.len())]).await),
        4 => {
            let articles = listed(api, "articles?limit=100").await;
            let path = format!("/v1/articles/{}/withdrawal", dice.one_of(&articles)?);
            let answer = api.put(&path, &json!({"reason": reason})).await;
            // Most come back.
            match dice.below(4) {
                0 => ("withdraw", answer),
                _ => ("restore", Answer::of(api.request(Method::DELETE, &path)).await),
            }
        }
        5 | 6 => {
            let (clusters, claims) = (listed(api, "clusters?limit=100").await, listed(api, "claims?limit=100").await);
            let (cluster, other) = (dice.one_of(&clusters)?, dice.one_of(&clusters)?);
            let (one, two) = (dice.one_of(&claims)?, dice.one_of(&claims)?);
            let kind = DECISIONS[dice.below(DECISIONS.len())];
            let body = match kind {
                "merge" => json!({"kind": kind, "cluster": cluster, "other": other, "reason": reason}),
                "split" => {
                    let claim = claims.iter().find(|claim| claim["id"] == one)?;
                    json!({"kind": kind, "cluster": claim["cluster_id"], "claims": [one], "reason": reason})
                }
                "move" => json!({"kind": kind, "claims": [one], "cluster": cluster, "reason": reason}),
                "relabel" => json!({"kind": kind, "claims": [one], "relation": "unclear", "reason": reason}),
                _ => json!({"kind": kind, "claims": [one, two], "reason": reason}),
            };
            (kind, decide(body).await)
        }
        7 => {
            let decisions = listed(api, "decisions?limit=50").await;
            let path = format!("/v1/decisions/{}/undo", dice.one_of(&decisions)?);
            ("undo", api.post(&path, &json!({"reason": reason})).await)
        }
        8 => {
            let claims = listed(api, "claims?limit=100").await;
            let kind = ["apart", "together"][dice.below(2)];
            let pair = json!({"claims": [dice.one_of(&claims)?, dice.one_of(&claims)?], "kind": kind, "reason": reason});
            ("constrain", api.post("/v1/constraints", &pair).await)
        }
        _ => {
            let constraints = listed(api, "constraints?limit=50").await;
            ("lift", api.delete(&format!("/v1/constraints/{}", dice.one_of(&constraints)?)).await)
        }
    })
}

/// B6.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_many_mixed_changes_at_once_a_recount_finds_nothing() {
    let full = std::env::var_os("CROSSCLAIM_FULL_SIZE").is_some();
    let (changes, stories) = if full { (10_000, 1_500) } else { (160, 40) };
    let store = harness::store().await;
    let api = Api::with(store.clone(), |options| options.link_wait = std::time::Duration::from_millis(200)).await;
    let articles = corpus::articles(stories);
    let done: Mutex<BTreeMap<&str, [usize; 2]>> = Mutex::default();
    let client = async |seed: u64| {
        let mut dice = Dice(seed);
        for _ in 0..changes / CLIENTS {
            let Some((what, answer)) = change(&api, &mut dice, &articles).await else { continue };
            // What another client has withdrawn, undone or taken away meanwhile is refused.
            assert!(matches!(answer.status, 200..=299 | 400..=499), "{what}: {}", answer.text());
            done.lock().unwrap().entry(what).or_default()[usize::from(answer.status >= 400)] += 1;
        }
    };
    join_all((1..=CLIENTS).map(client)).await;
    newsroom::settled(&store).await;
    fsck::assert_sound(&store).await;
    let done = done.into_inner().unwrap();
    let (made, refused) = done.values().fold((0, 0), |(made, no), [more, less]| (made + more, no + less));
    println!("B6: {made} changes made, {refused} refused, a recount finds nothing: {done:?}");
    assert!(made > refused && done.len() > 8, "{done:?}");
}
