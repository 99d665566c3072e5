//! Lists and questions side by side, over sources made for it.

use super::*;
use crate::cli::exit::UNREACHED;
use crate::cli::names;
use crate::domain::inventory::{ObjectRef, Scope};
use crate::domain::model::{Cluster, Gap, GapReason, Name, Reading, RoleAnnotation, RoleArn, ServiceAccount, Time};
use crate::source::{Access, Deltas, Facts, Failure, Roles, demo};
use futures_util::FutureExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;

/// A cluster whose list of ServiceAccounts does as it is told.
enum Listing {
    /// It breaks down in the middle.
    Broken,
    /// It comes in pages, each of which names roles, and ends once as many questions about roles were asked as it waits
    /// for.
    Pages { names: Vec<Vec<String>>, waits_for: u32, asked: Arc<Semaphore> },
}

/// An account that writes down what it is asked, and answers it.
struct Account {
    questions: Arc<Mutex<Vec<Question>>>,
    asked: Arc<Semaphore>,
    sweep_is_refused: bool,
}

impl Facts for Listing {
    fn follow(self: Arc<Self>, _: Ask, out: Deltas) -> BoxFuture<'static, ()> {
        async move {
            let Self::Pages { names, waits_for, asked } = &*self else { panic!("the listing breaks down") };
            let kind = Kind::ServiceAccount;
            let _ = out.send(vec![Delta::Listing { kind, scope: Scope::Cluster, expected: None }]).await;
            for (at, page) in names.iter().enumerate() {
                let _ = out.send(page.iter().map(|role| account(&format!("{role}-{at}"), role)).collect()).await;
            }
            // The list goes on only when the questions are out: a program that asked behind it would wait for ever.
            let all = tokio::time::timeout(Duration::from_secs(20), asked.acquire_many(*waits_for)).await;
            assert!(all.is_ok(), "roles are asked for while the list still runs");
            let _ = out.send(vec![Delta::Listed(kind, Time::UNIX_EPOCH)]).await;
        }
        .boxed()
    }

    fn object(&self, _: ObjectRef) -> BoxFuture<'_, Result<String, Failure>> {
        async { Ok(String::new()) }.boxed()
    }

    fn labelled(&self, _: Kind, _: Scope, _: String) -> BoxFuture<'_, Result<Vec<(Name, Name)>, Failure>> {
        async { Ok(Vec::new()) }.boxed()
    }

    fn access(&self, _: Scope) -> BoxFuture<'_, Vec<Access>> {
        async { Vec::new() }.boxed()
    }
}

impl Roles for Account {
    fn answer(&self, question: Question, out: Deltas) -> BoxFuture<'_, ()> {
        async move {
            let delta = match question.clone() {
                Question::Cluster => Some(Delta::Cluster(read(Cluster::default()))),
                Question::Role(arn) => Some(Delta::Role(arn, Reading::Missing { at: Time::UNIX_EPOCH })),
                Question::Sweep if self.sweep_is_refused => {
                    let gap = Gap::new("roles", "iam:GetAccountAuthorizationDetails", GapReason::Forbidden, "refused");
                    Some(Delta::Sweep(Reading::Unread(gap)))
                }
                Question::Sweep => Some(Delta::Sweep(read(()))),
                _ => None,
            };
            if is_about_roles(&question) {
                self.asked.add_permits(1);
            }
            self.questions.lock().unwrap().push(question);
            let _ = out.send(delta.into_iter().collect()).await;
        }
        .boxed()
    }

    fn learn(&self, _: Option<&str>, _: Option<&str>) {}

    fn access(&self) -> BoxFuture<'_, Vec<Access>> {
        async { Vec::new() }.boxed()
    }
}

fn read<T>(value: T) -> Reading<T> {
    Reading::Read { value, at: Time::UNIX_EPOCH }
}

fn account(name: &str, role: &str) -> Delta {
    let arn = RoleArn::from(&*format!("arn:aws:iam::111122223333:role/{role}"));
    Delta::ServiceAccount(Box::new(ServiceAccount {
        namespace: "shop".into(),
        name: name.into(),
        role: Some(RoleAnnotation { arn, set: None }),
        ..ServiceAccount::default()
    }))
}

/// What was asked about roles, by pages of ServiceAccounts whose list ends behind so many questions.
async fn asked(pages: Vec<Vec<String>>, waits_for: u32, sweep_is_refused: bool) -> Vec<Question> {
    let mut asked = all_asked(pages, (waits_for, sweep_is_refused), Scope::Cluster).await;
    asked.retain(is_about_roles);
    asked
}

async fn all_asked(pages: Vec<Vec<String>>, (waits_for, sweep_is_refused): (u32, bool), scope: Scope) -> Vec<Question> {
    let (questions, asked) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Semaphore::new(0)));
    let mut source = demo::source(true).unwrap();
    source.facts = Arc::new(Listing::Pages { names: pages, waits_for, asked: asked.clone() });
    source.roles = Arc::new(Account { questions: questions.clone(), asked, sweep_is_refused });
    let ask =
        Ask { kinds: vec![Kind::ServiceAccount], scope, fall_back: false, selector: None, watch: false, user: false };
    let need = Need { verdicts: true, roles: true, documents: false, ..Need::default() };
    gather(&source, ask, &need).await.map_err(|stop| stop.said).unwrap();
    questions.lock().unwrap().clone()
}

fn roles(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|at| format!("role-{at}")).collect()
}

#[tokio::test]
async fn a_listing_that_breaks_down_is_an_error() {
    let source = Source { facts: Arc::new(Listing::Broken), ..demo::source(true).unwrap() };
    let ask = Ask {
        kinds: vec![Kind::Pod],
        scope: Scope::Cluster,
        fall_back: false,
        selector: None,
        watch: false,
        user: false,
    };
    let gathered = gather(&source, ask.clone(), &Need::default()).await;
    assert_eq!(gathered.err().map(|stop| stop.code), Some(UNREACHED));
    let named = names::write(&source, ask, true).await;
    assert_eq!(named.err().map(|stop| stop.code), Some(UNREACHED));
}

#[tokio::test]
async fn a_few_roles_are_each_asked_for_once_while_the_list_still_runs() {
    let mut asked = asked(vec![roles(0..6), roles(3..9)], 9, false).await;
    asked.sort();
    let each =
        roles(0..9).into_iter().map(|role| Question::Role(format!("arn:aws:iam::111122223333:role/{role}").into()));
    assert_eq!(asked, each.collect::<Vec<_>>());
}

#[tokio::test]
async fn many_roles_are_asked_for_by_one_sweep_and_then_only_those_that_it_did_not_bring() {
    let asked = asked(vec![roles(0..40)], 1, false).await;
    assert_eq!(asked[0], Question::Sweep);
    assert_eq!(asked.len(), 41, "{asked:?}");
}

#[tokio::test]
async fn where_the_sweep_is_refused_every_role_is_asked_for_once() {
    let asked = asked(vec![roles(0..40), roles(20..60)], 1, true).await;
    assert_eq!(asked.iter().filter(|question| **question == Question::Sweep).count(), 1);
    let mut each: Vec<_> = asked.iter().filter(|question| **question != Question::Sweep).collect();
    each.sort();
    each.dedup();
    assert_eq!((each.len(), asked.len()), (60, 61), "{asked:?}");
}

#[tokio::test]
async fn of_one_namespace_only_its_associations_are_asked_for() {
    let about_associations =
        |question: &Question| matches!(question, Question::Associations | Question::AssociationsOf(_));
    for (scope, wanted) in [
        (Scope::Cluster, Question::Associations),
        (Scope::Namespace("shop".into()), Question::AssociationsOf("shop".into())),
    ] {
        let mut asked = all_asked(vec![roles(0..1)], (1, false), scope).await;
        asked.retain(about_associations);
        assert_eq!(asked, [wanted]);
    }
}
