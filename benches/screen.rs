//! How long a frame and a key press take, and that neither a frame nor a step grows with the number of rows.

mod support;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rolecall::tui::app::{About, Message, Options, State, update};
use rolecall::tui::keymap::{Chord, Code};
use rolecall::tui::view::draw;
use support::{Synthetic, moment};

const SIZE: (u16, u16) = (200, 60);

/// The explorer over a cluster of that many pods, everything read.
fn explorer(pods: usize) -> State {
    let mut state = State::new(About::default(), Options::default(), moment(10_000));
    update(&mut state, Message::Size(SIZE.0, SIZE.1));
    let connection = state.connection;
    update(&mut state, Message::Facts(connection, Synthetic::new(pods).deltas()));
    state
}

fn press(state: &mut State, keys: &str) {
    for key in keys.chars() {
        let chord = if key == '\n' { Chord::plain(Code::Enter) } else { Chord::char(key) };
        update(state, Message::Key(chord));
    }
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one frame of the explorer, 200 by 60");
    for pods in [1_000, 100_000] {
        let state = explorer(pods);
        let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("a terminal in memory");
        group.bench_function(format!("{pods} pods"), |bench| {
            bench.iter(|| {
                terminal
                    .draw(|frame| {
                        draw(frame, &state);
                    })
                    .map(|_| ())
            });
        });
    }
    group.finish();
}

fn filter(criterion: &mut Criterion) {
    let mut state = explorer(100_000);
    press(&mut state, ":po\n");
    press(&mut state, "/app-1");
    let mut group = criterion.benchmark_group("filter");
    group.sample_size(20);
    group.bench_function("one key press among 100,000 pods", |bench| {
        bench.iter_batched_ref(|| state.clone(), |state| press(state, "7"), BatchSize::LargeInput);
    });
    group.finish();
}

criterion_group!(benches, frames, filter);
criterion_main!(benches);
