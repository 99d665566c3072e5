//! `rolecall evaluate`: lines in, lines out, in their order, as they come. Two threads decide; memory does not grow with
//! the input.

use super::exit::{Stop, USAGE};
use crate::report::Evaluator;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// How many threads decide.
const WORKERS: usize = 2;
/// So many batches may wait for each of them.
const WAITING: usize = 4;
/// A batch is what can be read at once, at most so many bytes.
const BATCH: usize = 256 * 1024;
/// A longer line is no request: it is refused, and what follows it goes on. Compiled, its documents take up to sixty times
/// their length. Ten thousand statements of some length fit.
const LONGEST: usize = 4 * 1024 * 1024;

/// Whole lines, each with its end.
type Lines = Vec<u8>;

/// What came of a batch: the lines to write, and how many could not be read.
struct Answers {
    lines: Lines,
    unreadable: usize,
}

/// Answers every line of the file, or of standard input.
pub(super) fn run(file: Option<&Path>) -> Result<(), Stop> {
    let input: Box<dyn BufRead + Send> = match file.filter(|file| file.as_os_str() != "-") {
        None => Box::new(BufReader::with_capacity(BATCH, io::stdin())),
        Some(path) => Box::new(BufReader::with_capacity(BATCH, opened(path)?)),
    };
    let unreadable = thread::scope(|scope| {
        let (mut to, mut from): (Vec<SyncSender<Lines>>, Vec<Receiver<Answers>>) = Default::default();
        for _ in 0..WORKERS {
            let (batches, waiting) = sync_channel(WAITING);
            let (done, answers) = sync_channel(WAITING);
            scope.spawn(move || decide(&waiting, &done));
            to.push(batches);
            from.push(answers);
        }
        let reader = scope.spawn(move || read(input, &to));
        let written = write(&mut io::stdout().lock(), &from);
        drop(from); // who reads may have gone: then nobody decides or reads on
        match (written, reader.join()) {
            (Ok(unreadable), Ok(Ok(()))) => Ok(unreadable),
            (Err(error), _) => Err(Stop::from(error)),
            (_, Ok(Err(error))) => Err(unreadable_input(file, &error)),
            (_, Err(_)) => Err(Stop::unreached("reading broke off before its end")),
        }
    })?;
    match unreadable {
        0 => Ok(()),
        1 => Err(Stop { said: "1 line could not be read".into(), hint: None, code: USAGE }),
        lines => Err(Stop { said: format!("{lines} lines could not be read"), hint: None, code: USAGE }),
    }
}

fn opened(path: &Path) -> Result<File, Stop> {
    File::open(path).map_err(|error| {
        Stop::usage(format!("{} cannot be opened: {error}", path.display()))
            .hint("name a file of requests, or - for standard input")
    })
}

fn unreadable_input(file: Option<&Path>, error: &io::Error) -> Stop {
    let name = file.map_or_else(|| "standard input".to_owned(), |path| path.display().to_string());
    Stop::usage(format!("{name} cannot be read further: {error}"))
}

/// Cuts the input into batches of whole lines and deals them out in turn. What has come is dealt out at once, so that a
/// program that asks line by line is answered line by line.
fn read(mut input: impl BufRead, to: &[SyncSender<Lines>]) -> io::Result<()> {
    let mut turns = to.iter().cycle();
    let mut deal = |lines: Lines| turns.next().is_some_and(|to| to.send(lines).is_ok());
    let mut pending = Lines::new();
    loop {
        let come = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if come.is_empty() {
            if !pending.is_empty() {
                deal(pending);
            }
            return Ok(());
        }
        let whole = memchr::memrchr(b'\n', come).map_or(0, |end| end + 1);
        let (whole, rest) = come.split_at(whole);
        if !whole.is_empty() {
            pending.extend_from_slice(whole);
            if !deal(std::mem::take(&mut pending)) {
                return Ok(()); // nobody waits for answers any more
            }
        }
        // of a line that is too long, one byte more than allowed is kept, to be refused for
        let room = (LONGEST + 1).saturating_sub(pending.len());
        pending.extend_from_slice(rest.get(..room.min(rest.len())).unwrap_or_default());
        let used = come.len();
        input.consume(used);
    }
}

/// Answers batches until there are no more.
fn decide(batches: &Receiver<Lines>, done: &SyncSender<Answers>) {
    let mut evaluator = Evaluator::default();
    for batch in batches {
        let mut answers = Answers { lines: Lines::with_capacity(batch.len() / 2), unreadable: 0 };
        for line in lines_of(batch.strip_suffix(b"\n").unwrap_or(&batch)) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let is_read = if line.len() > LONGEST {
                evaluator.refuse(&format!("the line is longer than {LONGEST} bytes"), &mut answers.lines)
            } else {
                evaluator.answer(line, &mut answers.lines)
            };
            answers.unreadable += usize::from(!is_read);
        }
        if done.send(answers).is_err() {
            return;
        }
    }
}

/// The lines of a batch, without their ends.
fn lines_of(batch: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr_iter(b'\n', batch).chain([batch.len()]);
    let mut start = 0;
    ends.filter_map(move |end| batch.get(std::mem::replace(&mut start, end + 1)..end))
}

/// Writes the answers in turn; gives back how many lines could not be read.
fn write(out: &mut impl Write, from: &[Receiver<Answers>]) -> io::Result<usize> {
    let mut unreadable = 0;
    for answers in from.iter().cycle() {
        let Ok(answers) = answers.recv() else { break };
        out.write_all(&answers.lines)?;
        out.flush()?;
        unreadable += answers.unreadable;
    }
    Ok(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes in one piece, or byte by byte, is cut into the same lines.
    #[test]
    fn lines_stay_whole_however_they_come() {
        let text = b"one\ntwo\n\nfour".as_slice();
        for capacity in [1, 2, 3, 5, 100] {
            let (to, from) = sync_channel(100);
            read(BufReader::with_capacity(capacity, text), &[to]).unwrap();
            let batches: Vec<Lines> = from.into_iter().collect();
            assert_eq!(batches.concat(), text, "{capacity}");
            let (last, before) = batches.split_last().unwrap();
            assert!(before.iter().all(|batch| batch.ends_with(b"\n")) && last == b"four", "{capacity}");
        }
    }

    #[test]
    fn answers_come_in_the_order_of_the_lines() {
        let (to, from): (Vec<_>, Vec<_>) = (0..WORKERS).map(|_| sync_channel(100)).unzip();
        let lines: Vec<String> = (0..50).map(|at| format!("{{\"name\":{at}}}\n")).collect();
        for (batch, to) in lines.chunks(7).zip(to.iter().cycle()) {
            to.send(batch.concat().into_bytes()).unwrap();
        }
        drop(to);
        let answers: Vec<Receiver<Answers>> = from
            .into_iter()
            .map(|from| {
                let (done, answers) = sync_channel(100);
                decide(&from, &done);
                answers
            })
            .collect();
        let mut out = Vec::new();
        assert_eq!(write(&mut out, &answers).unwrap(), 50);
        let names: Vec<String> =
            String::from_utf8(out).unwrap().lines().map(|line| line.split(',').next().unwrap().to_owned()).collect();
        assert_eq!(names, (0..50).map(|at| format!("{{\"name\":{at}")).collect::<Vec<_>>());
    }

    #[test]
    fn ten_thousand_statements_are_no_line_too_long() {
        let statement = |at: usize| {
            format!(
                r#"{{"Sid":"ReadObjectsOfTeam{at}","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":
                    ["arn:aws:s3:::shop-data-{at}","arn:aws:s3:::shop-data-{at}/*"],"Condition":{{"StringEquals":
                    {{"aws:PrincipalTag/team":"team-{at}"}},"Bool":{{"aws:SecureTransport":"true"}}}}}}"#
            )
            .replace(['\n', ' '], "")
        };
        let statements: Vec<String> = (0..10_000).map(statement).collect();
        let line = format!(
            r#"{{"request":{{"principal":"arn:aws:iam::111122223333:role/api","action":"s3:GetObject","resource":
                "arn:aws:s3:::shop-data-9999/a","context":{{"aws:PrincipalTag/team":"team-9999","aws:SecureTransport":true}}}},
                "policies":{{"identity":[{{"Version":"2012-10-17","Statement":[{}]}}]}}}}"#,
            statements.join(",")
        );
        let (to, waiting) = sync_channel(1);
        let (done, answers) = sync_channel(1);
        to.send(line.replace('\n', "").into_bytes()).unwrap();
        drop(to);
        decide(&waiting, &done);
        let answers = answers.recv().unwrap();
        let said = String::from_utf8(answers.lines).unwrap();
        assert!(answers.unreadable == 0 && said.contains(r#""decision":"allowed""#), "{said:.200}");
    }

    #[test]
    fn a_line_without_end_takes_no_more_than_its_limit() {
        let (to, from) = sync_channel(100);
        let long = io::Read::take(io::repeat(b'x'), 3 * LONGEST as u64);
        read(BufReader::with_capacity(BATCH, io::Read::chain(long, b"\nnext\n".as_slice())), &[to]).unwrap();
        let all = from.into_iter().collect::<Vec<Lines>>().concat();
        assert!(all.ends_with(b"x\nnext\n") && all.len() <= LONGEST + BATCH + 100, "{}", all.len());
    }
}
