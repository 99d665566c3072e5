//! The answer to what was asked: [`access`], over all that it was asked for, with what is odd about the question.

use super::{Access, Asked, Policies, access};
use crate::domain::policy::{Outcome, Request, Resource, decide};

/// So many resources that it is not allowed on are told at most.
const TOLD: usize = 3;

/// What was asked, under the policies of who asks.
///
/// Where no resource was named it is asked for every type that the action works on: allowed where it is on all of them,
/// denied where it is on none, else on part of it. The catalogue marks types as needed that not every request needs
/// (`bedrock:InvokeModel` has one of many), so that a no for one of them is none for all.
pub fn answer(policies: &Policies, requests: &[Request], asked: &Asked) -> Access {
    let each: Vec<Access> = requests.iter().map(|request| of_one(policies, request, asked)).collect();
    let outcomes: Vec<Outcome> = each.iter().map(|access| access.decision.outcome).collect();
    let first = |of: fn(&Outcome) -> bool| outcomes.iter().position(of);
    let is_allowed = outcomes.contains(&Outcome::Allowed);
    let telling = if is_allowed {
        first(|outcome| *outcome != Outcome::Allowed)
    } else {
        first(|outcome| *outcome == Outcome::Depends).or_else(|| first(|outcome| *outcome == Outcome::ImplicitDeny))
    };
    let at = telling.unwrap_or_default();
    let Some(mut found) = each.into_iter().nth(at) else { return Access::unknown_identity("nothing was asked") };
    found.at = at;
    if is_allowed && found.decision.outcome.is_denied() {
        (found.decision.outcome, found.partly) = (Outcome::Depends, Some("what it works on"));
    }
    let denied: Vec<&str> = requests
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| outcome.is_denied())
        .map(|(request, _)| request.resource.as_str())
        .collect();
    if !denied.is_empty() && denied.len() < requests.len() {
        let told = denied.iter().take(TOLD).copied().collect::<Vec<_>>().join(", ");
        let more = denied.len().saturating_sub(TOLD);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        found.remarks.push(format!("it works on several types of resource, and is not allowed on {told}{more}"));
    }
    found
}

/// An action that takes no resource is asked for on `*`, which a bare `*` alone matches. An Allow on a pattern that stands
/// for all of the service leaves it open: AWS documents it for neither.
fn of_one(policies: &Policies, request: &Request, asked: &Asked) -> Access {
    let mut found = access(policies, request);
    found.remarks.clone_from(&asked.remarks);
    found.remarks.extend(policies.not_understood(&request.action));
    if asked.takes_no_resource && found.decision.outcome == Outcome::ImplicitDeny {
        let partition = Resource::new(request.principal.as_str());
        let partition = partition.partition().unwrap_or("aws");
        let service = request.action.service();
        let everything = [format!("arn:{partition}:{service}:::*"), format!("arn:{partition}:{service}:*:*:*")];
        let is_allowed = |text: &String| {
            let request = Request { resource: Resource::new(text), ..request.clone() };
            decide(&request, &policies.layers).outcome == Outcome::Allowed
        };
        if let Some(pattern) = everything.iter().find(|text| is_allowed(text)) {
            found.decision.outcome = Outcome::Depends;
            found.is_undocumented = true;
            found.remarks.push(format!(
                "the action takes no resource, and what allows it names {pattern} and not *: AWS may refuse it"
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::{Circumstances, Source};
    use crate::domain::model::Time;
    use crate::domain::policy::{Context, Kind, Layer};

    const BUCKET: &str = "arn:aws:s3:::a";
    const OBJECT: &str = "arn:aws:s3:::a/*";

    /// What comes of an action that works on a bucket and on objects, with these statements.
    fn of_both(statements: &str) -> Access {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#).as_str().into();
        let source = Source { name: "own".into(), managed: false, text };
        let policies = Policies::default().with(Layer::Identity, Kind::Identity, source);
        let resources = vec![BUCKET.to_owned(), OBJECT.to_owned()];
        let asked = Asked { action: "s3:Do".into(), resources, takes_no_resource: false, remarks: Vec::new() };
        let context = &Context::default();
        let principal = "arn:aws:iam::111122223333:role/api";
        let by = Circumstances { principal, context, keys: &[], now: Time::UNIX_EPOCH };
        answer(&policies, &asked.requests(by), &asked)
    }

    fn statement(effect: &str, resource: &str) -> String {
        format!(r#"{{"Effect":"{effect}","Action":"s3:*","Resource":"{resource}"}}"#)
    }

    #[test]
    fn what_an_action_works_on_has_to_be_allowed_all_of_it() {
        let both = of_both(&[statement("Allow", BUCKET), statement("Allow", OBJECT)].join(","));
        assert_eq!((both.decision.outcome, both.at, both.remarks.len()), (Outcome::Allowed, 0, 0));
        let one = of_both(&statement("Allow", BUCKET));
        assert_eq!((one.decision.outcome, one.at), (Outcome::Depends, 1));
        assert!(one.sentence().starts_with("allowed on part of what it works on"), "{}", one.sentence());
        assert_eq!(one.remarks, [format!("it works on several types of resource, and is not allowed on {OBJECT}")]);
        let some = of_both(&statement("Allow", "arn:aws:s3:::a/b*"));
        assert_eq!((some.decision.outcome, some.at), (Outcome::Depends, 1));
        assert!(some.sentence().starts_with("allowed on part of it"), "{}", some.sentence());
    }

    #[test]
    fn what_is_allowed_on_nothing_is_not_allowed() {
        assert_eq!(of_both(&statement("Allow", "arn:aws:s3:::b")).decision.outcome, Outcome::ImplicitDeny);
        assert_eq!(of_both(&statement("Deny", "*")).decision.outcome, Outcome::ExplicitDeny);
        let either = of_both(&statement("Deny", BUCKET));
        assert_eq!((either.decision.outcome, either.at), (Outcome::ImplicitDeny, 1));
    }
}
