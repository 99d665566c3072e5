//! Trying a plan: what the server with all of its admission would say to each step. AWS has no such thing.

use super::port::{Changes, Rehearsal};
use crate::domain::model::Name;
use crate::domain::plan::{Plan, Target, Trial};
use crate::source::{Failure, FailureKind};

/// Tries the steps that are taken, and gives what was said to each, by its place. Nothing is written.
pub async fn trials(changes: &dyn Changes, plan: &Plan) -> Vec<(usize, Trial)> {
    let mut trials = Vec::new();
    for (place, step) in plan.taken() {
        let binds = match &step.change.target {
            Target::Rollout { namespace, account, .. } => {
                plan.taken().find(|(_, step)| is_binding(&step.change.target, namespace, account.as_ref()))
            }
            _ => None,
        };
        trials.push((place, trial(changes.rehearse(&step.change).await, binds.map(|(place, _)| place))));
    }
    trials
}

/// Whether it is by this that new pods of the ServiceAccount get something else; where that was not read, of any there.
fn is_binding(target: &Target, of: &Name, account: Option<&Name>) -> bool {
    let (Target::Annotations { namespace, name }
    | Target::ServiceAccount { namespace, name }
    | Target::Association { namespace, service_account: name, .. }) = target
    else {
        return false;
    };
    namespace == of && account.is_none_or(|account| account == name)
}

/// `binds`: the step that is made before, and binds the pods that are made anew.
fn trial(said: Result<Rehearsal, Failure>, binds: Option<usize>) -> Trial {
    match said {
        Ok(Rehearsal::NoneThere) => Trial::NoneThere,
        Ok(Rehearsal::NotPossible(why)) => Trial::NotPossible(why),
        Ok(Rehearsal::Taken { in_vain: Some((said, hint)), .. }) if binds.is_none() => {
            Trial::InVain { said, hint: Some(hint) }
        }
        Ok(Rehearsal::Taken { warnings, otherwise, .. }) => {
            let altered = otherwise.map(|content| format!("admission would make of it: {}", content.in_words()));
            let open = binds.map(|place| {
                format!("what a new pod would be given cannot be tried before step {} is made", place + 1)
            });
            Trial::Accepted(altered.into_iter().chain(warnings).chain(open).collect())
        }
        Err(Failure { said, hint, kind }) => match kind {
            FailureKind::Unreachable | FailureKind::Throttled | FailureKind::Unauthenticated => {
                Trial::Unheard { said, hint }
            }
            _ => Trial::Refused { said, hint },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_one_of_the_same_service_account() {
        let [shop, api, web] = ["shop", "api", "web"].map(Name::from);
        let annotations = |name: &Name| Target::Annotations { namespace: shop.clone(), name: name.clone() };
        let association = |name: &Name| Target::Association {
            cluster: "prod".into(),
            namespace: shop.clone(),
            service_account: name.clone(),
        };
        for (target, account, is) in [
            (annotations(&api), Some(&api), true),
            (annotations(&web), Some(&api), false),
            (annotations(&web), None, true),
            (association(&api), Some(&api), true),
            (association(&web), Some(&api), false),
            (Target::Role { name: api.clone() }, None, false),
        ] {
            assert_eq!(is_binding(&target, &shop, account), is, "{target} {account:?}");
            assert!(!is_binding(&target, &"pay".into(), account), "{target} in another namespace");
        }
    }

    #[test]
    fn what_a_new_pod_would_be_given_is_told_only_of_a_binding_that_stands() {
        let in_vain = Some(("it would not get its role".to_owned(), "look".to_owned()));
        let taken = |in_vain| Ok(Rehearsal::Taken { warnings: Vec::new(), otherwise: None, in_vain });
        let stopped = Trial::InVain { said: "it would not get its role".to_owned(), hint: Some("look".to_owned()) };
        assert_eq!(trial(taken(in_vain.clone()), None), stopped);
        assert_eq!(trial(taken(None), None), Trial::Accepted(Vec::new()));
        let open = "what a new pod would be given cannot be tried before step 1 is made".to_owned();
        for said in [in_vain, None] {
            assert_eq!(trial(taken(said), Some(0)), Trial::Accepted(vec![open.clone()]));
        }
    }
}
