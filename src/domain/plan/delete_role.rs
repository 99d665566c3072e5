//! Deleting a role that this program made: what has no way back is refused wherever somebody may still hang on it.

use super::as_planned::is_as_planned;
use super::attach::{attached, change};
use super::create_role::CLUSTER_TAG;
use super::earlier::going;
use super::owned::warn_of_keepers;
use super::put::removals;
use super::removal::kept;
use super::surroundings::named;
use super::users::Users;
use super::{Change, Content, Plan, PlanKind, PlanRefusal, RoleContent, Seen, Target};
use crate::domain::identity::{UNUSED_DAYS, days_since};
use crate::domain::model::{Gap, GapReason, Name, Question, Reading, Role, RoleArn, Time};

/// What tells which instance profiles hold a role.
const LIST_PROFILES: &str = "iam:ListInstanceProfilesForRole";

/// The plan that deletes a role, its policies first. There is no undo: a role of the same name is another.
///
/// # Errors
/// Where its tags do not say that this program made it for this cluster, it was used lately, somebody uses it or may, or
/// not everything about it could be read.
pub fn delete_role(seen: Seen<'_>, role: &RoleArn, now: Time) -> Result<Plan, PlanRefusal> {
    let read = seen.role_to_change(role)?;
    let name = role.path_and_name();
    let users = may_be_deleted(seen, read, now)?;
    if read.max_session_seconds.is_none() {
        let sentence = format!("the longest session of role {name} was not read");
        return Err(PlanRefusal::unread(&Gap::new(
            format!("role {name}"),
            "iam:GetRole",
            GapReason::NotLoadedYet,
            sentence,
        )));
    }
    let mut plan = Plan::new(PlanKind::DeleteRole, format!("delete role {name}"));
    for policy in attached(read)? {
        plan.push(change(role, &policy.arn, (Content::Present, Content::Absent)));
    }
    for removal in removals(read)? {
        plan.push(removal);
    }
    plan.push(Change {
        target: Target::Role { name: Name::from(role.role_name()) },
        from: Content::Role(Box::new(RoleContent::of(read))),
        to: Content::Absent,
    });
    plan.effects.push("this cannot be taken back: a role of the same name is another one".to_owned());
    plan.effects.extend(plan.steps.last().and_then(|step| kept(seen, &step.change)));
    plan.effects.push(format!("{}; what was done in the last 4 hours may not be counted yet", use_of(read, now)));
    warn_of_keepers(&mut plan, seen);
    users.tell(&mut plan, role, &[]);
    Ok(plan)
}

/// When it was last used. IAM tells of the last 400 days (IAM user guide, "Last accessed information"), of which a younger
/// role was not there for all.
fn use_of(role: &Role, now: Time) -> String {
    const TOLD_OF: i64 = 400 * 86_400;
    let day = |at: Time| at.strftime("%Y-%m-%d");
    match (&role.last_used, role.created) {
        (Some(last), _) => format!("it was last used on {}", day(last.at)),
        (None, Some(made)) if now.duration_since(made).as_secs() < TOLD_OF => {
            format!("IAM knows of no use of it since it was made on {}", day(made))
        }
        (None, _) => "IAM knows of no use of it in 400 days".to_owned(),
    }
}

/// Refuses where somebody uses it, or may.
fn may_be_deleted(seen: Seen<'_>, role: &Role, now: Time) -> Result<Users, PlanRefusal> {
    is_made_here(seen, role)?;
    is_out_of_use(role, now)?;
    let users = Users::of(seen, &role.arn);
    has_no_users(&users, &role.arn)?;
    are_profiles_known(seen, &role.arn)?;
    Ok(users)
}

/// IAM deletes no role that an instance profile holds, and says so only when its policies are gone already.
fn are_profiles_known(seen: Seen<'_>, role: &RoleArn) -> Result<(), PlanRefusal> {
    let aws = seen.inventory.aws();
    let gap = match aws.profiles_of(role.as_str()) {
        Some(Reading::Read { .. } | Reading::Missing { .. }) => return Ok(()),
        // a sweep over all roles tells it of each
        _ if aws.sweep().and_then(Reading::value).is_some() => return Ok(()),
        Some(Reading::Unread(gap)) => gap.clone(),
        None => {
            let sentence = format!("which instance profiles hold role {} was not read yet", role.path_and_name());
            Gap::new("instance profiles", LIST_PROFILES, GapReason::NotLoadedYet, sentence)
        }
    };
    Err(PlanRefusal::unread(&gap))
}

/// Whether the rest of a deletion may be gone on with. That the role is gone already is no reason against it.
pub(super) fn may_be_gone_on_with(seen: Seen<'_>, left: &Plan, now: Time) -> Result<(), PlanRefusal> {
    let changes: Vec<&Change> = left.steps.iter().map(|step| &step.change).collect();
    let Some((name, planned)) = changes.iter().copied().find_map(going) else { return Ok(()) };
    seen.signed_in_to()?;
    let Some(arn) = seen.arn_here(&format!("{}{name}", planned.path)).map(RoleArn::new) else { return Ok(()) };
    let is_gone = seen.inventory.aws().role(arn.as_str()).is_some_and(Reading::is_missing);
    if is_gone && seen.role_named(name).is_none() {
        return Ok(());
    }
    let read = seen.role_to_change(&arn)?;
    may_be_deleted(seen, read, now)?;
    is_as_planned(seen, (read, planned), &changes)
}

/// What has to be read before a role is deleted, and was not: itself, of which a sweep over all roles tells the most only,
/// and who uses it.
pub fn deletion_questions(seen: Seen<'_>, role: &RoleArn) -> Vec<Question> {
    let aws = seen.inventory.aws();
    let mut open = Vec::new();
    let reading = aws.role(role.as_str());
    let is_in_part = reading.and_then(Reading::value).is_some_and(|role| role.max_session_seconds.is_none());
    let is_unread = is_in_part || (Reading::is_awaited(reading) && role.problem().is_none());
    open.extend(is_unread.then(|| Question::Role(role.name_shared())));
    open.extend(Reading::is_awaited(aws.associations()).then_some(Question::Associations));
    let is_there = aws.role(role.as_str()).and_then(Reading::value).is_some();
    let is_unread = is_there && aws.profiles_of(role.as_str()).is_none();
    open.extend(is_unread.then(|| Question::ProfilesOf(role.name_shared())));
    open
}

/// Why a role is not deleted, as far as the role itself tells: who uses it is looked at when it is planned.
pub fn refused_deletion(seen: Seen<'_>, role: &RoleArn, now: Time) -> Option<PlanRefusal> {
    let read = match seen.role_to_change(role) {
        Ok(read) => read,
        Err(refusal) => return Some(refusal),
    };
    is_made_here(seen, read).and_then(|()| is_out_of_use(read, now)).err()
}

fn is_made_here(seen: Seen<'_>, role: &Role) -> Result<(), PlanRefusal> {
    let name = role.arn.path_and_name();
    let Some((_, made_for)) = role.tags.iter().find(|(key, _)| &**key == CLUSTER_TAG) else {
        let sentence = format!("role {name} has no tag {CLUSTER_TAG}: rolecall deletes only what it made");
        return Err(PlanRefusal::new(sentence).hint("whoever made it has a way to delete it"));
    };
    let cluster = seen.inventory.aws().cluster().and_then(Reading::value).map(|cluster| &cluster.name);
    match cluster {
        Some(cluster) if cluster == made_for => Ok(()),
        Some(cluster) => {
            Err(PlanRefusal::new(format!("role {name} was made for cluster {made_for}, and this is {cluster}"))
                .hint("go there first: --context, --cluster-name"))
        }
        None => Err(PlanRefusal::new("which EKS cluster this is, is not known").hint("name it: --cluster-name")),
    }
}

fn is_out_of_use(role: &Role, now: Time) -> Result<(), PlanRefusal> {
    let Some(last) = &role.last_used else { return Ok(()) };
    let days = days_since(last.at, now);
    if days >= UNUSED_DAYS {
        return Ok(());
    }
    let ago = match days {
        i64::MIN..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    let sentence = format!(
        "role {} was last used {ago}: it is deleted after {UNUSED_DAYS} days without use",
        role.arn.path_and_name()
    );
    Err(PlanRefusal::new(sentence).hint("find out who uses it: CloudTrail, by the role's name"))
}

fn has_no_users(users: &Users, role: &RoleArn) -> Result<(), PlanRefusal> {
    let name = role.path_and_name();
    if let Some(doubt) = users.doubts.first() {
        let sentence = format!("who uses role {name} is not wholly known: {doubt}");
        return Err(PlanRefusal::new(sentence).hint("it is deleted only where nobody can be missed"));
    }
    if users.count() > 0 {
        let refusal = PlanRefusal::new(format!("role {name} is used by {}", users.lines().join("; ")));
        let bound: Vec<String> = users.bound.iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect();
        return Err(match bound.as_slice() {
            [] => refusal.hint("take it from them first"),
            bound => refusal
                .hint(format!("take it from them first: rolecall annotate --remove, dissociate: {}", named(bound))),
        });
    }
    if users.is_open {
        let sentence =
            format!("the trust policy of role {name} lets in others than this cluster: who uses it cannot be seen");
        return Err(PlanRefusal::new(sentence));
    }
    Ok(())
}
