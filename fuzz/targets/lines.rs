//! Any bytes as a line of `rolecall evaluate`: one line of answer, whatever it says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall::report::Evaluator;

fuzz_target!(|line: &[u8]| {
    let mut answer = Vec::new();
    Evaluator::default().answer(line, &mut answer);
    assert_eq!(answer.iter().filter(|byte| **byte == b'\n').count(), 1, "one line in, one line out");
    assert_eq!(answer.last(), Some(&b'\n'));
});
