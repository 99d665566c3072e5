//! The program's own answer to a line: the very function behind `rolecall evaluate`.

use crate::compare::Engine;
use rolecall::report::Evaluator;
use serde_json::Value;

/// What the program writes for one line.
pub(crate) fn written(line: &Value) -> Value {
    let mut out = Vec::new();
    Evaluator::default().answer(line.to_string().as_bytes(), &mut out);
    serde_json::from_slice(&out).unwrap()
}

/// Its decision and the layers that did not allow; `None` for a line that it could not read.
pub(crate) fn answered(line: &Value) -> Option<Engine> {
    let written = written(line);
    let decision = written["decision"].as_str()?.to_owned();
    let silent = written["by"].as_array().into_iter().flatten().filter_map(|by| by["layer"].as_str());
    Some(Engine { silent: silent.map(str::to_owned).collect(), decision })
}
