//! Listing one kind in pages: each page goes out at once, and the next is fetched while it is decoded.

use super::api::Ask;
use super::decode::{self, Page};
use super::follow::{Follower, Stop};
use super::trouble::{Cause, Trouble};
use crate::domain::inventory::Delta;
use crate::domain::model::Time;
use std::mem::take;
use tokio::task::{JoinHandle, spawn_blocking};

impl Follower {
    /// Lists all pages and gives the version from which a watch goes on.
    pub(super) async fn list(&mut self) -> Result<String, Stop> {
        let mut noted = self.api.note(&self.target.list_line());
        let listed = self.pages().await;
        match &listed {
            Ok(_) => noted.end(None),
            Err(Stop::Trouble(trouble)) => noted.end(Some(trouble)),
            Err(Stop::Closed) => {}
        }
        listed
    }

    async fn pages(&mut self) -> Result<String, Stop> {
        let kind = self.target.kind;
        let mut read = 0;
        // The version of the first page: all pages show the state of that moment.
        let mut version = None;
        let mut body = self.fetch("").await?;
        loop {
            let ahead = decode::head(&body).filter(|head| !head.next.is_empty()).map(|head| self.prefetch(head.next));
            let page = self.decode(body).await?;
            let first = version.is_none();
            read += page.deltas.len() + page.left_out.len();
            let expected = page.meta.remaining_item_count.map(|remaining| read + remaining);
            let mut deltas = Vec::with_capacity(page.deltas.len() + 4);
            if first {
                self.left_out.clear();
                let expected = expected.or_else(|| page.meta.next.is_empty().then_some(read));
                deltas.push(Delta::Listing { kind, scope: self.target.scope.clone(), expected });
                deltas.extend(self.target.narrowed().map(|gap| Delta::Narrowed(kind, gap)));
            } else if let Some(expected) = expected {
                deltas.push(Delta::Expected(kind, expected));
            }
            deltas.extend(page.deltas);
            self.leave_out(&page.left_out, &mut deltas);
            version.get_or_insert(page.meta.resource_version);
            if page.meta.next.is_empty() {
                let now = Time::now();
                deltas.push(Delta::Listed(kind, now));
                self.seen = Some(now);
                self.send(deltas).await?;
                self.interner.shrink();
                return Ok(version.unwrap_or_default());
            }
            self.send(deltas).await?;
            body = match ahead {
                Some(page) => page.body().await?,
                None => self.fetch(&page.meta.next).await?,
            };
        }
    }

    async fn fetch(&self, next: &str) -> Result<Vec<u8>, Trouble> {
        self.api.answer(Ask::get(&self.target.page(next))).await
    }

    fn prefetch(&self, next: String) -> Ahead {
        let (api, target) = (self.api.clone(), self.target.clone());
        Ahead(tokio::spawn(async move { api.answer(Ask::get(&target.page(&next))).await }))
    }

    /// Decodes a page beside the runtime's own threads; the interner goes there and comes back.
    async fn decode(&mut self, body: Vec<u8>) -> Result<Page, Trouble> {
        let (kind, mut interner) = (self.target.kind, take(&mut self.interner));
        let decoded = spawn_blocking(move || {
            let page = decode::page(kind, &body, &mut interner);
            (page, interner)
        });
        match decoded.await {
            Ok((page, interner)) => {
                self.interner = interner;
                page.map_err(|error| {
                    Trouble::new(Cause::Answer, format!("the answer is no list of {}: {error}", kind.resource()))
                })
            }
            Err(_) => Err(Trouble::new(Cause::Answer, format!("decoding the {} failed", kind.resource()))),
        }
    }
}

/// A page under way, given up when nobody wants it any more.
struct Ahead(JoinHandle<Result<Vec<u8>, Trouble>>);

impl Ahead {
    async fn body(mut self) -> Result<Vec<u8>, Trouble> {
        (&mut self.0).await.unwrap_or_else(|_| Err(Trouble::new(Cause::Answer, "fetching a page failed")))
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.0.abort();
    }
}
