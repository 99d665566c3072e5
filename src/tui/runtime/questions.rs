//! The queue of questions: a few at a time, what is on screen before all others.

use crate::domain::model::Question;
use std::collections::{HashSet, VecDeque};

/// How many questions are put at once; more only makes IAM turn them away.
const AT_ONCE: usize = 8;

/// Questions that wait, and how many are being answered.
#[derive(Debug, Default)]
pub(super) struct Questions {
    waiting: VecDeque<Question>,
    put: HashSet<Question>,
}

impl Questions {
    /// Takes a question in. One that waits already is only moved, one that is being answered is not put twice.
    pub(super) fn add(&mut self, question: Question, first: bool) {
        if self.put.contains(&question) {
            return;
        }
        if first {
            self.waiting.retain(|other| *other != question);
            self.waiting.push_front(question);
        } else if !self.waiting.contains(&question) {
            self.waiting.push_back(question);
        }
    }

    /// The next question to put, if one may be put now.
    pub(super) fn next(&mut self) -> Option<Question> {
        if self.put.len() >= AT_ONCE {
            return None;
        }
        let question = self.waiting.pop_front()?;
        self.put.insert(question.clone());
        Some(question)
    }

    /// A question has its answer.
    pub(super) fn done(&mut self, question: &Question) {
        self.put.remove(question);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::Name;

    fn role(number: usize) -> Question {
        Question::Role(Name::from(format!("role-{number}")))
    }

    #[test]
    fn a_few_at_a_time_and_the_screen_first() {
        let mut questions = Questions::default();
        (0..20).for_each(|number| questions.add(role(number), false));
        questions.add(role(19), true);
        let put: Vec<_> = std::iter::from_fn(|| questions.next()).collect();
        assert_eq!(put.len(), AT_ONCE);
        assert_eq!(put[..2], [role(19), role(0)]);
        questions.add(role(0), true);
        assert_eq!(questions.next(), None, "it is being answered, and no place is free");
        questions.done(&role(0));
        assert_eq!(questions.next(), Some(role(7)));
    }
}
