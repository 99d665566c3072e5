//! What holds of every set of policies and every request: small ones, made at random.

#![expect(clippy::unwrap_used, reason = "a broken law panics by name")]

mod world;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rolecall::domain::policy::{Action, Document, Kind, Layers, Outcome, Request, decide, outcome};
use std::collections::HashSet;
use std::sync::Arc;
use world::{
    ACTION_PATTERNS, ACTIONS, Key, SHAPES, SINGLES, Statement, World, keys, parts, statements, values_of, worlds,
};

/// How much is let through: more is greater.
fn lets(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Allowed => 2,
        Outcome::Depends => 1,
        Outcome::ExplicitDeny | Outcome::ImplicitDeny => 0,
    }
}

/// A key that may have many kinds of values, several at once: nothing is given up while it can be counted.
#[test]
fn a_deny_of_many_kinds_of_values_leaves_what_was_denied() {
    type Conditions = Vec<(&'static str, &'static str, Vec<&'static str>)>;
    let statement = |allow, actions: &[&'static str], resource, conditions: Conditions| Statement {
        allow,
        not_action: false,
        actions: actions.to_vec(),
        not_resource: false,
        resources: vec![resource],
        conditions,
    };
    let one = "arn:aws:s3:::?";
    let mut world = World {
        identity: vec![
            statement(true, &["s3:*"], one, vec![]),
            statement(
                false,
                &["*"],
                one,
                vec![("StringEquals", "k", vec!["b", "a*"]), ("StringLike", "k", vec!["*b"])],
            ),
        ],
        boundary: vec![statement(
            true,
            &["*"],
            one,
            vec![("StringEquals", "k", vec!["*b", "?"]), ("StringEqualsIgnoreCase", "k", vec!["true"])],
        )],
        scp: vec![],
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b*",
    };
    assert_eq!(world.outcome(&Key::Unknown), Outcome::ImplicitDeny);
    let more: [Conditions; 2] = [
        vec![("StringEquals", "k", vec!["a"]), ("StringLikeIfExists", "k", vec!["a*"])],
        vec![("ForAnyValue:StringLike", "k", vec!["true"])],
    ];
    let resources = ["arn:aws:s3:::*", one];
    world.identity.extend(more.into_iter().zip(resources).map(|(own, on)| statement(false, &["s3:*"], on, own)));
    assert_eq!(world.outcome(&Key::Unknown), Outcome::ImplicitDeny);
}

/// Much that is unknown beside what decides, and that nothing hangs on: it changes nothing.
#[test]
fn more_unknown_keys_than_worlds_can_be_looked_at_change_nothing_that_is_certain() {
    let statement = |effect: &str, operator: &str, key: &str| {
        let condition = format!(r#""Condition":{{"{operator}":{{"{key}":"a"}}}}"#);
        format!(r#"{{"Effect":"{effect}","Action":"*","Resource":"*",{condition}}}"#)
    };
    let asked = |mut statements: Vec<String>, effect: &str, more: usize| {
        statements.extend((0..more).map(|at| statement(effect, "StringEquals", &format!("k{at}"))));
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
        let identity = vec![Arc::new(Document::parse(&text, Kind::Identity).unwrap())];
        let mut request = Request::new("arn:aws:iam::111122223333:role/api", "s3:GetObject", "arn:aws:s3:::a/b");
        request.context.set_unknown("k");
        (0..more).for_each(|at| request.context.set_unknown(&format!("k{at}")));
        outcome(&request, &Layers { identity, ..Layers::default() })
    };
    let either = vec![statement("Allow", "StringEquals", "k"), statement("Allow", "StringNotEquals", "k")];
    let neither = vec![statement("Allow", "StringEquals", "k"), statement("Deny", "StringEquals", "k")];
    let all = vec![statement("Deny", "StringEquals", "k"), statement("Deny", "StringNotEquals", "k")];
    for more in [0, 13, 200] {
        assert_eq!(asked(either.clone(), "Allow", more), Outcome::Allowed, "{more}");
        assert_eq!(asked(neither.clone(), "Deny", more), Outcome::ImplicitDeny, "{more}");
        assert_eq!(asked(all.clone(), "Allow", more), Outcome::ImplicitDeny, "{more}");
        assert_eq!(lets(asked(either.clone(), "Deny", more)), if more == 0 { 2 } else { 1 }, "{more}");
    }
}

/// More conditions on one unknown key than can be told apart: it depends, and is not looked into for ever.
#[test]
fn more_conditions_than_can_be_told_apart_are_given_up() {
    let statement = |at: usize| {
        let condition = format!(r#""Condition":{{"StringLike":{{"k":"*a{at:02}*"}}}}"#);
        format!(r#"{{"Effect":"Deny","Action":"*","Resource":"*",{condition}}}"#)
    };
    let mut statements: Vec<String> = (0..40).map(statement).collect();
    statements.push(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#.to_owned());
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    let identity = vec![Arc::new(Document::parse(&text, Kind::Identity).unwrap())];
    let mut request = Request::new("arn:aws:iam::111122223333:role/api", "s3:GetObject", "arn:aws:s3:::a/b");
    request.context.set_unknown("k");
    let decision = decide(&request, &Layers { identity, ..Layers::default() });
    assert_eq!((decision.outcome, decision.unknown.as_slice()), (Outcome::Depends, &["k".into()][..]));
}

/// The same of many numbers, addresses and kinds of values of one unknown key, and of patterns with many `?`: each of these
/// took minutes when it was compared with each.
#[test]
fn much_is_looked_through_in_little_time() {
    let statement = |resource: &str, condition: &str| {
        format!(r#"{{"Effect":"Allow","Action":"*","Resource":"{resource}","Condition":{{{condition}}}}}"#)
    };
    let list = |of: &dyn Fn(usize) -> String| (0..40_000).map(of).collect::<Vec<_>>().join(",");
    let numbers = format!(r#""NumericEquals":{{"k":[{}]}}"#, list(&|at| at.to_string()));
    let ranges = list(&|at| format!(r#""10.{}.{}.0/24""#, at / 250, at % 250));
    let ranges = format!(r#""IpAddress":{{"k":[{ranges}]}}"#);
    let kinds = (0..400).flat_map(|at| {
        let own = [format!(r#""StringEquals":{{"k":"v{at}"}}"#), format!(r#""NumericLessThan":{{"k":{at}}}"#)];
        own.map(|own| statement("*", &own))
    });
    let any = format!("arn:aws:s3:::{}*", "?".repeat(60_000));
    let now = std::time::Instant::now();
    for statements in
        [vec![statement("*", &numbers)], vec![statement("*", &ranges)], kinds.collect(), vec![statement(&any, "")]]
    {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
        let identity = vec![Arc::new(Document::parse(&text, Kind::Identity).unwrap())];
        let mut request = Request::new("arn:aws:iam::111122223333:role/api", "s3:GetObject", "arn:aws:s3:::*");
        request.context.set_unknown("k");
        assert_eq!(outcome(&request, &Layers { identity, ..Layers::default() }), Outcome::Depends);
    }
    assert!(now.elapsed().as_secs() < 30, "{:?}", now.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn another_deny_never_allows_more(world in worlds(), key in keys(), more in statements(2)) {
        let before = world.outcome(&key);
        let mut after = world;
        after.identity.extend(more.into_iter().map(|own| Statement { allow: false, ..own }));
        prop_assert!(lets(after.outcome(&key)) <= lets(before));
    }

    #[test]
    fn another_allow_never_denies_more(world in worlds(), key in keys(), more in statements(2)) {
        let before = world.outcome(&key);
        let mut after = world;
        after.identity.extend(more.into_iter().map(|own| Statement { allow: true, ..own }));
        prop_assert!(lets(after.outcome(&key)) >= lets(before));
    }

    #[test]
    fn neither_order_nor_repetition_counts(world in worlds(), key in keys(), times in 0..5_usize) {
        let mut other = world.clone();
        for statements in [&mut other.identity, &mut other.boundary, &mut other.scp] {
            let again = statements.first().cloned();
            let length = statements.len();
            statements.rotate_left(times.min(length));
            statements.extend(again);
        }
        prop_assert_eq!(other.outcome(&key), world.outcome(&key));
    }

    #[test]
    fn a_policy_split_in_many_says_the_same(world in worlds(), key in keys()) {
        let mut split = world.clone();
        for statements in [&mut split.identity, &mut split.boundary, &mut split.scp] {
            *statements = statements.drain(..).flat_map(|statement| parts(&statement)).collect();
        }
        prop_assert_eq!(split.outcome(&key), world.outcome(&key));
    }

    #[test]
    fn the_case_of_an_action_does_not_count(world in worlds(), upper in any::<bool>()) {
        let spelled = if upper { world.action.to_uppercase() } else { world.action.to_lowercase() };
        let mut request = Request::new("arn:aws:iam::111122223333:role/api", world.action, world.resource);
        let before = outcome(&request, &world.layers());
        request.action = Action::new(&spelled);
        prop_assert_eq!(outcome(&request, &world.layers()), before);
    }

    #[test]
    fn a_known_value_refines_and_never_contradicts(world in worlds(), value in keys()) {
        let unknown = world.outcome(&Key::Unknown);
        // an operator without set prefix never holds of several values that are known; of unknown ones it is asked of one
        let split = if matches!(value, Key::Many(_)) { world.split() } else { world };
        for known in value.in_worlds().iter().map(|key| split.outcome(key)) {
            match unknown {
                Outcome::Depends => {}
                Outcome::ExplicitDeny => prop_assert_eq!(known, Outcome::ExplicitDeny),
                _ => prop_assert_eq!(lets(known), lets(unknown)),
            }
        }
    }

    #[test]
    fn a_shape_refines_what_is_unknown_and_values_of_it_refine_the_shape(world in worlds(), shape in select(SHAPES.to_vec())) {
        let (unknown, shaped) = (world.outcome(&Key::Unknown), world.outcome(&Key::Shaped(shape)));
        if unknown != Outcome::Depends {
            prop_assert_eq!(lets(shaped), lets(unknown));
        }
        let known: HashSet<Outcome> = values_of(shape).map(|value| world.outcome(&value)).collect();
        match shaped {
            Outcome::Depends => {}
            Outcome::ExplicitDeny => prop_assert_eq!(known, HashSet::from([Outcome::ExplicitDeny])),
            _ => prop_assert!(known.iter().all(|known| lets(*known) == lets(shaped)), "{:?}: {:?}", shaped, known),
        }
    }

    #[test]
    fn a_shape_depends_only_where_its_values_do(world in worlds(), shape in select(SHAPES.to_vec())) {
        if world.outcome(&Key::Shaped(shape)) == Outcome::Depends {
            let seen: HashSet<u8> = values_of(shape).map(|value| lets(world.outcome(&value))).collect();
            prop_assert!(seen.len() > 1 || seen.contains(&1), "{:?}", seen);
        }
    }

    #[test]
    fn not_action_is_what_action_is_not(actions in subsequence(ACTION_PATTERNS.to_vec(), 0..=3), action in select(ACTIONS.to_vec())) {
        let statement = |not_action| Statement {
            allow: true,
            not_action,
            actions: if actions.is_empty() { vec!["s3:Nothing"] } else { actions.clone() },
            not_resource: false,
            resources: vec!["*"],
            conditions: Vec::new(),
        };
        let says = |statements: Vec<Statement>| {
            let world = World { identity: statements, boundary: vec![], scp: vec![], action, resource: "*" };
            world.outcome(&Key::Absent) == Outcome::Allowed
        };
        prop_assert_ne!(says(vec![statement(false)]), says(vec![statement(true)]));
        prop_assert!(says(vec![statement(false), statement(true)]));
    }
}

proptest! {
    // each looks at thousands of values
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn it_depends_only_where_it_does(world in worlds()) {
        if world.outcome(&Key::Unknown) == Outcome::Depends {
            let world = world.split();
            let layers = world.layers();
            let singles = SINGLES.iter().map(|value| Key::One(value));
            let behind = |at: usize| SINGLES.iter().enumerate().skip(at + 1);
            let pairs = SINGLES.iter().enumerate().flat_map(|(at, a)| behind(at).map(move |(at, b)| (at, vec![*a, *b])));
            let triples = pairs.clone().flat_map(|(at, pair)| behind(at).map(move |(_, c)| [&pair[..], &[*c]].concat()));
            let sets = pairs.clone().map(|(_, pair)| pair).chain(triples).flat_map(|set| Key::Many(set).in_worlds());
            let seen = singles.chain([Key::Absent]).chain(sets).map(|key| lets(world.outcome_under(&layers, &key)));
            let seen: HashSet<u8> = seen.collect();
            prop_assert!(seen.len() > 1 || seen.contains(&1), "{:?}", seen);
        }
    }
}
