//! Which combinations of text patterns some text can meet: all of `a*` and `*b`, the first alone, neither, …
//!
//! The patterns run side by side as one machine, over the characters they name and one that none of them names. Every
//! way of matching that any text has is then one reachable state, so the answer is exact and not a sample.

use foldhash::fast::RandomState;
use std::collections::{HashMap, HashSet};

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// This character.
    Is(char),
    /// This character in whatever case.
    Folds(char),
    /// Any one character; within a part of an ARN, any but a colon.
    One { in_part: bool },
    /// Any run of characters, or none; within a part of an ARN, none with a colon.
    Run { in_part: bool },
}

/// A pattern over whole texts.
pub(crate) type Steps = Vec<Step>;

/// More states than this are not looked through.
const STATES: usize = 8_192;

/// Which of the patterns a text meets, one flag each.
pub(crate) type Met = Vec<bool>;

/// Every combination of the patterns that some text meets; `None` where looking for them takes too long.
pub(crate) fn combinations(patterns: &[Steps]) -> Option<HashSet<Met, RandomState>> {
    let alphabet = alphabet(patterns);
    let start: State = patterns.iter().map(|pattern| closed(pattern, vec![true])).collect();
    let mut seen = HashMap::<State, (), RandomState>::default();
    let mut found = HashSet::default();
    let mut open = vec![start];
    while let Some(state) = open.pop() {
        if seen.contains_key(&state) {
            continue;
        }
        if seen.len() == STATES {
            return None;
        }
        found.insert(patterns.iter().zip(&state).map(|(pattern, at)| at.get(pattern.len()) == Some(&true)).collect());
        open.extend(alphabet.iter().map(|read| next(patterns, &state, *read)));
        seen.insert(state, ());
    }
    Some(found)
}

/// Per pattern, the places it may have come to.
type State = Vec<Vec<bool>>;

/// The characters that make a difference, and one that stands for all others.
fn alphabet(patterns: &[Steps]) -> Vec<char> {
    let mut characters = Vec::new();
    for step in patterns.iter().flatten() {
        match step {
            Step::Is(c) => characters.push(*c),
            Step::Folds(c) => characters.extend(c.to_lowercase().chain(c.to_uppercase()).chain([*c])),
            Step::One { in_part: true } | Step::Run { in_part: true } => characters.push(':'),
            Step::One { .. } | Step::Run { .. } => {}
        }
    }
    characters.sort_unstable();
    characters.dedup();
    let other = ('x'..).find(|c| characters.binary_search(c).is_err());
    characters.extend(other);
    characters
}

fn next(patterns: &[Steps], state: &State, read: char) -> State {
    let stepped = |(pattern, at): (&Steps, &Vec<bool>)| {
        let mut to = vec![false; pattern.len() + 1];
        for (place, step) in pattern.iter().enumerate().filter(|(place, _)| at.get(*place) == Some(&true)) {
            let reads = match step {
                Step::Is(c) => *c == read,
                Step::Folds(c) => same_letter(*c, read),
                Step::One { in_part } | Step::Run { in_part } => !(*in_part && read == ':'),
            };
            let onto = if matches!(step, Step::Run { .. }) { place } else { place + 1 };
            if let Some(flag) = to.get_mut(onto).filter(|_| reads) {
                *flag = true;
            }
        }
        closed(pattern, to)
    };
    patterns.iter().zip(state).map(stepped).collect()
}

/// The places with those that a run of nothing leads to.
fn closed(pattern: &Steps, mut places: Vec<bool>) -> Vec<bool> {
    places.resize(pattern.len() + 1, false);
    for (place, step) in pattern.iter().enumerate() {
        if matches!(step, Step::Run { .. }) && places.get(place) == Some(&true) {
            if let Some(behind) = places.get_mut(place + 1) {
                *behind = true;
            }
        }
    }
    places
}

fn same_letter(a: char, b: char) -> bool {
    a.to_lowercase().eq(b.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Steps {
        let step = |c| match c {
            '*' => Step::Run { in_part: false },
            '?' => Step::One { in_part: false },
            '%' => Step::Run { in_part: true },
            c => Step::Is(c),
        };
        text.chars().map(step).collect()
    }

    fn met(patterns: &[&str]) -> Vec<String> {
        let patterns: Vec<Steps> = patterns.iter().map(|text| steps(text)).collect();
        let shown = |met: Met| met.into_iter().map(|met| if met { '1' } else { '0' }).collect::<String>();
        let mut all: Vec<String> = combinations(&patterns).unwrap().into_iter().map(shown).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn combinations_are_those_that_a_text_has() {
        assert_eq!(met(&[]), [""]);
        assert_eq!(met(&["a"]), ["0", "1"]);
        assert_eq!(met(&["*"]), ["1"]);
        assert_eq!(met(&["a", "b"]), ["00", "01", "10"]);
        assert_eq!(met(&["a", "a"]), ["00", "11"]);
        assert_eq!(met(&["a*", "*b"]), ["00", "01", "10", "11"]);
        assert_eq!(met(&["a*", "ab*"]), ["00", "10", "11"]);
        assert_eq!(met(&["?*", ""]), ["01", "10"]);
        assert_eq!(met(&["*a*", "??"]), ["00", "01", "10", "11"]);
        assert_eq!(met(&["%", "*"]), ["01", "11"]);
    }

    #[test]
    fn letters_fold_where_asked() {
        let folded: Steps = "ab".chars().map(Step::Folds).collect();
        let found = combinations(&[folded, steps("AB"), steps("aB")]).unwrap();
        for expected in [[true, true, false], [true, false, true], [true, false, false], [false; 3]] {
            assert!(found.contains(&expected[..]), "{expected:?}");
        }
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn too_many_states_are_given_up() {
        let long: Vec<Steps> = (0..9).map(|at| steps(&format!("*{}*{at}*z*", "abcdefgh".repeat(3)))).collect();
        assert_eq!(combinations(&long), None);
    }
}
