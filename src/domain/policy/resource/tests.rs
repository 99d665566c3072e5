//! Resources and patterns over them, one table per rule.

use super::Truth::{Depends, No, Yes};
use super::*;
use crate::domain::policy::variable::Value;
use proptest::prelude::*;

/// What is known of `aws:username` and `aws:PrincipalTag/team`; everything else is absent.
struct Known([Value<'static>; 2]);

impl Values for Known {
    fn value(&self, key: &KeyName) -> Value<'_> {
        match key.folded() {
            "aws:username" => self.0[0],
            "aws:principaltag/team" => self.0[1],
            _ => Value::Absent,
        }
    }
}

const NOTHING: Known = Known([Value::Absent; 2]);

fn matches(pattern: &str, asked: &str) -> Truth {
    ResourcePattern::new(pattern, Version::V2012, ShortArns::FilledUp).matches(&Resource::new(asked), &NOTHING)
}

/// IAM User Guide, "IAM JSON policy elements: Resource", and "Specifying a resource ARN with wildcards".
#[test]
fn arns_are_matched_part_by_part() {
    for (pattern, asked, truth) in [
        ("*", "arn:aws:s3:::shop", Yes),
        ("*", "*", Yes),
        ("*", "no arn", Yes),
        ("arn:aws:s3:::*", "arn:aws:s3:::shop/orders/1", Yes),
        ("arn:aws:s3:::*", "*", No),
        ("arn:aws:s3:::shop/*", "arn:aws:s3:::shop", No),
        ("arn:aws:s3:::shop/*/x?z", "arn:aws:s3:::shop/a/b/xyz", Yes),
        ("arn:aws:s3:::Shop", "arn:aws:s3:::shop", No),
        ("arn:aws:s3:::shop", "arn:aws-cn:s3:::shop", No),
        ("arn:*:s3:::shop", "arn:aws-cn:s3:::shop", Yes),
        // a wildcard of the first five parts stays in its part (but see below); in the resource part it reaches over colons
        ("arn:aws:logs:*:*:log-group:*", "arn:aws:logs:eu-west-1:111122223333:log-group:x:log-stream:y", Yes),
        ("arn:aws:sqs:*:111122223333:q", "arn:aws:sqs:eu-west-1:444455556666:q", No),
        ("arn:aws:ec2:*:*:security-group*/*", "arn:aws:ec2:eu-west-1:111122223333:security-group-rule/sgr-1", Yes),
        ("arn:aws:s3:::", "arn:aws:s3:::", Yes),
        ("arn:aws:s3:::*", "arn:aws:s3:::a:b", Yes),
        // no ARN
        ("arn:aws:s3:::*", "no arn", No),
        ("execute-api:/prod/*", "execute-api:/prod/GET/x", Yes),
        ("", "", Yes),
    ] {
        assert_eq!(matches(pattern, asked), truth, "{pattern} on {asked}");
    }
}

/// Short ARNs: filled up with `*` in identity policies, boundaries and session policies, nothing in resource policies.
#[test]
fn short_arns_are_filled_up_where_that_is_done() {
    let bucket = Resource::new("arn:aws:s3:::shop");
    for (pattern, is_short, filled) in [
        ("arn:aws:s3*", true, Yes),
        ("arn:aws", true, Yes),
        ("arn:*", true, Yes),
        ("arn:aws:s3:::", false, No),
        ("arn:aws:s3::", true, Yes),
        ("arn:aws:sq*", true, No),
        ("arn:aws:*:eu-west-1", true, No),
    ] {
        let padded = ResourcePattern::new(pattern, Version::V2012, ShortArns::FilledUp);
        let plain = ResourcePattern::new(pattern, Version::V2012, ShortArns::Nothing);
        assert_eq!((padded.is_short(), padded.matches(&bucket, &NOTHING)), (is_short, filled), "{pattern}");
        assert_eq!(plain.matches(&bucket, &NOTHING), No, "{pattern}");
    }
}

/// A pattern as request: all of it, none of it, or it depends on which is meant.
#[test]
fn a_pattern_that_is_asked_for_must_be_covered() {
    for (pattern, asked, truth) in [
        ("*", "arn:aws:s3:::shop/*", Yes),
        ("arn:aws:s3:::shop/*", "arn:aws:s3:::shop/orders/*", Yes),
        ("arn:aws:s3:::shop/orders/*", "arn:aws:s3:::shop/*", Depends),
        ("arn:aws:s3:::other/*", "arn:aws:s3:::shop/*", No),
        ("arn:aws:sqs:eu-*:*:q", "arn:aws:sqs:*:111122223333:q", Depends),
        ("arn:aws:sqs:us-*:*:q", "arn:aws:sqs:eu-*:111122223333:q", No),
        ("arn:aws:s3*", "arn:aws:s3:::*", Yes),
        ("arn:aws:s3:::shop", "arn:aws:s3:::shop?", No),
        ("arn:aws:s3:::*", "*x", Depends),
        ("arn:aws:s3:::*", "arn:aws:s3*", Depends),
        ("arn:aws:s3*", "arn:aws:s3*", Depends), // all of it: see the rules
        ("arn:aws:s3:::*", "arn:aws:sqs*", No),
        ("arn:aws:s3:::${none}*", "arn:aws:s3*", No),
    ] {
        assert_eq!(matches(pattern, asked), truth, "{pattern} on {asked}");
    }
}

/// IAM User Guide, "IAM policy elements: Variables and tags".
#[test]
fn variables_stand_for_values() {
    const ANN: Value<'_> = Value::One("ann");
    let home = "arn:aws:s3:::home/${aws:username}/*";
    let team = "arn:aws:s3:::${aws:PrincipalTag/team, 'all'}/*";
    for (pattern, asked, known, truth) in [
        (home, "arn:aws:s3:::home/ann/x", ANN, Yes),
        (home, "arn:aws:s3:::home/bob/x", ANN, No),
        (home, "arn:aws:s3:::home/ann/x", Value::Absent, No),
        (home, "arn:aws:s3:::home/ann/x", Value::Unknown, Depends),
        (home, "arn:aws:s3:::away/ann/x", Value::Unknown, No),
        (home, "arn:aws:s3:::home/*/x", Value::One("*"), Depends),
        (home, "arn:aws:s3:::home/ann/x", Value::One("*"), No),
        (home, "arn:aws:s3:::home/ann/*", ANN, Yes),
        (home, "arn:aws:s3:::home/ann/*", Value::Unknown, Depends),
        (team, "arn:aws:s3:::all/x", Value::Absent, Yes),
        (team, "arn:aws:s3:::red/x", Value::Absent, No),
        (team, "arn:aws:s3:::red/x", Value::Unknown, Depends),
        ("arn:aws:s3:::${$}{aws:username}", "arn:aws:s3:::${aws:username}", ANN, Yes),
        ("arn:aws:s3:::${*}/${?}", "arn:aws:s3:::*/?", Value::Absent, Depends),
        ("arn:aws:s3:::${*}", "arn:aws:s3:::a", Value::Absent, No),
        ("arn:aws:s3:::${}", "arn:aws:s3:::${}", Value::Absent, Yes),
        ("arn:aws:s3:${aws:username}:x:y", "arn:aws:s3:ann:x:y", ANN, Yes),
    ] {
        let known = if pattern == team { Known([Value::Absent, known]) } else { Known([known, Value::Absent]) };
        let pattern = ResourcePattern::new(pattern, Version::V2012, ShortArns::FilledUp);
        assert_eq!(pattern.matches(&Resource::new(asked), &known), truth, "{} on {asked}", pattern.as_str());
    }
}

#[test]
fn variables_are_text_under_the_old_version() {
    let pattern = ResourcePattern::new("arn:aws:s3:::${aws:username}", Version::V2008, ShortArns::FilledUp);
    let known = Known([Value::One("ann"), Value::Absent]);
    assert_eq!(pattern.matches(&Resource::new("arn:aws:s3:::ann"), &known), No);
    assert_eq!(pattern.keys().count(), 0);
    let current = ResourcePattern::new("arn:aws:s3:::${aws:username}", Version::V2012, ShortArns::FilledUp);
    assert_eq!(current.keys().map(KeyName::as_str).collect::<Vec<_>>(), ["aws:username"]);
}

/// AWS: "You cannot use a wildcard to match the resource type" of IAM.
#[test]
fn a_cut_type_word_never_widens_what_is_allowed() {
    let role = Resource::new("arn:aws:iam::111122223333:role/api");
    for (pattern, cuts) in [
        ("arn:aws:iam::111122223333:ro*", true),
        ("arn:aws:iam::111122223333:ro*/api", true),
        ("arn:aws:iam::111122223333:rol?/api", true),
        ("arn:aws:iam::111122223333:*", false),
        ("arn:aws:iam::111122223333:*/api", false),
        ("arn:aws:iam::111122223333:role/*", false),
        ("arn:aws:*::111122223333:ro*", false),
    ] {
        let pattern = ResourcePattern::new(pattern, Version::V2012, ShortArns::FilledUp);
        assert_eq!(pattern.cuts_type_word(), cuts, "{}", pattern.as_str());
        let only = Selection::Only(vec![pattern.clone()]);
        assert_eq!(only.selects(&role, Effect::Allow, &NOTHING), Truth::from(!cuts));
        assert_eq!(only.selects(&role, Effect::Deny, &NOTHING), Yes);
        let all_but = Selection::AllBut(vec![pattern]);
        assert_eq!(all_but.selects(&role, Effect::Allow, &NOTHING), No);
        assert_eq!(all_but.selects(&role, Effect::Deny, &NOTHING), Truth::from(cuts));
    }
}

/// AWS: a `*` that ends a part "can expand to match beyond the colon boundaries"; Amazon S3's guide: it does not.
#[test]
fn a_star_before_a_colon_never_widens_what_is_allowed_and_reaches_beyond_where_that_is_careful() {
    for (pattern, asked, beyond) in [
        ("arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:eu-west-1:111122223333:table/prod-x", true),
        ("arn:aws:logs:*:log-group:x", "arn:aws:logs:eu-west-1:111122223333:log-group:x", true),
        ("arn:aws:logs:*:log-group:/aws/eks:*", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/eks:x", true),
        ("arn:aws:sqs:eu-*:${aws:username}", "arn:aws:sqs:eu-west-1:111122223333:ann", true),
        ("arn:aws*:q", "arn:aws:sqs:eu-west-1:111122223333:q", true),
        ("arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:eu-west-1:111122223333:table/test-x", false),
        // nothing is open of an ARN that is whole
        ("arn:aws:sqs:*:111122223333:q", "arn:aws:sqs:eu-west-1:444455556666:111122223333:q", false),
        ("arn:aws:sqs:*:*:q", "arn:aws:sqs:eu-west-1:111122223333:x:q", false),
        ("arn:aws:s3:::shop", "arn:aws:s3:::x:shop", false),
    ] {
        let known = Known([Value::One("ann"), Value::Absent]);
        for short in [ShortArns::FilledUp, ShortArns::Nothing, ShortArns::InDoubt] {
            let own = ResourcePattern::new(pattern, Version::V2012, short);
            let asked = Resource::new(asked);
            let (only, all_but) = (Selection::Only(vec![own.clone()]), Selection::AllBut(vec![own]));
            let selects = |selection: &Selection<ResourcePattern>, effect| selection.selects(&asked, effect, &known);
            assert_eq!(selects(&only, Effect::Allow), No, "{pattern} on {asked}");
            assert_eq!(selects(&only, Effect::Deny), Truth::from(beyond), "{pattern} on {asked}");
            assert_eq!(selects(&all_but, Effect::Allow), Truth::from(!beyond), "{pattern} on {asked}");
            assert_eq!(selects(&all_but, Effect::Deny), Yes, "{pattern} on {asked}");
        }
    }
}

#[test]
fn the_parts_of_what_is_asked_for_are_known() {
    let queue = Resource::new("arn:aws:sqs:eu-west-1:111122223333:q");
    let parts = [queue.partition(), queue.service(), queue.region(), queue.account()];
    assert_eq!(parts, [Some("aws"), Some("sqs"), Some("eu-west-1"), Some("111122223333")]);
    assert_eq!(Resource::new("arn:aws:s3:::shop").account(), None);
    let pattern = Resource::new("arn:aws:sqs:*:111122223333:*");
    assert_eq!((pattern.is_pattern(), pattern.region(), pattern.account()), (true, None, Some("111122223333")));
    assert!(Resource::new("*").is_star() && !Resource::new("*").is_pattern());
}

fn arn() -> impl Strategy<Value = String> {
    prop_oneof![
        "arn:aws:(s3|iam):(eu|\\*)?:[12]?:[ab/:*?]{0,5}",
        "arn:[a*]?:[a*]?(:[a*]?)?",
        "[arn:*?]{0,6}",
        "arn:aws:s3::1:\\$\\{(aws:username|x)\\}[a/*]{0,2}",
    ]
}

proptest! {
    #[test]
    fn every_resource_is_matched_by_its_own_text(text in "arn:aws:s3:[a-z]{0,2}:[0-9]{0,2}:[a-z/:]{0,6}") {
        prop_assert_eq!(matches(&text, &text), Yes);
    }

    #[test]
    fn a_value_that_becomes_known_never_contradicts_depends(
        pattern in arn(), asked in arn(), value in "[ab/*]{0,2}", absent in any::<bool>(),
    ) {
        let pattern = ResourcePattern::new(&pattern, Version::V2012, ShortArns::FilledUp);
        let asked = Resource::new(&asked);
        let before = pattern.matches(&asked, &Known([Value::Unknown, Value::Absent]));
        let value: &'static str = Box::leak(value.into_boxed_str());
        let known = if absent { Value::Absent } else { Value::One(value) };
        let after = pattern.matches(&asked, &Known([known, Value::Absent]));
        prop_assert!(before == Depends || before == after, "{:?} then {:?}", before, after);
    }

    #[test]
    fn what_a_pattern_covers_it_matches(pattern in arn(), asked in arn(), filler in "[ab/]{0,2}") {
        let pattern = ResourcePattern::new(&pattern, Version::V2012, ShortArns::FilledUp);
        let whole = pattern.matches(&Resource::new(&asked), &NOTHING);
        let one = asked.replace('*', &filler).replace('?', "a");
        if asked != "*" && one != "*" {
            let single = pattern.matches(&Resource::new(&one), &NOTHING);
            prop_assert!(whole == Depends || whole == single, "{:?} of {}, but {:?} of {}", whole, asked, single, one);
        }
    }
}

/// What a statement names is asked of another as what it stands for.
#[test]
fn a_pattern_is_asked_for_as_what_it_stands_for() {
    let known = Known([Value::Unknown, Value::One("blue")]);
    for (pattern, pads, asked) in [
        ("**", true, Some("*")),
        ("arn:aws:s3:::shop/*", true, Some("arn:aws:s3:::shop/*")),
        ("arn:aws:s3", true, Some("arn:aws:s3:*:*:*")),
        ("arn:aws:s3*", true, Some("arn:aws:s3*:*:*:*")),
        ("arn:aws:s3::", true, Some("arn:aws:s3:::*")),
        ("arn:aws:s3", false, None),
        ("arn:aws:s3:::home/${aws:PrincipalTag/team}/*", true, Some("arn:aws:s3:::home/blue/*")),
        ("arn:aws:s3:::home/${aws:username}/x", true, Some("arn:aws:s3:::home/*/x")),
        ("arn:aws:s3:::home/${aws:PrincipalTag/none}", true, None),
        ("arn:aws:s3:::home/${aws:PrincipalTag/none, 'all'}", true, Some("arn:aws:s3:::home/all")),
        ("execute-api:/prod/*", true, Some("execute-api:/prod/*")),
    ] {
        let found =
            ResourcePattern::new(pattern, Version::V2012, if pads { ShortArns::FilledUp } else { ShortArns::Nothing })
                .asked_for(&known);
        assert_eq!(found.as_deref(), asked, "{pattern}");
    }
}
