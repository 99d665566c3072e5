//! Random requests from a small vocabulary, so that policies and requests meet often.

use serde_json::{Map, Value, json};

/// A seeded generator (splitmix64): the same seed is the same request, on every machine.
pub(crate) struct Dice {
    state: u64,
    /// The key that conditions of this request ask for most: what is unknown should matter.
    favourite: usize,
}

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Self { state: seed, favourite: 0 };
        dice.favourite = dice.below(WORDS.len());
        dice
    }

    fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn word(&mut self) -> Word {
        let index = if self.chance(60) { self.favourite } else { self.below(WORDS.len()) };
        WORDS[index]
    }

    /// One of them alone, or a list of up to three.
    fn some(&mut self, all: &[&str]) -> Value {
        match self.below(4) {
            0 => json!([self.pick(all), self.pick(all)]),
            1 => json!([self.pick(all), self.pick(all), self.pick(all)]),
            _ => json!(self.pick(all)),
        }
    }
}

const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const PRINCIPALS: [&str; 11] = [
    "arn:aws:sts::111122223333:assumed-role/app/s1",
    "arn:aws:sts::111122223333:assumed-role/app/s1",
    "arn:aws:sts::111122223333:assumed-role/app/s2",
    ROLE,
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:sts::111122223333:federated-user/bob",
    "arn:aws:iam::111122223333:root",
    "arn:aws:sts::444455556666:assumed-role/app/s1",
    "arn:aws:iam::111122223333:oidc-provider/idp.example/1",
    "ec2.amazonaws.com",
    "*",
];
const ACTIONS: [&str; 12] = [
    "s3:GetObject",
    "s3:GetObject",
    "s3:ListBucket",
    "sqs:SendMessage",
    "kms:Decrypt",
    "iam:PassRole",
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
    "sts:GetSessionToken",
    "sts:GetFederationToken",
    "kms:ListKeys",
    "dynamodb:Query",
];
const ACTION_PATTERNS: [&str; 16] = [
    "*",
    "*",
    "s3:*",
    "s3:Get*",
    "S3:GETOBJECT",
    "s3:?etObject",
    "s3:GetObject",
    "s3:ListBucket",
    "sqs:*",
    "kms:*",
    "iam:*",
    "sts:AssumeRole*",
    "sts:AssumeRole",
    "*:*",
    "s3:Get,Put",
    "s3:",
];
const RESOURCE_PATTERNS: [&str; 23] = [
    "*",
    "*",
    "*",
    "arn:aws:sqs*:q?",
    "arn:aws:s3:::b1/*",
    "arn:aws:s3:::b1/a/*",
    "arn:aws:s3:::b1",
    "arn:aws:s3:::b1*",
    "arn:*:s3:::b?/*x",
    "arn:aws:s3:::B1/*",
    "arn:aws:s3:::b1/${aws:username}/*",
    "arn:aws:s3:::b1/${k:team, 'a'}/x",
    "arn:aws:s3:::b1/${*}",
    "arn:aws-cn:s3:::*",
    "arn:aws:sqs:*:111122223333:*",
    "arn:aws:sqs:eu-*:*:q?",
    "arn:aws:sqs:eu-west-1:111122223333:q1",
    "arn:aws:kms:*:*:key/*",
    "arn:aws:kms:eu-west-1:111122223333:key/k2",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::111122223333:r*",
    "arn:aws:iam::111122223333:*",
    "arn:aws:iam::111122223333:role/${k:team}",
];
const SHORT_PATTERNS: [&str; 7] = [
    "arn:aws:s3*",
    "arn:aws:sqs:eu-west-1",
    "arn:*",
    "arn:aws:s3:*:b1/*",
    "arn:aws:sqs:*:q1",
    "arn:aws:kms:*:key/*",
    "arn:aws:iam:*:role/${k:team}",
];

/// What a request may ask for, by service.
fn resource(dice: &mut Dice, action: &str) -> &'static str {
    match action.split(':').next() {
        _ if dice.chance(6) => "*",
        Some("s3") => dice.pick(&[
            "arn:aws:s3:::b1",
            "arn:aws:s3:::b1/a/x",
            "arn:aws:s3:::b1/bob/x",
            "arn:aws:s3:::b1/*",
            "arn:aws:s3:::b1/a?x",
            "arn:aws:s3:::b2/x",
        ]),
        Some("sqs") => dice.pick(&[
            "arn:aws:sqs:eu-west-1:111122223333:q1",
            "arn:aws:sqs:us-east-1:444455556666:q1",
            "arn:aws:sqs:eu-west-1:111122223333:q*",
        ]),
        Some("kms") => dice.pick(&[
            "arn:aws:kms:eu-west-1:111122223333:key/k1",
            "arn:aws:kms:eu-west-1:444455556666:key/k1",
            "arn:aws:kms:eu-west-1:111122223333:alias/a",
        ]),
        _ => dice.pick(&[ROLE, ROLE, "arn:aws:iam::444455556666:role/app", "arn:aws:iam::111122223333:role/a/b"]),
    }
}

/// A key, the operators that suit it, values of policies and of requests.
type Word = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const WORDS: [Word; 10] = [
    (
        "aws:username",
        &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"],
        &["bob", "b*", "?ob", "${k:team}", "BOB", "a"],
        &["bob", "Bob", "a"],
    ),
    (
        "k:team",
        &["StringEquals", "StringNotEquals", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"],
        &["a", "app", "${aws:username}", "${k:none}", "${k:none, 'a'}", "*", "x-${aws:username}", "${*}"],
        &["a", "app", "bob", "A"],
    ),
    (
        "aws:SourceIp",
        &["IpAddress", "NotIpAddress"],
        &["10.0.0.0/8", "10.1.0.0/16", "192.0.2.7", "2001:db8::/32", "not-an-address"],
        &["10.1.2.3", "192.0.2.7", "2001:db8::1"],
    ),
    (
        "aws:CurrentTime",
        &["DateLessThan", "DateGreaterThanEquals", "DateEquals", "DateNotEquals", "DateGreaterThan"],
        &["2026-01-01T00:00:00Z", "1767225600", "2026-06-01T02:00:00+02:00", "one day"],
        &["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "1767225600"],
    ),
    (
        "k:size",
        &["NumericLessThan", "NumericGreaterThanEquals", "NumericEquals", "NumericNotEquals", "NumericLessThanEquals"],
        &["5", "10", "7.5", "many"],
        &["5", "7", "10.0", "7.5"],
    ),
    ("aws:SecureTransport", &["Bool"], &["true", "false"], &["true", "false"]),
    (
        "aws:PrincipalArn",
        &["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"],
        &[
            "arn:aws:iam::111122223333:role/app",
            "arn:aws:iam::*:role/*",
            "arn:aws:iam::111122223333:user/${aws:username}",
            "*",
            "arn:aws:iam::*",
        ],
        &["arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:user/bob"],
    ),
    (
        "aws:TagKeys",
        &["StringEquals", "StringLike", "StringNotEquals", "StringNotLike"],
        &["a", "b", "a*", "c"],
        &["a", "b", "ab"],
    ),
    ("k:data", &["BinaryEquals"], &["aGVsbG8=", "d29ybGQ="], &["aGVsbG8=", "d29ybGQ="]),
    ("k:odd", &["StringEquals", "StringLike"], &["x", "y"], &["x"]),
];

/// The request of one seed, as a line of `evaluate`.
pub(crate) fn line(seed: u64) -> Value {
    let mut dice = Dice::of(seed);
    let principal = dice.pick(&PRINCIPALS);
    let action = dice.pick(&ACTIONS);
    let resource = resource(&mut dice, action);
    let context = context(&mut dice);
    let unknown: Vec<&str> = (0..dice.below(3)).map(|_| dice.word().0).collect();
    let mut request = json!({ "principal": principal, "action": action, "resource": resource, "context": context });
    if dice.chance(15) {
        request["resourceAccount"] = json!(dice.pick(&["111122223333", "444455556666"]));
    }
    let mut line = json!({ "name": seed.to_string(), "request": request, "policies": policies(&mut dice, action) });
    if !unknown.is_empty() {
        line["unknown"] = json!(unknown);
    }
    line
}

fn context(dice: &mut Dice) -> Map<String, Value> {
    let mut context = Map::new();
    for (key, _, _, values) in WORDS {
        let name = if dice.chance(10) { key.to_uppercase() } else { key.to_owned() };
        match dice.below(10) {
            1..=5 if key == "aws:TagKeys" => drop(context.insert(name, json!([dice.pick(values), dice.pick(values)]))),
            1..=5 => drop(context.insert(name, json!(dice.pick(values)))),
            6 if dice.chance(30) => drop(context.insert(name, json!([dice.pick(values)]))),
            7 if dice.chance(20) => drop(context.insert(name, json!([]))),
            _ => {}
        }
    }
    context
}

fn policies(dice: &mut Dice, action: &str) -> Value {
    let mut policies = Map::new();
    for (layer, percent) in [("identity", 85), ("boundary", 25), ("session", 20), ("endpoint", 12)] {
        if dice.chance(percent) {
            let all: Vec<Value> = (0..=dice.below(2)).map(|_| document(dice, layer, action)).collect();
            policies.insert(layer.to_owned(), json!(all));
        } else if dice.chance(3) {
            policies.insert(layer.to_owned(), json!([]));
        }
    }
    let needed = action.starts_with("sts:") || action.starts_with("kms:");
    if dice.chance(if needed { 80 } else { 40 }) {
        policies.insert("resource".to_owned(), document(dice, "resource", action));
    }
    for (layer, percent) in [("scp", 20), ("rcp", 12)] {
        if dice.chance(percent) {
            let level = |dice: &mut Dice| -> Vec<Value> {
                let documents = i32::from(!dice.chance(4));
                (0..documents).map(|_| document(dice, layer, action)).collect()
            };
            let levels: Vec<Vec<Value>> = (0..=dice.below(2)).map(|_| level(dice)).collect();
            policies.insert(layer.to_owned(), json!(levels));
        }
    }
    Value::Object(policies)
}

fn document(dice: &mut Dice, layer: &str, action: &str) -> Value {
    let mut statements: Vec<Value> = (0..=dice.below(3)).map(|_| statement(dice, layer, action)).collect();
    // Layers that only filter would else deny nearly everything.
    if layer != "identity" && layer != "resource" && dice.chance(60) {
        let mut open = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        if matches!(layer, "endpoint" | "rcp") {
            open["Principal"] = json!("*");
        }
        statements.push(open);
    }
    let mut document = Map::new();
    match dice.below(5) {
        0 => {}
        1 => drop(document.insert("Version".to_owned(), json!("2008-10-17"))),
        _ => drop(document.insert("Version".to_owned(), json!("2012-10-17"))),
    }
    let alone = statements.len() == 1 && dice.chance(50);
    document.insert("Statement".to_owned(), if alone { statements.remove(0) } else { json!(statements) });
    Value::Object(document)
}

fn statement(dice: &mut Dice, layer: &str, action: &str) -> Value {
    let deny = dice.chance(15);
    let mut statement = Map::new();
    let mut put = |name: &str, value: Value| drop(statement.insert(name.to_owned(), value));
    put("Effect", json!(if deny { "Deny" } else { "Allow" }));
    let trust = layer == "resource" && action.starts_with("sts:");
    match layer {
        "resource" | "endpoint" if deny && !trust && dice.chance(20) => put("NotPrincipal", not_principal(dice)),
        "resource" | "endpoint" => put("Principal", principal(dice)),
        "rcp" => put("Principal", json!("*")),
        _ => {}
    }
    match dice.below(8) {
        0 => put("NotAction", dice.some(&ACTION_PATTERNS)),
        1..=5 => put("Action", json!(action)),
        _ => put("Action", dice.some(&ACTION_PATTERNS)),
    }
    match dice.below(8) {
        _ if trust => {}
        0 => put("NotResource", dice.some(&not_cut(&RESOURCE_PATTERNS))),
        1..=3 => put("Resource", json!("*")),
        4 if matches!(layer, "identity" | "rcp" | "endpoint") => put("Resource", dice.some(&SHORT_PATTERNS)),
        _ => put("Resource", dice.some(&RESOURCE_PATTERNS)),
    }
    if dice.chance(if deny { 80 } else { 50 }) {
        put("Condition", conditions(dice));
    }
    Value::Object(statement)
}

/// Without the patterns that an Allow and a Deny read differently: in `NotResource` nobody says which way.
fn not_cut<'a>(all: &[&'a str]) -> Vec<&'a str> {
    all.iter().copied().filter(|it| !it.ends_with(":r*")).collect()
}

fn principal(dice: &mut Dice) -> Value {
    match dice.below(7) {
        0 => json!("*"),
        1 => json!({ "AWS": "*" }),
        2 => json!({ "Service": dice.some(&["ec2.amazonaws.com", "s3.amazonaws.com"]) }),
        3 => json!({ "Federated": dice.pick(&PRINCIPALS[8..9]), "Service": "ec2.amazonaws.com" }),
        4 if dice.chance(20) => json!({ "AWS": "arn:aws:iam::111122223333:user/ann" }),
        4 => json!({ "AWS": dice.pick(&["111122223333", "arn:aws:iam::111122223333:root", "444455556666"]) }),
        _ => json!({ "AWS": dice.some(&PRINCIPALS[..8]) }),
    }
}

/// Whole chains only: what a part of one spares, the documentation leaves open.
fn not_principal(dice: &mut Dice) -> Value {
    let account = "arn:aws:iam::111122223333:root";
    match dice.below(6) {
        0 => json!({ "AWS": [account, PRINCIPALS[5], PRINCIPALS[4], ROLE, PRINCIPALS[2], PRINCIPALS[0]] }),
        1 => json!({ "AWS": [account, ROLE, PRINCIPALS[0], PRINCIPALS[2], PRINCIPALS[4], PRINCIPALS[5]] }),
        2 => json!({ "Service": "ec2.amazonaws.com" }),
        3 => json!({ "Federated": PRINCIPALS[8] }),
        // All but Bob, as the documentation's example has it.
        4 => json!({ "AWS": [account, PRINCIPALS[4], PRINCIPALS[5]] }),
        _ => json!({ "AWS": ["arn:aws:iam::999999999999:root", "arn:aws:iam::999999999999:user/x"] }),
    }
}

fn conditions(dice: &mut Dice) -> Value {
    let mut block = Map::new();
    for _ in 0..=dice.below(2) {
        let (key, operators, values, _) = dice.word();
        if dice.chance(10) {
            let name = dice.pick(&["Null", "Null", "Null", "ForAllValues:Null", "ForAnyValue:Null"]);
            block.insert(name.to_owned(), json!({ key: dice.pick(&["true", "false"]) }));
            continue;
        }
        let prefix = match dice.below(8) {
            0 => "ForAllValues:",
            1 => "ForAnyValue:",
            _ if key == "aws:TagKeys" => dice.pick(&["ForAllValues:", "ForAnyValue:"]),
            _ => "",
        };
        let suffix = if dice.chance(25) { "IfExists" } else { "" };
        let name = if dice.chance(15) { key.to_lowercase() } else { key.to_owned() };
        let values = if dice.chance(2) { json!([]) } else { dice.some(values) };
        block.insert(format!("{prefix}{}{suffix}", dice.pick(operators)), json!({ name: values }));
    }
    Value::Object(block)
}
