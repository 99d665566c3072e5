//! What could be changed, the smallest change first: mistakes put right where they stand, else a statement of its own.

use crate::domain::identity::TrustCheck;
use crate::domain::policy::{Mistake, MistakeKind, Spot, with_statement, with_text, with_text_added};

/// How many mistakes in one statement are put right one after the other: more are another statement.
const ROUNDS: usize = 8;

/// A changed trust policy, and what was changed, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) text: String,
    pub(super) said: Vec<String>,
}

/// The candidates for a trust policy that keeps out what `check` is about. `again`: what is said to a changed policy.
pub(super) fn candidates(text: &str, check: &TrustCheck, again: impl Fn(&str) -> Option<TrustCheck>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> =
        statements(check).into_iter().filter_map(|at| in_place(text, check, at, &again)).collect();
    let own = check.statement.as_ref().and_then(|statement| with_statement(text, statement));
    found.extend(
        own.map(|text| Candidate { text, said: vec!["a statement of its own is added beside the others".to_owned()] }),
    );
    found
}

/// The statements with mistakes, that which came nearest first.
fn statements(check: &TrustCheck) -> Vec<usize> {
    let Some(review) = &check.review else { return Vec::new() };
    let mut found: Vec<usize> = review.mistakes.iter().map(|mistake| mistake.statement).collect();
    found.sort_by_key(|at| (Some(*at) != review.statement, *at));
    found.dedup();
    found
}

/// One statement put right, mistake by mistake: a mistake in its principal hides those in its conditions.
fn in_place(
    text: &str,
    check: &TrustCheck,
    at: usize,
    again: &impl Fn(&str) -> Option<TrustCheck>,
) -> Option<Candidate> {
    let (mut candidate, mut check) = (Candidate { text: text.to_owned(), said: Vec::new() }, check.clone());
    for _ in 0..ROUNDS {
        let mistakes: Vec<Mistake> = check
            .review
            .iter()
            .flat_map(|review| &review.mistakes)
            .filter(|own| own.statement == at)
            .cloned()
            .collect();
        if mistakes.is_empty() {
            break;
        }
        for mistake in &mistakes {
            if let Some((text, said)) = put_right(&candidate.text, mistake) {
                candidate.text = text;
                candidate.said.push(said);
            }
        }
        check = again(&candidate.text)?;
        let is_trusted = check.review.as_ref().is_some_and(|review| review.answer.is_yes());
        if is_trusted {
            return (!candidate.said.is_empty()).then_some(candidate);
        }
    }
    None
}

/// The text without the mistake, and what was done, in words; `None` where that is not for a small change to do, or is
/// done already.
fn put_right(text: &str, mistake: &Mistake) -> Option<(String, String)> {
    let Mistake { kind, statement, key, found, wanted } = mistake;
    let (at, number, pair) = (*statement, statement + 1, (&**found, &**wanted));
    let replaced =
        |spot| Some((with_text(text, at, spot, pair)?, format!("`{found}` becomes `{wanted}` in statement {number}")));
    let added =
        |spot| Some((with_text_added(text, at, spot, pair)?, format!("`{wanted}` is added to statement {number}")));
    match (kind, key.as_deref()) {
        (MistakeKind::ProviderArnInKey | MistakeKind::SchemeLeft | MistakeKind::IssuerMisspelt, Some(_)) => {
            replaced(Spot::Key)
        }
        (MistakeKind::SchemeLeft | MistakeKind::IssuerMisspelt | MistakeKind::ProviderOfOtherAccount, None) => {
            replaced(Spot::Principal)
        }
        (
            MistakeKind::AudienceMisspelt | MistakeKind::SubjectUnderAudience | MistakeKind::AudienceUnderSubject,
            Some(key),
        ) => replaced(Spot::Value(key)),
        (
            MistakeKind::WildcardUnderEquals
            | MistakeKind::OtherNamespace
            | MistakeKind::OtherServiceAccount
            | MistakeKind::OtherSubject
            | MistakeKind::OtherAudience
            | MistakeKind::OtherCluster,
            Some(key),
        ) => added(Spot::Value(key)),
        (MistakeKind::TagSessionMissing, _) => {
            // beside whichever action stands last
            let beside = found.rsplit(", ").next()?;
            let text = with_text_added(text, at, Spot::Action, (beside, wanted))?;
            Some((text, format!("`{wanted}` is added to the actions of statement {number}")))
        }
        _ => None,
    }
}
