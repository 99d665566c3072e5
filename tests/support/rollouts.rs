//! Workloads as restarts read them, any of them.

use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use rolecall::domain::model::{Name, Rollout, Strategy as Rolling};

pub(crate) fn rollout() -> impl Strategy<Value = Rollout> {
    let strategy = select(vec![Rolling::RollingUpdate, Rolling::Recreate, Rolling::OnDelete]);
    let restarted_at = select(vec!["2026-11-01T10:00:00Z", "now"]).prop_map(Name::from);
    let account = select(vec!["api", "default"]).prop_map(Name::from);
    let numbers = (of(0_u32..4), 0_u32..3, of(restarted_at), of(account));
    (strategy, numbers, any::<bool>(), any::<bool>()).prop_map(|(strategy, numbers, paused, surges)| {
        let (replicas, partition, restarted_at, account) = numbers;
        Rollout { replicas, paused, strategy, surges, partition, restarted_at, account, keeper: None }
    })
}
