//! `/v1/exports`: every row of the lists in each format, and never a short file that looks like a whole one.

use std::io::Read;

use crossclaim::storage::Store;
use flate2::read::GzDecoder;
use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::Field,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    api::{Answer, Api},
    bulk, corpus, harness,
    service::until,
};

const NDJSON: &str = "application/x-ndjson";
const FROST: &str = "-12 °C, said “Frost, \"really\"”, were measured in Orin, the weather service reported.";

/// Nothing waits for the linker.
pub async fn settled(store: &Store) {
    let waiting = "select exists (select from article where status = 'pending' or rejudge or retiring)
        or exists (select from link_constraint where not noticed)";
    until("all is linked", async || !sqlx::query_scalar::<_, bool>(waiting).fetch_one(store.pool()).await.unwrap()).await;
}

/// Articles of several stories, linked; one of them withdrawn, and one with words that a table has to look out for.
async fn newsroom(store: &Store) -> Api {
    let api = Api::patient(store.clone()).await;
    bulk::post(&api, corpus::ndjson(&corpus::articles(40))).await;
    let odd = json!({
        "url": "https://gazette.example/odd", "outlet": {"name": "=Gazette"}, "published_at": "2026-03-04T08:30:00Z",
        "text": FROST, "claims": [{"text": FROST}], "language": "en",
    });
    let odd = api.post("/v1/articles", &odd).await.expect(201).json()["id"].clone();
    settled(store).await;
    let articles = api.get("/v1/articles?limit=100").await.expect(200).json()["items"].clone();
    let some =
        articles.as_array().unwrap().iter().find(|article| article["id"] != odd).unwrap()["id"].as_str().unwrap().to_owned();
    api.put(&format!("/v1/articles/{some}/withdrawal"), &json!({"reason": "Made up."})).await.expect(200);
    settled(store).await;
    api
}

/// All items of a list.
async fn listed(api: &Api, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let joint = if path.contains('?') { '&' } else { '?' };
        let page = api.get(&format!("{path}{joint}limit=10&cursor={cursor}")).await.expect(200).json();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return items,
        }
    }
}

async fn exported(api: &Api, path: &str) -> Vec<Value> {
    let answer = api.get(path).await.expect(200);
    assert_eq!(answer.header("content-type"), NDJSON);
    answer.text().lines().map(|line| serde_json::from_str(line).expect("a document a line")).collect()
}

/// The positions of clusters as they stand in a list.
fn positions(clusters: &[Value]) -> Vec<Value> {
    let of = |cluster: &Value| {
        let held = cluster["outlets"].as_array().unwrap().clone();
        let (id, claim) = (cluster["id"].clone(), cluster["claim"].clone());
        held.into_iter().map(move |mut position| {
            position["cluster_id"] = id.clone();
            position["claim"] = claim.clone();
            position
        })
    };
    clusters.iter().flat_map(of).collect()
}

#[tokio::test]
async fn the_rows_are_those_of_the_lists() {
    let store = harness::store().await;
    let api = newsroom(&store).await;
    for list in ["claims", "articles", "clusters"] {
        let rows = listed(&api, &format!("/v1/{list}")).await;
        assert!(rows.len() > 10, "more than a page");
        assert_eq!(exported(&api, &format!("/v1/exports/{list}")).await, rows, "{list}");
    }
    let clusters = listed(&api, "/v1/clusters").await;
    assert_eq!(exported(&api, "/v1/exports/relations").await, positions(&clusters));

    let outlet = clusters.iter().find(|cluster| cluster["counts"]["disputes"] != json!(0)).expect("somebody disputes");
    let outlet = outlet["outlets"].as_array().unwrap().iter().find(|position| position["relation"] == "disputes").unwrap();
    let outlet = outlet["outlet"]["id"].as_str().unwrap();
    for filter in [
        format!("outlet={outlet}"),
        format!("outlet={outlet}&relation=disputes"),
        "q=ferry".to_owned(),
        "relation=echoes".to_owned(),
    ] {
        let claims = listed(&api, &format!("/v1/claims?{filter}")).await;
        assert!(!claims.is_empty(), "{filter}");
        assert_eq!(exported(&api, &format!("/v1/exports/claims?{filter}")).await, claims, "{filter}");
        let clusters = listed(&api, &format!("/v1/clusters?{filter}")).await;
        assert_eq!(exported(&api, &format!("/v1/exports/clusters?{filter}")).await, clusters, "{filter}");
    }
    let contested = listed(&api, "/v1/clusters?contested=true&min_outlets=2").await;
    assert_eq!(exported(&api, "/v1/exports/clusters?contested=true&min_outlets=2").await, contested);
    let mut held = positions(&listed(&api, &format!("/v1/clusters?outlet={outlet}&relation=disputes")).await);
    held.retain(|position| position["outlet"]["id"] == outlet && position["relation"] == "disputes");
    assert_eq!(exported(&api, &format!("/v1/exports/relations?outlet={outlet}&relation=disputes")).await, held);
    let articles = listed(&api, &format!("/v1/articles?outlet={outlet}")).await;
    assert_eq!(exported(&api, &format!("/v1/exports/articles?outlet={outlet}&status=linked")).await, articles);
}

/// Records of RFC 4180.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'), "a record ends with CRLF");
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            _ => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && record.is_empty(), "it ends with the end of a record");
    records
}

fn column<'a>(records: &'a [Vec<String>], name: &str) -> Vec<&'a str> {
    let at = records[0].iter().position(|column| column == name).unwrap_or_else(|| panic!("{name} in {:?}", records[0]));
    records[1..].iter().map(|record| record[at].as_str()).collect()
}

#[tokio::test]
async fn tables_say_the_same_and_hold_no_formula() {
    let store = harness::store().await;
    let api = newsroom(&store).await;
    for list in ["claims", "articles", "clusters", "relations", "pairs"] {
        let rows = exported(&api, &format!("/v1/exports/{list}")).await;
        let csv = api.get(&format!("/v1/exports/{list}?format=csv")).await.expect(200);
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(csv.header("content-disposition"), format!("attachment; filename=\"{list}.csv\""));
        let table = records(&csv.text());
        assert_eq!(table.len(), rows.len() + 1, "{list}");
        assert!(table.iter().all(|record| record.len() == table[0].len()), "{list}");
        assert_eq!(parquet_of(&api, &format!("/v1/exports/{list}?format=parquet")).await.0, table[0], "{list}");
    }
    let claims = exported(&api, "/v1/exports/claims").await;
    let table = records(&api.get("/v1/exports/claims?format=csv").await.expect(200).text());
    let told = |name: &str| claims.iter().map(|claim| claim[name].as_str().unwrap_or_default()).collect::<Vec<_>>();
    for name in ["id", "cluster_id", "said_at", "polarity", "relation", "independence"] {
        assert_eq!(column(&table, name), told(name), "{name}");
    }
    let flags = |claim: &Value| {
        claim["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(column(&table, "flags"), claims.iter().map(flags).collect::<Vec<_>>());
    for (written, claim) in column(&table, "evidence").iter().zip(&claims) {
        assert_eq!(serde_json::from_str::<Value>(written.trim_start_matches('\'')).unwrap(), claim["evidence"]);
    }
    let guarded = format!("'{FROST}");
    assert!(column(&table, "text").contains(&guarded.as_str()));
    assert!(column(&table, "outlet").contains(&"'=Gazette"));
    assert!(table.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '@', '\t'])), "{table:?}");
}

/// Names of the columns, and rows of a Parquet file.
async fn parquet_of(api: &Api, path: &str) -> (Vec<String>, Vec<Vec<Field>>) {
    let answer = api.get(path).await.expect(200);
    assert_eq!(
        (answer.header("content-type"), answer.header("content-encoding")),
        ("application/vnd.apache.parquet", "identity")
    );
    let file = SerializedFileReader::new(bytes(&answer)).expect("a Parquet file");
    let names = file.metadata().file_metadata().schema_descr().columns().iter().map(|column| column.name().to_owned()).collect();
    let rows = file.get_row_iter(None).expect("rows");
    let rows = rows.map(|row| row.expect("a row").into_columns().into_iter().map(|(_, field)| field).collect()).collect();
    (names, rows)
}

fn bytes(answer: &Answer) -> actix_web::web::Bytes {
    answer.body.clone().into()
}

#[tokio::test]
async fn a_parquet_file_has_typed_columns_with_the_same_values() {
    let store = harness::store().await;
    let api = newsroom(&store).await;
    let claims = exported(&api, "/v1/exports/claims").await;
    let (names, rows) = parquet_of(&api, "/v1/exports/claims?format=parquet").await;
    assert_eq!(rows.len(), claims.len());
    let at = |name: &str| names.iter().position(|column| column == name).unwrap();
    for (row, claim) in rows.iter().zip(&claims) {
        let text = |value: &Value| value.as_str().map_or(Field::Null, |text| Field::Str(text.to_owned()));
        assert_eq!(row[at("id")], text(&claim["id"]));
        assert_eq!(row[at("text")], text(&claim["text"]), "no formula can stand here: nothing is put before it");
        assert_eq!(row[at("echo_of")], text(&claim["echo_of"]));
        assert_eq!(row[at("headline")], Field::Bool(claim["headline"].as_bool().unwrap()));
        assert_eq!(row[at("span_end")], Field::Long(claim["span"]["end"].as_i64().unwrap()));
        let said: chrono::DateTime<chrono::Utc> = claim["said_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(row[at("said_at")], Field::TimestampMicros(said.timestamp_micros()));
        let Field::Double(worth) = row[at("check_worthiness")] else { panic!("{:?}", row[at("check_worthiness")]) };
        assert!((worth - claim["check_worthiness"].as_f64().unwrap()).abs() < 1e-6);
    }
    // No row at all is a file as well.
    let nowhere = "/v1/exports/claims?format=parquet&q=zzyzx";
    assert_eq!(parquet_of(&api, nowhere).await, (names, Vec::new()));
    assert_eq!(records(&api.get("/v1/exports/claims?format=csv&q=zzyzx").await.text()).len(), 1);
    assert_eq!(api.get("/v1/exports/claims?q=zzyzx").await.expect(200).body, b"");
}

#[tokio::test]
async fn exports_refuse_what_they_do_not_know_and_come_compressed() {
    let store = harness::store().await;
    let api = newsroom(&store).await;
    api.get("/v1/exports/claims?format=xlsx").await.expect_fault("/format", "unknown-value");
    api.get("/v1/exports/claims?limit=5").await.expect_fault("/limit", "unknown-field");
    api.get("/v1/exports/clusters?outlet=x").await.expect_fault("/outlet", "invalid-id");
    api.get("/v1/exports/nothing").await.expect_problem(404, "not-found");
    let plain = api.get("/v1/exports/claims").await.expect(200);
    let packed = Answer::of(api.request(Method::GET, "/v1/exports/claims").header("Accept-Encoding", "gzip")).await.expect(200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    let mut unpacked = Vec::new();
    GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
}

/// Claims enough to fill every buffer between the table and a client, and of words that do not shrink.
async fn multiplied(store: &Store) {
    let multiply = "begin; set local statement_timeout = 0;
        insert into claim (workspace_id, claim_id, article_id, outlet_id, text, span_start, span_end, headline,
            proposition, polarity, certainty, attribution, quantities, entities, check_worthiness, engine_version)
        select workspace_id, gen_random_uuid(), article_id, outlet_id, noise || n, span_start, span_end, headline,
            proposition, polarity, certainty, attribution, quantities, entities, check_worthiness, engine_version
        from claim
        cross join generate_series(1, 4000 / (select count(*) from claim)::integer) as n
        cross join (select string_agg(md5(at::text), '') as noise from generate_series(1, 1000) as at) as noise;
        commit";
    sqlx::raw_sql(multiply).execute(store.pool()).await.unwrap();
}

#[tokio::test]
async fn an_export_that_breaks_off_does_not_end_like_a_whole_one() {
    let store = harness::store().await;
    let api = newsroom(&store).await;
    multiplied(&store).await;
    for encoding in ["identity", "gzip"] {
        let request = api.request(Method::GET, "/v1/exports/claims").header("Accept-Encoding", encoding);
        let mut response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.chunk().await.unwrap().expect("the first rows");
        let kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and state = 'active' and pid <> pg_backend_pid()
                and query like 'select claim.claim_id%'";
        let killed: i64 = sqlx::query_scalar(kill).fetch_one(store.pool()).await.unwrap();
        assert_eq!(killed, 1, "the statement is under way");
        let rest = async {
            while response.chunk().await?.is_some() {}
            Ok::<_, reqwest::Error>(())
        };
        rest.await.expect_err("the client is told");
    }
}

#[tokio::test]
async fn a_fifth_export_waits_for_its_turn() {
    let store = harness::store().await;
    let api = newsroom(&store).await;
    multiplied(&store).await;
    let mut under_way = Vec::new();
    for _ in 0..4 {
        under_way.push(api.request(Method::GET, "/v1/exports/claims").send().await.unwrap());
    }
    api.get("/v1/exports/articles").await.expect_problem(503, "overloaded");
    let running = "select count(*) from pg_stat_activity where datname = current_database() and state = 'active'
        and query like 'select claim.claim_id%' and pid <> pg_backend_pid()";
    let running = async || sqlx::query_scalar::<_, i64>(running).fetch_one(store.pool()).await.unwrap();
    assert_eq!(running().await, 4);
    // Who hangs up makes place, and his statement ends.
    drop(under_way);
    until("there is a place", async || api.get("/v1/exports/articles").await.status == 200).await;
    until("no statement is left", async || running().await == 0).await;
}

#[tokio::test]
async fn what_editors_said_of_pairs_is_there_to_train_with() {
    let store = harness::store().await;
    let api = Api::patient(store.clone()).await;
    let mut claims = Vec::new();
    for (outlet, text) in [
        ("Argus", "The dam at Orin has cracked along its northern wall."),
        ("Beacon", "The dam at Orin has cracked along its northern wall."),
        ("Courier", "The central bank raised its key rate to 4 percent."),
        ("Drum", "Two cranes fell in Torvale harbour."),
    ] {
        let body = json!({"url": format!("https://{outlet}.example/1"), "text": text, "outlet": {"name": outlet}, "language": "en",
            "published_at": "2026-03-04T08:30:00Z"});
        let stored = api.post("/v1/articles", &body).await.expect(201).json();
        claims.push((stored["claims"][0]["id"].clone(), stored["id"].as_str().unwrap().to_owned(), text));
    }
    let id = |at: usize| claims[at].0.clone();
    let decide = async |body: Value| api.post("/v1/decisions", &body).await.expect(201).json();
    let rejected = decide(json!({"kind": "reject", "claims": [id(0), id(1)], "reason": "Two dams."})).await;
    decide(json!({"kind": "confirm", "claims": [id(0), id(2)], "reason": "For the test."})).await;
    let undone = decide(json!({"kind": "reject", "claims": [id(1), id(2)], "reason": "A mistake."})).await;
    let undo = format!("/v1/decisions/{}/undo", undone["id"].as_str().unwrap());
    api.post(&undo, &json!({"reason": "It was one."})).await.expect(200);
    let said = json!({"claims": [id(2), id(3)], "kind": "apart", "reason": "A bank is no crane."});
    api.post("/v1/constraints", &said).await.expect(201);

    let pairs = exported(&api, "/v1/exports/pairs").await;
    let told: Vec<_> = pairs.iter().map(|pair| (pair["label"].as_str().unwrap(), pair["kind"].as_str())).collect();
    assert_eq!(told, [("apart", Some("reject")), ("together", Some("confirm")), ("apart", None)]);
    let first = &pairs[0];
    assert_eq!((&first["decision_id"], &first["reason"]), (&rejected["id"], &json!("Two dams.")));
    assert_eq!((&first["a"]["id"], &first["a"]["text"]), (&claims[0].0, &json!(claims[0].2)));
    assert_eq!((&first["b"]["id"], &first["b"]["outlet"]), (&claims[1].0, &json!("Beacon")));
    let table = records(&api.get("/v1/exports/pairs?format=csv").await.text());
    assert_eq!(column(&table, "label"), ["apart", "together", "apart"]);

    api.put(&format!("/v1/articles/{}/withdrawal", claims[3].1), &json!({"reason": "Made up."})).await.expect(200);
    assert_eq!(exported(&api, "/v1/exports/pairs").await.len(), 2, "none of a withdrawn article");
}
