//! How far a written name is from a known one.

/// Of the names those near enough to be meant, the nearest first.
///
/// Near enough is one slip in four letters, but always one and never more than three.
pub(super) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let written: Vec<u8> = written.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
    let allowed = (written.len() / 4).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = names
        .filter(|name| name.len().abs_diff(written.len()) <= allowed)
        .map(|name| (distance(&written, name.as_bytes()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

/// How many letters must be put in, left out, changed or swapped with their neighbour; case does not count.
fn distance(written: &[u8], name: &[u8]) -> usize {
    let name = name.to_ascii_lowercase();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=name.len()).collect();
    for (row, &letter) in written.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, &other) in name.iter().enumerate() {
            let changed = last[column] + usize::from(letter != other);
            let mut best = changed.min(last[column + 1] + 1).min(next[column] + 1);
            let swapped =
                row > 0 && column > 0 && written[row - 1] == other && name[column - 1] == letter && letter != other;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_one_letter_more_less_other_or_swapped() {
        for (written, name, slips) in [
            ("getobject", "GetObject", 0),
            ("getobjct", "GetObject", 1),
            ("getobjeect", "GetObject", 1),
            ("getobjekt", "GetObject", 1),
            ("gteobject", "GetObject", 1),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(written.as_bytes(), name.as_bytes()), slips, "{written} and {name}");
        }
    }

    #[test]
    fn short_names_may_slip_once_only() {
        assert_eq!(nearest("sq", ["sqs", "s3", "sns"].into_iter()), ["s3", "sqs"]);
        assert_eq!(nearest("xyz", ["sqs", "s3"].into_iter()), Vec::<&str>::new());
    }
}
