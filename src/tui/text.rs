//! Text for cells: measured in columns, cut with `…`, and never anything that a terminal would obey.

mod fold;

use crate::domain::model::{RoleArn, Time, visible};
pub use fold::{fold, fold_diff, hang};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Stands where something was cut away.
const CUT: &str = "…";

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The text, cut at its end to at most `columns`.
pub fn cut_end(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{}{CUT}", head(text, columns - 1)))
}

/// The text, cut in its middle to at most `columns`: of names, both ends tell.
pub fn cut_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns < 5 {
        return cut_end(text, columns);
    }
    let left = columns / 2;
    Cow::Owned(format!("{}{CUT}{}", head(text, left), tail(text, columns - 1 - left)))
}

/// As much of the beginning as fits.
pub fn head(text: &str, columns: usize) -> &str {
    let fits = |end: usize| text.get(..end).is_some_and(|part| width(part) <= columns);
    if text.is_ascii() {
        return text.get(..columns.min(text.len())).unwrap_or(text);
    }
    let mut end = 0;
    for next in text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]) {
        if !fits(next) {
            break;
        }
        end = next;
    }
    text.get(..end).unwrap_or_default()
}

/// As much of the end as fits.
fn tail(text: &str, columns: usize) -> &str {
    if text.is_ascii() {
        return text.get(text.len().saturating_sub(columns)..).unwrap_or(text);
    }
    let mut start = text.len();
    for (at, _) in text.char_indices().rev() {
        if text.get(at..).is_none_or(|part| width(part) > columns) {
            break;
        }
        start = at;
    }
    text.get(start..).unwrap_or_default()
}

/// The text wrapped at spaces to lines of at most `columns`; a word longer than that is broken.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word = word;
        if used > 0 && used + 1 + width(word) <= columns {
            push(&mut lines, " ");
            used += 1;
        } else if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        while width(word) > columns - used {
            let part = head(word, columns - used);
            // A wide character in a one-column line: drop it rather than loop for ever.
            let part = if part.is_empty() {
                word.get(..word.chars().next().map_or(0, char::len_utf8)).unwrap_or(word)
            } else {
                part
            };
            push(&mut lines, part);
            word = word.get(part.len()..).unwrap_or_default();
            lines.push(String::new());
            used = 0;
        }
        push(&mut lines, word);
        used += width(word);
    }
    if lines.len() > 1 && lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// The marks that stand before what is said.
const MARKS: [&str; 6] = ["✔ ", "✖ ", "? ", "○ ", "… ", "! "];

/// The same; where a mark stands before the text, nothing but the text stands below it.
pub fn wrap_below_mark(text: &str, columns: usize) -> Vec<String> {
    let Some((mark, said)) = MARKS.iter().find_map(|mark| Some((*mark, text.strip_prefix(mark)?))) else {
        return wrap(text, columns);
    };
    let room = columns.saturating_sub(width(mark));
    if room < width(mark) {
        return wrap(text, columns);
    }
    let begins = std::iter::once(mark.to_owned()).chain(std::iter::repeat(" ".repeat(width(mark))));
    begins.zip(wrap(said, room)).map(|(begin, row)| begin + &row).collect()
}

fn push(lines: &mut [String], part: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(part);
    }
}

/// A count with separated thousands: `33,120`; nothing for zero, so that what is there stands out.
pub fn count(number: usize) -> String {
    if number == 0 { String::new() } else { figure(number) }
}

/// A number with separated thousands, zero too.
pub fn figure(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A count in at most four columns: `812`, `4.1k`, `33k`, `1.2M`; nothing for zero.
pub fn short_count(number: usize) -> String {
    let with = |unit: usize, letter: char| {
        let tenths = number / (unit / 10);
        if tenths < 100 {
            format!("{}.{}{letter}", tenths / 10, tenths % 10)
        } else {
            format!("{}{letter}", tenths / 10)
        }
    };
    match number {
        0 => String::new(),
        1..1_000 => number.to_string(),
        1_000..1_000_000 => with(1_000, 'k'),
        _ => with(1_000_000, 'M'),
    }
}

/// A number of things: `1 pod`, `1,204 pods`.
pub fn things(number: usize, one: &str) -> String {
    format!("{} {one}{}", figure(number), if number == 1 { "" } else { "s" })
}

/// So long an age is counted by seconds, as kubectl does it.
const YOUNG: i64 = 120;

/// A span of time in its largest unit: `12s`, `5m`, `2h`, `3d`, `2y`.
pub fn age(since: Time, now: Time) -> String {
    let seconds = now.as_second().saturating_sub(since.as_second()).max(0);
    let (number, unit) = match seconds {
        0..YOUNG => (seconds, 's'),
        YOUNG..3_600 => (seconds / 60, 'm'),
        3_600..86_400 => (seconds / 3_600, 'h'),
        86_400..63_072_000 => (seconds / 86_400, 'd'),
        _ => (seconds / 31_536_000, 'y'),
    };
    format!("{number}{unit}")
}

/// Whether the age is another one in a second. (A clock that is a little ahead of ours counts too.)
pub fn is_young(since: Time, now: Time) -> bool {
    (-YOUNG..YOUNG).contains(&now.as_second().saturating_sub(since.as_second()))
}

/// A moment, as a person reads it: `2026-11-21 09:14` in UTC.
pub fn moment(time: Time) -> String {
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

/// A role by path and name; the account stands before it only where it is not the cluster's.
pub fn role<'a>(arn: &'a RoleArn, account: Option<&str>) -> Cow<'a, str> {
    match (arn.account(), account) {
        (Some(theirs), Some(ours)) if theirs != ours => Cow::Owned(format!("{theirs}:{}", arn.path_and_name())),
        _ => visible(arn.path_and_name()),
    }
}

/// What the names of nodes share, to be left out where there is little room.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeNames {
    prefix: String,
    domain: String,
}

impl NodeNames {
    /// What these names share: the domain of most, and up to which dash the hosts in it begin alike. A Fargate or
    /// hybrid node among many instances keeps what it does not share.
    pub fn of<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let domain = most_common(names.clone().filter_map(|name| name.split_once('.')).map(|(_, domain)| domain));
        let hosts = names.filter_map(|name| match name.split_once('.') {
            Some((host, of)) => (of == domain).then_some(host),
            None => domain.is_empty().then_some(name),
        });
        let family = most_common(hosts.clone().map(family));
        let mut family = hosts.filter(|host| self::family(host) == family);
        let first = family.next().unwrap_or_default();
        let (prefix, many) = family.fold((first, false), |(prefix, _), host| (shared(prefix, host), true));
        // A bare number would be taken for one: two parts stay.
        let is_enough = |dash: &usize| first.get(dash + 1..).is_some_and(|rest| rest.contains('-'));
        let dashes = prefix.rmatch_indices('-').map(|(dash, _)| dash);
        let to_dash = dashes.filter(|_| many).find(is_enough).and_then(|dash| prefix.get(..=dash)).unwrap_or_default();
        Self { prefix: to_dash.to_owned(), domain: domain.to_owned() }
    }

    /// The name without the domain that most share.
    pub fn host<'a>(&self, name: &'a str) -> Cow<'a, str> {
        let host = match name.split_once('.') {
            Some((host, domain)) if domain == self.domain => host,
            _ => name,
        };
        visible(host)
    }

    /// The name without anything that most share.
    pub fn short<'a>(&self, name: &'a str) -> Cow<'a, str> {
        match self.host(name) {
            Cow::Borrowed(host) => {
                Cow::Borrowed(host.strip_prefix(&*self.prefix).filter(|rest| !rest.is_empty()).unwrap_or(host))
            }
            owned @ Cow::Owned(_) => owned,
        }
    }
}

/// How a host's name begins: `ip-`, `fargate-`.
fn family(host: &str) -> &str {
    host.find('-').and_then(|dash| host.get(..=dash)).unwrap_or(host)
}

fn shared<'a>(one: &'a str, other: &str) -> &'a str {
    let length = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    one.get(..length).unwrap_or_default()
}

/// The text that more than half of them are, if there is one (a majority vote: one pass, no table).
fn most_common<'a>(texts: impl Iterator<Item = &'a str>) -> &'a str {
    let (mut leader, mut votes) = ("", 0_usize);
    for text in texts {
        match (text == leader, votes) {
            (true, _) => votes += 1,
            (false, 0) => (leader, votes) = (text, 1),
            (false, _) => votes -= 1,
        }
    }
    leader
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_keep_to_their_width() {
        assert_eq!(cut_end("payments", 8), "payments");
        assert_eq!(cut_end("payments", 5), "paym…");
        assert_eq!(cut_middle("api-7d9f6c-x2kqv", 9), "api-…2kqv");
        assert_eq!(cut_middle("payments", 3), "pa…");
        for columns in 0..24 {
            for text in ["日本語日本語日本語", "a日b本c語d", "e\u{301}e\u{301}e\u{301}e\u{301}", &"界".repeat(250)]
            {
                assert!(width(&cut_end(text, columns)) <= columns, "{text} {columns}");
                assert!(width(&cut_middle(text, columns)) <= columns, "{text} {columns}");
            }
        }
    }

    #[test]
    fn wrapped_lines_keep_to_their_width_and_lose_nothing() {
        let text = "not eks/shop-api: this pod started before the role was set";
        for columns in 1..70 {
            let lines = wrap(text, columns);
            assert!(lines.iter().all(|line| width(line) <= columns), "{columns}: {lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""), "{columns}");
        }
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("日本語", 1).concat(), "日本語");
    }

    #[test]
    fn below_a_mark_nothing_but_the_text_stands() {
        let text = "✔ trusted: its trust policy lets it in";
        assert_eq!(wrap_below_mark(text, 20), ["✔ trusted: its trust", "  policy lets it in"]);
        for columns in 1..45 {
            let lines = wrap_below_mark(text, columns);
            assert!(lines.iter().all(|line| width(line) <= columns), "{columns}: {lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""), "{columns}");
        }
        assert_eq!(wrap_below_mark("no mark", 4), wrap("no mark", 4));
        assert_eq!(wrap_below_mark("✔ ", 10), ["✔ "]);
    }

    #[test]
    fn numbers_are_short_and_right() {
        assert_eq!((count(0), count(7), count(33_120)), (String::new(), "7".into(), "33,120".into()));
        assert_eq!(figure(1_234_567), "1,234,567");
        let short = [0, 999, 1_000, 4_199, 9_999, 33_120, 999_999, 1_250_000].map(short_count);
        assert_eq!(short, ["", "999", "1.0k", "4.1k", "9.9k", "33k", "999k", "1.2M"]);
    }

    #[test]
    fn ages_are_in_their_largest_unit() {
        let now = Time::from_second(1_800_000_000).unwrap();
        let ago = |seconds: i64| age(Time::from_second(1_800_000_000 - seconds).unwrap(), now);
        assert_eq!(
            [0, 59, 119, 120, 7_200, 86_400 * 3, 86_400 * 900, -5].map(ago),
            ["0s", "59s", "119s", "2m", "2h", "3d", "2y", "0s"]
        );
    }

    #[test]
    fn roles_name_only_a_foreign_account() {
        let arn = RoleArn::from("arn:aws:iam::111122223333:role/eks/shop-api");
        assert_eq!(role(&arn, Some("111122223333")), "eks/shop-api");
        assert_eq!(role(&arn, Some("444455556666")), "111122223333:eks/shop-api");
        assert_eq!(role(&RoleArn::from("no\x1barn"), Some("1")), "no\u{fffd}arn");
    }

    #[test]
    fn nodes_lose_what_they_share() {
        let names = [
            "ip-10-0-0-1.eu-west-1.compute.internal",
            "ip-10-0-0-12.eu-west-1.compute.internal",
            "ip-10-0-3-4.eu-west-1.compute.internal",
        ];
        let shared = NodeNames::of(names.into_iter());
        assert_eq!(names.map(|name| shared.short(name)), ["0-1", "0-12", "3-4"]);
        assert_eq!(shared.host(names[1]), "ip-10-0-0-12");
        assert_eq!(NodeNames::of(["ip-10-0-0-1.internal"].into_iter()).short("ip-10-0-0-1.internal"), "ip-10-0-0-1");
        let mixed = ["fargate-ip-10-0-9-9.x", "ip-10-0-0-1.x", "ip-10-0-4-1.x", "mi-0abc"];
        let shared = NodeNames::of(mixed.into_iter());
        assert_eq!(mixed.map(|name| shared.short(name)), ["fargate-ip-10-0-9-9", "0-1", "4-1", "mi-0abc"]);
        assert_eq!(NodeNames::of([].into_iter()).short("a.b"), "a.b");
    }
}
