//! Feeds that are due → their new articles, fetched one by one and stored as if they had been posted.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER};
use tokio::task::JoinSet;
use url::Url;

use super::{
    fetch::{self, FetchError},
    listing::Listing,
    manners::Manners,
};
use crate::{
    domain::{FeedId, NewArticle, WorkspaceId, clock},
    egress::{Egress, EgressError, Fetched},
    failpoint,
    pipeline::{
        PipelineError, Submitted,
        sandbox::{self, Refusal},
    },
    storage::{DueFeed, DueItem, Item, Look, SILENCE, StorageError, Store, answered},
};

/// Stores an article as the rest of the service does.
pub type Ingest =
    std::sync::Arc<dyn Fn(WorkspaceId, NewArticle) -> BoxFuture<'static, Result<Submitted, PipelineError>> + Send + Sync>;

const LOOK: Duration = Duration::from_millis(500);
const BACK_OFF: Duration = Duration::from_secs(2);
/// Feeds that are read at once.
const MOST_READERS: usize = 16;
/// How long the items of a feed are fetched before it is another's turn; the rest waits for the next look.
const TURN: Duration = Duration::from_secs(240);
const LARGEST_FEED: usize = 10 * 1024 * 1024;
/// Between looks at a feed that fails, at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);
/// In a row, of a feed whose reading is given up for what it takes.
const POISONED_ATTEMPTS: i32 = 8;
const ITEM_ATTEMPTS: i32 = 3;
const ITEM_PAUSE: Duration = Duration::from_secs(600);

#[derive(Clone)]
pub struct Poller {
    pub store: Store,
    pub egress: Egress,
    pub manners: Manners,
    pub ingest: Ingest,
}

/// A look that gave nothing, in words, and when its server wants to be asked again.
struct Failure {
    status: Option<u16>,
    error: String,
    retry_after: Option<Duration>,
    /// It is what kills its reader.
    poisoned: bool,
}

impl Failure {
    fn of(error: impl ToString) -> Self {
        Self { status: None, error: error.to_string(), retry_after: None, poisoned: false }
    }
}

impl Poller {
    pub async fn run(self) {
        let mut readers: JoinSet<FeedId> = JoinSet::new();
        let mut busy = HashSet::new();
        loop {
            let free = MOST_READERS.saturating_sub(readers.len());
            match answered(SILENCE, self.store.claim_feeds(i64::try_from(free).unwrap_or_default())).await {
                Ok(due) => {
                    for feed in due {
                        if busy.insert(feed.id) {
                            let poller = self.clone();
                            readers.spawn(async move {
                                let id = feed.id;
                                if let Err(error) = poller.look(feed).await {
                                    tracing::debug!(feed = %id, %error, "a feed waits");
                                }
                                id
                            });
                        }
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "feeds wait");
                    tokio::time::sleep(BACK_OFF).await;
                }
            }
            tokio::select! {
                Some(read) = readers.join_next(), if !readers.is_empty() => match read {
                    Ok(id) => { busy.remove(&id); }
                    Err(error) => {
                        tracing::error!(%error, "reading a feed failed");
                        busy.clear();
                    }
                },
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    #[tracing::instrument(name = "feed", skip_all, fields(feed = %feed.id))]
    async fn look(&self, feed: DueFeed) -> Result<(), StorageError> {
        let (look, items) = match self.read(&feed).await {
            Ok((answer, items)) => {
                let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
                // An answer that nothing has changed need not repeat them.
                let etag = header(ETAG).or_else(|| feed.etag.clone().filter(|_| answer.status == 304));
                let last_modified = header(LAST_MODIFIED).or_else(|| feed.last_modified.clone().filter(|_| answer.status == 304));
                (Look { status: Some(answer.status), error: None, etag, last_modified, pause: feed.interval, go_on: true }, items)
            }
            Err(failure) => {
                let doubled = feed.interval.saturating_mul(2_u32.saturating_pow(u32::try_from(feed.failures).unwrap_or(0) + 1));
                let pause = doubled.min(LONGEST_PAUSE).max(failure.retry_after.unwrap_or_default()).max(feed.interval);
                let look = Look {
                    status: failure.status,
                    error: Some(failure.error),
                    etag: feed.etag.clone(),
                    last_modified: feed.last_modified.clone(),
                    pause,
                    go_on: failure.status != Some(410) && !(failure.poisoned && feed.failures + 1 >= POISONED_ATTEMPTS),
                };
                (look, Vec::new())
            }
        };
        failpoint::reach("feed-read");
        answered(SILENCE, self.store.settle_feed(&feed, &look, &items)).await?;
        let begun = Instant::now();
        while begun.elapsed() < TURN
            && let Some(item) = answered(SILENCE, self.store.claim_item(&feed)).await?
        {
            let (error, retry) = match self.take(&feed, &item).await {
                Ok(()) => (None, None),
                Err((error, passing)) => (Some(error), (passing && item.attempt < ITEM_ATTEMPTS).then_some(ITEM_PAUSE)),
            };
            failpoint::reach("item-stored");
            answered(SILENCE, self.store.settle_item(&feed, &item, error.as_deref(), retry)).await?;
        }
        Ok(())
    }

    async fn read(&self, feed: &DueFeed) -> Result<(Fetched, Vec<Item>), Failure> {
        let mut headers = HeaderMap::new();
        for (name, value) in [(IF_NONE_MATCH, &feed.etag), (IF_MODIFIED_SINCE, &feed.last_modified)] {
            if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(name, value);
            }
        }
        let url = Url::parse(&feed.url).map_err(|_| Failure::of(EgressError::NotAllowed))?;
        let answer = self.get(&url, headers).await?;
        let items = match answer.status {
            304 => Vec::new(),
            _ => match list(&answer).await? {
                Listing::Items(items) => items,
                Listing::Sitemaps(sitemaps) => {
                    let mut items = Vec::new();
                    for sitemap in sitemaps {
                        // An index in an index is not followed.
                        if let Listing::Items(listed) = list(&self.get(&sitemap, HeaderMap::new()).await?).await? {
                            items.extend(listed);
                        }
                    }
                    items
                }
            },
        };
        Ok((answer, items))
    }

    async fn get(&self, url: &Url, headers: HeaderMap) -> Result<Fetched, Failure> {
        let visit = self.manners.visit(url, self.egress.get(url, headers, LARGEST_FEED)).await;
        let answer = visit.ok_or_else(|| Failure::of("its robots.txt does not let us"))?.map_err(Failure::of)?;
        match answer.status {
            200 | 304 => Ok(answer),
            status => Err(Failure {
                status: Some(status),
                error: format!("it answered {status}"),
                retry_after: retry_after(&answer.headers),
                poisoned: false,
            }),
        }
    }

    /// What went wrong with an item, and whether that may pass.
    async fn take(&self, feed: &DueFeed, item: &DueItem) -> Result<(), (String, bool)> {
        let url = Url::parse(&item.url).map_err(|error| (error.to_string(), false))?;
        let fetched = self.manners.visit(&url, fetch::article(&self.egress, &url, feed.outlet.clone())).await;
        let article = fetched.ok_or_else(|| ("its robots.txt does not let us".to_owned(), true))?.map_err(|error| {
            let passing = match error {
                FetchError::Status(status) => status == 429 || status >= 500,
                FetchError::Egress(error) => matches!(error, EgressError::TimedOut | EgressError::Unreachable),
                FetchError::NotHtml => false,
            };
            (error.to_string(), passing)
        })?;
        let article = NewArticle { published_at: item.published_at, ..article };
        match (self.ingest)(feed.workspace, article).await {
            Ok(_) => Ok(()),
            Err(error @ (PipelineError::Storage(_) | PipelineError::NoReader)) => Err((error.to_string(), true)),
            Err(error) => Err((error.to_string(), false)),
        }
    }
}

async fn list(answer: &Fetched) -> Result<Listing, Failure> {
    let (body, url) = (answer.body.clone(), answer.url.clone());
    let read = tokio::task::spawn_blocking(move || sandbox::listing(&body, &url)).await.map_err(Failure::of)?;
    let (error, poisoned) = match read {
        Ok(Some(mut listing)) => {
            if let Listing::Items(items) = &mut listing {
                items.iter_mut().for_each(|item| item.published_at = plausible(item.published_at));
            }
            return Ok(listing);
        }
        Ok(None) => ("it is neither a feed nor a sitemap".to_owned(), false),
        Err(refusal) => (refusal.to_string(), matches!(refusal, Refusal::Poisoned)),
    };
    Err(Failure { status: Some(answer.status), error, retry_after: None, poisoned })
}

/// As for articles that are posted: clocks err by hours.
fn plausible(published_at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    published_at.filter(|at| *at <= clock::now() + TimeDelta::hours(24))
}

/// Seconds, or the time itself.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let pause = match value.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => (DateTime::parse_from_rfc2822(value).ok()?.with_timezone(&Utc) - clock::now()).to_std().ok()?,
    };
    Some(pause.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_days_ahead_is_no_time_of_publication() {
        let ahead = |hours| Some(clock::now() + TimeDelta::hours(hours));
        assert_eq!((plausible(ahead(25)), plausible(None)), (None, None));
        assert!(plausible(ahead(23)).is_some() && plausible(ahead(-9_000)).is_some());
    }

    #[test]
    fn retry_after_is_read_in_both_its_forms_and_bounded() {
        let read = |value: &str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(value).unwrap())]));
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(read("99999999"), Some(LONGEST_PAUSE));
        let later = (clock::now() + TimeDelta::hours(1)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        assert!((3_590..=3_600).contains(&read(&later).unwrap().as_secs()), "{later}");
        assert_eq!((read("Wed, 21 Oct 2015 07:28:00 GMT"), read("soon")), (None, None));
    }
}
