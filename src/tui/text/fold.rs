//! Lines of documents and of diffs, folded: nothing of them is lost, their blanks neither.

use super::{head, width};

/// The rows that a line of a document takes, whole: all but the first are to be drawn [`hang`] columns further in. It
/// breaks after a blank where there is one.
pub fn fold(line: &str, columns: usize) -> Vec<&str> {
    let hang = hang(line, columns);
    let mut rows = Vec::new();
    let mut rest = line;
    loop {
        let room = if rows.is_empty() { columns } else { columns.saturating_sub(hang) }.max(1);
        if width(rest) <= room {
            rows.push(rest);
            return rows;
        }
        let most = match head(rest, room) {
            "" => rest.chars().next().map_or(rest.len(), char::len_utf8),
            head => head.len(),
        };
        let indent = rest.len() - rest.trim_start().len();
        let blank = rest.get(..most).and_then(|head| head.rfind(' ')).map(|blank| blank + 1);
        let (row, after) = rest.split_at(blank.filter(|blank| *blank > indent).unwrap_or(most));
        rows.push(row);
        rest = after;
    }
}

/// How wide the column of a diff's signs is, the blank behind them included.
const SIGN: usize = 2;

/// The rows that a line of a diff takes: its sign has a column of its own, and only the rest is folded.
pub fn fold_diff(line: &str, columns: usize) -> Vec<String> {
    let (sign, rest) = line.split_at_checked(SIGN).unwrap_or((line, ""));
    let room = columns.saturating_sub(SIGN);
    let further = SIGN + hang(rest, room);
    let row = |(at, row): (usize, &str)| {
        if at == 0 { format!("{sign}{row}") } else { format!("{}{row}", " ".repeat(further)) }
    };
    fold(rest, room).into_iter().enumerate().map(row).collect()
}

/// How far in the further rows of a line of a document begin: deeper than its own indent, but never in the right half.
pub fn hang(line: &str, columns: usize) -> usize {
    let indent = line.len() - line.trim_start_matches([' ', '-']).len();
    (indent + 2).min(columns / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_keep_to_their_width_and_lose_nothing() {
        for line in
            [r#"      "Resource": "arn:aws:s3:::a-bucket-with-a-long-name/and-a-key/*","#, "- 日本語日本語", "", "   "]
        {
            for columns in 2..70 {
                let rows = fold(line, columns);
                assert_eq!(rows.concat(), line);
                let hang = hang(line, columns);
                let fits =
                    |(at, row): (usize, &&str)| width(row) + if at > 0 { hang } else { 0 } <= columns.max(hang + 2);
                assert!(rows.iter().enumerate().all(fits), "{columns}: {rows:?}");
            }
        }
        assert_eq!(fold("  \"Action\": \"s3:GetObject\"", 20), ["  \"Action\": ", "\"s3:GetObject\""]);
    }

    #[test]
    fn signs_of_a_diff_stand_alone_and_what_is_behind_them_is_folded_alike() {
        let rows = |sign: &str| fold_diff(&format!("{sign} annotation: arn:aws:iam::1:role/x"), 24);
        assert_eq!(rows("-"), ["- annotation: ", "    arn:aws:iam::1:role/", "    x"]);
        let rest = |sign| rows(sign).iter().map(|row| row.split_at(2).1.to_owned()).collect::<Vec<_>>();
        assert_eq!((rest("+"), rest(" ")), (rest("-"), rest("-")));
        assert_eq!(fold_diff("+ a-name-that-is-longer-than-the-page", 12)[0], "+ a-name-tha");
        assert_eq!(fold_diff("- ", 12), ["- "]);
    }
}
