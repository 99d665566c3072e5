//! Long patterns on long texts: every place of the pattern at once, a bit for each. So what no skipping helps with, a `?`
//! behind a star or letters without case, takes the length of the text times that of the pattern in words, no more.

/// Longer code is none of a policy's, be there values of variables in it.
pub(super) const MOST: usize = 4 * super::MOST;

/// Places in the code, and what leads on from them.
struct Places {
    words: usize,
    /// Those before a star: whatever is read, one may stay.
    stars: Box<[u64]>,
    /// Those behind a `?`: it takes the rest of its character, too.
    behind_any: Box<[u64]>,
    /// For each byte, those that it leads on from.
    reading: Vec<Box<[u64]>>,
}

/// Whether the code matches.
pub(super) fn is_match<const STAR: u8, const ANY: u8>(
    code: &[u8],
    text: &[u8],
    is_same: impl Fn(u8, u8) -> bool,
) -> bool {
    // two stars in a row are one; that one step over a star is then enough to get past it
    let mut code = code.to_vec();
    code.dedup_by(|a, b| *a == STAR && *b == STAR);
    let places = Places::new::<STAR, ANY>(&code, is_same);
    let mut at = marks(places.words, [true]);
    places.past_stars(&mut at);
    for byte in text {
        places.read(&mut at, *byte);
        if at.iter().all(|word| *word == 0) {
            return false;
        }
    }
    at.get(code.len() / 64).is_some_and(|word| word >> (code.len() % 64) & 1 == 1)
}

impl Places {
    fn new<const STAR: u8, const ANY: u8>(code: &[u8], is_same: impl Fn(u8, u8) -> bool) -> Self {
        let words = code.len() / 64 + 1;
        let reads = |own: u8, byte: u8| match own {
            wild if wild == STAR => false,
            wild if wild == ANY => !is_within(byte),
            own => is_same(own, byte),
        };
        Self {
            words,
            stars: marks(words, code.iter().map(|own| *own == STAR)),
            behind_any: marks(words, std::iter::once(false).chain(code.iter().map(|own| *own == ANY))),
            reading: (0..=u8::MAX).map(|byte| marks(words, code.iter().map(|own| reads(*own, byte)))).collect(),
        }
    }

    /// Goes on by one byte.
    fn read(&self, at: &mut [u64], byte: u8) {
        let Some(reading) = self.reading.get(usize::from(byte)) else { return };
        let rest = if is_within(byte) { u64::MAX } else { 0 };
        let (mut led, mut passed) = (0, 0);
        let masks = reading.iter().zip(&self.stars).zip(&self.behind_any);
        for (word, ((reading, stars), behind_any)) in at.iter_mut().zip(masks) {
            let leads = *word & reading;
            let here = leads << 1 | led | *word & (stars | behind_any & rest);
            let through = here & stars;
            *word = here | through << 1 | passed;
            (led, passed) = (leads >> 63, through >> 63);
        }
    }

    /// A star also takes nothing.
    fn past_stars(&self, at: &mut [u64]) {
        let mut passed = 0;
        for (word, stars) in at.iter_mut().zip(&self.stars) {
            let through = *word & stars;
            *word |= through << 1 | passed;
            passed = through >> 63;
        }
    }
}

/// A bit for each flag that is set.
fn marks(words: usize, flags: impl IntoIterator<Item = bool>) -> Box<[u64]> {
    let mut marks = vec![0; words].into_boxed_slice();
    for (place, _) in flags.into_iter().enumerate().filter(|(_, flag)| *flag) {
        if let Some(word) = marks.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }
    marks
}

/// Whether a character began before this byte.
fn is_within(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}
