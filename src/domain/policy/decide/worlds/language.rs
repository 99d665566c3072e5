//! Which combinations of text patterns some text can meet: all of `a*` and `*b`, the first alone, neither, …
//!
//! The patterns run side by side as one machine, over the characters they name and one that none of them names. Every
//! way of matching that any text has is then one reachable state, so the answer is exact and not a sample.

use foldhash::fast::RandomState;
use std::collections::HashSet;

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
const STATES: usize = 4_096;
/// Nor more words of places, in all states and for all characters.
const WORK: usize = 4_000_000;
/// And no machine is built of more characters times places.
const SIZE: usize = 1_000_000;

/// Which of the patterns a text meets, one flag each.
pub(crate) type Met = Vec<bool>;

/// Every combination of the patterns that some text meets; `None` where looking for them takes too long.
pub(crate) fn combinations(patterns: &[Steps]) -> Option<HashSet<Met, RandomState>> {
    let places = patterns.iter().map(|pattern| pattern.len() + 1).sum::<usize>();
    let characters = characters(patterns);
    if (characters.len() + 1).saturating_mul(places) > SIZE {
        return None;
    }
    let machine = Machine::new(patterns, alphabet(characters));
    let most = WORK / (machine.moves.len() * machine.words).max(1);
    let (mut seen, mut found) = (HashSet::<Bits, RandomState>::default(), HashSet::default());
    let mut open = vec![machine.start()];
    while let Some(state) = open.pop() {
        if seen.contains(&state) {
            continue;
        }
        if seen.len() == STATES.min(most) {
            return None;
        }
        found.insert(machine.ends.iter().map(|end| is_set(&state, *end)).collect());
        open.extend(machine.moves.iter().map(|reading| machine.next(&state, reading)).filter(|to| !seen.contains(to)));
        seen.insert(state);
    }
    Some(found)
}

/// Places in the patterns, all of them laid one behind the other with one more place at the end of each.
type Bits = Box<[u64]>;

/// The patterns side by side.
struct Machine {
    words: usize,
    /// The first place and the end of each pattern.
    starts: Vec<usize>,
    ends: Vec<usize>,
    /// Places that are runs: nothing leads on from them.
    runs: Bits,
    /// What reading each character that makes a difference does.
    moves: Vec<Move>,
}

/// What reading a character does.
struct Move {
    /// Places that it leads on from.
    onwards: Bits,
    /// Places at which it may stay.
    staying: Bits,
}

impl Machine {
    fn new(patterns: &[Steps], alphabet: Vec<char>) -> Self {
        let (mut starts, mut ends, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for pattern in patterns {
            starts.push(places.len());
            places.extend(pattern.iter().map(|step| Some(*step)));
            ends.push(places.len());
            places.push(None);
        }
        let words = places.len().div_ceil(64);
        let where_ = |holds: &dyn Fn(Step) -> bool| {
            let mut bits = vec![0; words].into_boxed_slice();
            let held = places.iter().enumerate().filter(|(_, step)| step.is_some_and(holds));
            held.for_each(|(at, _)| set(&mut bits, at));
            bits
        };
        let is_run = |step| matches!(step, Step::Run { .. });
        let moves = alphabet.into_iter().map(|read| Move {
            onwards: where_(&|step| !is_run(step) && reads(step, read)),
            staying: where_(&|step| is_run(step) && reads(step, read)),
        });
        Self { words, starts, ends, runs: where_(&is_run), moves: moves.collect() }
    }

    fn start(&self) -> Bits {
        let mut bits = vec![0; self.words].into_boxed_slice();
        self.starts.iter().for_each(|start| set(&mut bits, *start));
        self.with_runs_of_nothing(bits)
    }

    fn next(&self, state: &Bits, reading: &Move) -> Bits {
        let mut next = shifted(state, &reading.onwards);
        for ((next, state), staying) in next.iter_mut().zip(state).zip(&reading.staying) {
            *next |= state & staying;
        }
        self.with_runs_of_nothing(next)
    }

    /// A run may also read nothing. No two runs stand side by side, so one step is enough.
    fn with_runs_of_nothing(&self, mut state: Bits) -> Bits {
        let behind = shifted(&state, &self.runs);
        state.iter_mut().zip(&behind).for_each(|(state, behind)| *state |= behind);
        state
    }
}

/// The places one behind those of the state that are in the mask.
fn shifted(state: &Bits, mask: &Bits) -> Bits {
    let mut carry = 0;
    let shift = |(state, mask): (&u64, &u64)| {
        let bits = state & mask;
        let shifted = bits << 1 | carry;
        carry = bits >> 63;
        shifted
    };
    state.iter().zip(mask).map(shift).collect()
}

fn set(bits: &mut Bits, at: usize) {
    if let Some(word) = bits.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

fn is_set(bits: &Bits, at: usize) -> bool {
    bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// The characters that make a difference.
fn characters(patterns: &[Steps]) -> Vec<char> {
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
    characters
}

/// The same, and one that stands for all others.
fn alphabet(mut characters: Vec<char>) -> Vec<char> {
    let other = ('x'..=char::MAX).find(|c| !characters.iter().any(|own| same_letter(*own, *c)));
    characters.extend(other);
    characters
}

fn reads(step: Step, read: char) -> bool {
    match step {
        Step::Is(own) => own == read,
        Step::Folds(own) => same_letter(own, read),
        Step::One { in_part } | Step::Run { in_part } => !(in_part && read == ':'),
    }
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

    #[test]
    fn too_many_characters_are_given_up() {
        let letters: String = ('\u{4e00}'..).take(500).collect();
        assert!(combinations(&[steps(&format!("*{letters}"))]).is_some());
        for many in [1_200, 20_000] {
            let letters: String = ('\u{4e00}'..).take(many).collect();
            assert_eq!(combinations(&[steps(&format!("*{letters}"))]), None);
        }
    }
}
