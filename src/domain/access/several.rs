//! Several answers about one identity, one for each action: what is said once of them all.

use super::Access;
use crate::domain::model::{Gap, Name};
use crate::domain::policy::Layer;

/// Answers about one identity.
#[derive(Debug, Clone)]
pub struct Several<'a>(Vec<&'a Access>);

impl<'a> Several<'a> {
    /// These answers.
    pub fn of(answers: impl IntoIterator<Item = &'a Access>) -> Self {
        Self(answers.into_iter().collect())
    }

    /// What could not be read of the layers that are, each sentence once.
    pub fn gaps(&self) -> Vec<&'a Gap> {
        let mut found: Vec<&Gap> = Vec::new();
        for gap in self.0.iter().flat_map(|access| &access.gaps) {
            if !gap.is_said_by(found.iter().copied()) {
                found.push(gap);
            }
        }
        found
    }

    /// The layers that were not read for one of them, in the order in which AWS asks them.
    pub fn not_read(&self) -> Vec<Layer> {
        let is_unread = |layer: &Layer| self.0.iter().any(|access| access.not_read().any(|own| own == *layer));
        Layer::WEIGHED.into_iter().filter(is_unread).collect()
    }

    /// The keys whose values are not known and make a difference for one of them.
    pub fn unknown(&self) -> Vec<&'a Name> {
        each_once(self.0.iter().flat_map(|access| &access.decision.unknown))
    }

    /// What is odd about all of them: it stands in the policies, or in how they were asked.
    pub fn remarks(&self) -> Vec<&'a str> {
        let Some((first, others)) = self.0.split_first() else { return Vec::new() };
        let is_everywhere = |remark: &&String| others.iter().all(|access| access.remarks.contains(*remark));
        first.remarks.iter().filter(is_everywhere).map(String::as_str).collect()
    }

    /// How what was not read could be given: `--scp FILE`.
    pub fn ways_to_give(&self) -> Vec<String> {
        each_once(self.0.iter().flat_map(|access| access.ways_to_give()))
    }
}

fn each_once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for one in all {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::{Policies, access};
    use crate::domain::model::GapReason;
    use crate::domain::policy::Request;

    #[test]
    fn what_is_not_read_for_one_action_is_said_of_all_of_them_and_what_is_odd_about_each() {
        let role = "arn:aws:iam::111122223333:role/api";
        let mut unread = Policies::default();
        unread.miss(Layer::Identity, Gap::new("role", "iam:GetRole", GapReason::Forbidden, "it may not be read"));
        let mut answers = [("s3:ListAllMyBuckets", "*"), ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1")]
            .map(|(action, resource)| access(&unread, &Request::new(role, action, resource)));
        answers[0].remarks = vec!["of both".into(), "of one".into()];
        answers[1].remarks = vec!["of both".into()];
        answers[1].decision.unknown = vec!["aws:SourceIp".into()];
        let several = Several::of(&answers);
        let gaps: Vec<&str> = several.gaps().into_iter().map(|gap| &*gap.sentence).collect();
        assert_eq!(
            (gaps[0], gaps.len()),
            ("it may not be read", 2),
            "once, and the grants that only the second hangs on"
        );
        assert!(several.not_read().contains(&Layer::Resource), "the second's alone: {:?}", several.not_read());
        assert_eq!(several.remarks(), ["of both"]);
        assert_eq!(several.unknown().into_iter().map(|key| &**key).collect::<Vec<_>>(), ["aws:SourceIp"]);
        assert_eq!(several.ways_to_give(), ["--scp FILE", "--resource-policy FILE"]);
    }
}
