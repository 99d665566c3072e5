use super::*;

fn at(second: i64) -> Time {
    Time::from_second(second).unwrap_or_default()
}

fn shown(origin: Origin, taken_at: Option<Time>) -> (Time, Time) {
    let mut state = State::new(About { origin, taken_at, ..About::default() }, Options::default(), at(1000));
    state.tell_time(at(1060));
    (state.now, state.clock)
}

#[test]
fn a_captures_moment_stands_still_and_the_demos_goes_on() {
    assert_eq!(shown(Origin::Live, None), (at(1060), at(1060)));
    assert_eq!(shown(Origin::Capture("x.json".into()), Some(at(500))), (at(500), at(1060)));
    assert_eq!(shown(Origin::Demo, Some(at(500))), (at(560), at(1060)));
}
