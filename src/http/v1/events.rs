//! `/v1/events`: the history as it grows, as Server-Sent Events.
//!
//! A stream holds a hundred events at most and asks for more when the client has taken them; between two looks at the table it
//! holds no connection.

use std::{convert::Infallible, fmt::Write, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CACHE_CONTROL, ContentEncoding},
    web::{self, Bytes},
};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, watch};
use utoipa::IntoParams;

use crate::{
    domain::WorkspaceId,
    http::{
        State,
        auth::{Caller, Reader},
        error::{Code, Faults, Problem},
        extract::Params,
        openapi::ListProblems,
        text::Flaw,
        views::EventView,
    },
    pipeline::Service,
    storage::StoredEvent,
};

const EVENTS_AT_ONCE: i64 = 100;
/// How soon a client that lost its connection should come back, in milliseconds.
const RETRY: &str = "retry: 2000\n\n";

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// Number of the last event that is known: the ones after it are told first. 0 tells everything there is.
    #[param(nullable = false, value_type = Option<i64>, minimum = 0)]
    after: Option<String>,
}

/// Follow what happens
///
/// Server-Sent Events, one an event: `id` is its number, `event` its kind, `data` the event as JSON (`Event`). A connection that was
/// lost is taken up where it was by the header `Last-Event-ID`, which browsers send by themselves and which weighs more than
/// `after`. Without either the stream begins with what happens next. A comment comes where nothing else does, so that a dead
/// connection shows. The stream ends when the service stops, or cannot reach its database: come back.
#[utoipa::path(
    operation_id = "followEvents",
    security(("bearer" = ["reader"])),
    tag = "events",
    params(
        EventQuery,
        ("Last-Event-ID" = Option<i64>, Header, description = "Number of the last event that arrived.", minimum = 0),
    ),
    responses((status = 200, description = "Events, as they happen.", body = EventView, content_type = "text/event-stream"), ListProblems)
)]
#[get("/v1/events")]
pub async fn follow_events(
    caller: Caller<Reader>,
    state: web::Data<State>,
    request: HttpRequest,
    Params(query): Params<EventQuery>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let after = faults.given("/after", query.after.as_deref(), number);
    let last = request.headers().get("Last-Event-ID").map(|last| last.to_str().unwrap_or("?"));
    let last = faults.maybe("/Last-Event-ID", last, number);
    faults.finish()?;
    let permit = Arc::clone(&state.event_streams)
        .try_acquire_owned()
        .map_err(|_| Problem::new(Code::Overloaded, "As many clients as there may be follow the events already."))?;
    let known = match last.or(after) {
        Some(known) => known,
        None => state.service.store().last_event(caller.workspace).await?,
    };
    let follower = Follower {
        service: state.service.clone(),
        workspace: caller.workspace,
        known,
        stopping: state.stopping.subscribe(),
        heartbeat: state.options.heartbeat,
        _permit: permit,
    };
    let events = stream::unfold((Some(RETRY), follower), async |(greeting, mut follower)| {
        let bytes = match greeting {
            Some(greeting) => Bytes::from_static(greeting.as_bytes()),
            None => follower.next().await?,
        };
        Some((Ok::<_, Infallible>(bytes), (None, follower)))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        // A compressor would hold events back.
        .insert_header(ContentEncoding::Identity)
        .streaming(events))
}

fn number(raw: &str) -> Result<i64, Flaw> {
    let number = raw.parse().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| Flaw::new("out-of-range", "must be the number of an event, or 0"))
}

struct Follower {
    service: Service,
    workspace: WorkspaceId,
    /// Number of the last event that was told.
    known: i64,
    stopping: watch::Receiver<bool>,
    heartbeat: std::time::Duration,
    _permit: OwnedSemaphorePermit,
}

impl Follower {
    /// The next events, or a sign of life. `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        let mut newest = self.service.newest_events();
        let silence = tokio::time::sleep(self.heartbeat);
        tokio::pin!(silence);
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            // Marked as seen before the table is read: what comes after that wakes us.
            newest.mark_unchanged();
            let events = self.service.store().events_after(self.workspace, self.known, EVENTS_AT_ONCE).await.ok()?;
            if let Some(last) = events.last() {
                self.known = last.sequence;
                return Some(events.iter().map(told).collect::<String>().into());
            }
            tokio::select! {
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                () = &mut silence => return Some(Bytes::from_static(b": still here\n\n")),
                changed = newest.changed() => changed.ok()?,
            }
        }
    }
}

fn told(event: &StoredEvent) -> String {
    let mut told = String::new();
    let data = serde_json::to_string(&EventView::from(event)).expect("an event is JSON");
    write!(told, "id: {}\nevent: {}\ndata: {data}\n\n", event.sequence, event.kind).expect("memory takes it");
    told
}
