//! How long to wait before the next try, and what cuts the wait short.

use super::trouble::Trouble;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// The longest that a server's `Retry-After` is obeyed.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Over how long those who wait for a server come back to it.
const SPREAD: Duration = Duration::from_millis(200);

/// How long to wait before the next try: 0.5 s, doubled up to 30 s, half of it by chance, so that a cluster's many
/// readers do not come back at once.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    tries: u32,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(500);
    const LAST: Duration = Duration::from_secs(30);

    /// The next wait; what the server asks for counts, within bounds.
    pub(super) fn next(&mut self, asked: Option<Duration>) -> Duration {
        let full = Self::FIRST.saturating_mul(1 << self.tries.min(6)).min(Self::LAST);
        self.tries = self.tries.saturating_add(1);
        let waited = full.mul_f64(0.5 + 0.5 * chance());
        asked.map_or(waited, |asked| asked.min(LONGEST_WAIT).max(waited.min(Self::FIRST)))
    }

    /// Things go well again.
    pub(super) fn reset(&mut self) {
        self.tries = 0;
    }
}

/// Whether the server can be reached, as all who call it found: who gets through wakes those who wait to try again.
#[derive(Debug, Default)]
pub(super) struct Reach {
    is_lost: AtomicBool,
    found: Notify,
}

impl Reach {
    /// What came of a call: an answer, whatever it says, or the trouble that kept it from one.
    pub(super) fn note(&self, trouble: Option<&Trouble>) {
        if trouble.is_some_and(Trouble::is_silence) {
            self.is_lost.store(true, Ordering::Relaxed);
        } else if trouble.is_none() && self.is_lost.swap(false, Ordering::Relaxed) {
            self.found.notify_waiters();
        }
    }

    /// Waits until a call gets through to a server that could not be reached, and a moment more: not all at once.
    pub(super) async fn again(&self) {
        self.found.notified().await;
        sleep(SPREAD.mul_f64(chance())).await;
    }
}

/// A number from 0 to 1 that differs from call to call; the standard library's hasher is seeded at random.
pub(super) fn chance() -> f64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let random = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::trouble::Cause;
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn waits_double_up_to_half_a_minute_and_obey_the_server_within_bounds() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..12).map(|_| backoff.next(None)).collect();
        assert!(waits[0] >= Duration::from_millis(250) && waits[0] <= Duration::from_millis(500), "{waits:?}");
        assert!(waits[11] >= Duration::from_secs(15) && waits[11] <= Duration::from_secs(30), "{waits:?}");
        assert_eq!(backoff.next(Some(Duration::from_secs(7))), Duration::from_secs(7));
        assert_eq!(backoff.next(Some(Duration::from_hours(1))), LONGEST_WAIT);
        backoff.reset();
        assert!(backoff.next(None) <= Duration::from_millis(500));
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_to_reach_the_server_again_wakes_the_others() {
        let reach = Reach::default();
        let lost = Trouble::new(Cause::Unreachable, "the API server refuses the connection");
        let mut waits = std::pin::pin!(reach.again());
        reach.note(None);
        assert!(waits.as_mut().now_or_never().is_none(), "it was never lost");
        reach.note(Some(&lost));
        assert!(waits.as_mut().now_or_never().is_none(), "it is lost");
        reach.note(None);
        tokio::time::timeout(SPREAD * 2, waits).await.expect("it is found");
    }
}
