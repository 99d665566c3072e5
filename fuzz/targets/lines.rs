//! Any bytes as lines of `rolecall evaluate`: one line of answer to each, whatever it says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rolecall::report::Evaluator;

fuzz_target!(|text: &[u8]| {
    let mut evaluator = Evaluator::default();
    for line in text.split(|byte| *byte == b'\n') {
        let mut answer = Vec::new();
        evaluator.answer(line, &mut answer);
        assert_eq!(answer.iter().filter(|byte| **byte == b'\n').count(), 1, "one line in, one line out");
        assert_eq!(answer.last(), Some(&b'\n'));
    }
});
