//! How long verdicts take: for everything, and after some of it changed.

mod support;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rolecall::domain::identity::{refresh, resolve_all};
use rolecall::domain::inventory::{Dirty, Inventory};
use std::hint::black_box;
use support::Synthetic;

const PODS: usize = 100_000;
const CHANGES: usize = 1_000;

fn everything_seen() -> Inventory {
    let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
    for delta in Synthetic::new(PODS).deltas() {
        inventory.apply(delta, &mut dirty);
    }
    inventory
}

fn all(criterion: &mut Criterion) {
    let inventory = everything_seen();
    let mut group = criterion.benchmark_group("verdicts");
    group.sample_size(10);
    group.bench_function("resolve 100,000 pods", |bench| bench.iter(|| resolve_all(black_box(&inventory))));
    group.finish();
}

fn changed(criterion: &mut Criterion) {
    let inventory = everything_seen();
    let identities = resolve_all(&inventory);
    let mut group = criterion.benchmark_group("verdicts");
    group.sample_size(10);
    let changed = || -> (Inventory, Dirty) {
        let (mut inventory, mut dirty) = (inventory.clone(), Dirty::default());
        let mut synthetic = Synthetic::new(PODS);
        for change in 0..CHANGES {
            inventory.apply(synthetic.pod(change * (PODS / CHANGES), 1), &mut dirty);
        }
        (inventory, dirty)
    };
    group.bench_function("refresh after 1,000 changes in 100,000 pods", |bench| {
        bench.iter_batched(
            || (changed(), identities.clone()),
            |((inventory, dirty), mut identities)| {
                refresh(&inventory, &mut identities, &dirty);
                (inventory, identities)
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, all, changed);
criterion_main!(benches);
