//! How long the catalogue of actions takes: to unpack, to find one action in, to spread out a wildcard.

use criterion::{Criterion, criterion_group, criterion_main};
use rolecall::domain::policy::ActionPattern;
use rolecall::source::catalogue::{catalogue, unpacked};
use std::hint::black_box;

fn load(criterion: &mut Criterion) {
    criterion.bench_function("catalogue: unpack and index", |bench| bench.iter(unpacked));
}

fn look_up(criterion: &mut Criterion) {
    let catalogue = catalogue();
    criterion.bench_function("catalogue: one action", |bench| {
        bench.iter(|| catalogue.action(black_box("ec2:RunInstances")).is_some());
    });
    for pattern in ["s3:Get*", "*"] {
        let pattern = ActionPattern::new(pattern);
        criterion.bench_function(&format!("catalogue: expand {}", pattern.as_str()), |bench| {
            bench.iter(|| catalogue.expand(black_box(&pattern)).count());
        });
    }
    criterion.bench_function("catalogue: did you mean", |bench| {
        bench.iter(|| catalogue.did_you_mean(black_box("dynmodb:GetItme")));
    });
}

criterion_group!(benches, load, look_up);
criterion_main!(benches);
