//! Which pairs of action and resource of a statement come to something.
//!
//! A statement that names the actions of a bucket and of its objects together with both ARNs allows four pairs, of which S3
//! ever asks two: a bucket's ARN has no slash, an object's has one (service authorization reference, "Actions, resources,
//! and condition keys for Amazon S3"). Who gets the same two by two statements has lost nothing.

/// The actions on objects that do not say so in their names.
const ON_OBJECTS: [&str; 5] = [
    "AbortMultipartUpload",
    "BypassGovernanceRetention",
    "ListMultipartUploadParts",
    "ReplicateDelete",
    "ReplicateTags",
];
/// How the actions on buckets begin that are told from those on objects.
const ON_BUCKETS: [&str; 5] = ["CreateBucket", "DeleteBucket", "GetBucket", "ListBucket", "PutBucket"];

/// Whether the action is ever asked for on such a resource; where that is not certain, it is.
pub(super) fn comes_to_something(action: &str, resource: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else { return true };
    let mut parts = resource.splitn(6, ':');
    let (Some("arn"), Some(_), Some("s3"), Some(""), Some(""), Some(what)) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return true;
    };
    if !service.eq_ignore_ascii_case("s3") || name.contains(['*', '?']) {
        return true;
    }
    let is = |own: &&str| name.eq_ignore_ascii_case(own);
    let begins = |own: &&str| name.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own));
    let lower = name.to_ascii_lowercase();
    let names_objects = lower.contains("object") && !lower.contains("bucket") && !lower.contains("lambda");
    if names_objects || ON_OBJECTS.iter().any(is) {
        return what.contains(['/', '*', '?', '$']);
    }
    // in front of a slash there is a bucket, behind it an object
    !(ON_BUCKETS.iter().any(begins) && what.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_and_objects_are_told_apart_where_that_is_certain() {
        let (bucket, objects) = ("arn:aws:s3:::logs", "arn:aws:s3:::logs/*");
        for (action, on_bucket, on_objects) in [
            ("s3:ListBucket", true, false),
            ("s3:GetBucketLocation", true, false),
            ("s3:PutBucketObjectLockConfiguration", true, false),
            ("s3:GetObject", false, true),
            ("S3:putobjectacl", false, true),
            ("s3:AbortMultipartUpload", false, true),
            ("s3:PutLifecycleConfiguration", true, true),
            ("s3:Get*", true, true),
            ("sqs:SendMessage", true, true),
            ("*", true, true),
        ] {
            assert_eq!(comes_to_something(action, bucket), on_bucket, "{action}");
            assert_eq!(comes_to_something(action, objects), on_objects, "{action}");
        }
        for wide in
            ["*", "arn:aws:s3:::logs*", "arn:aws:s3:::${aws:PrincipalTag/b}", "arn:aws:s3:eu-west-1:1:accesspoint/a"]
        {
            assert!(comes_to_something("s3:GetObject", wide), "{wide}");
        }
    }
}
