//! What was read once stays when it cannot be read again just now: an answer that was throttled, that did not come in
//! time or for which the credentials have expired says nothing about what was asked. The one before it still says what
//! was so, and when.

use super::{Aws, Delta, Inventory};
use crate::domain::model::{Association, Gap, Name, Reading};

impl Inventory {
    /// Whether the news is only that something could not be read again.
    pub(super) fn outlives(&self, news: &Delta) -> bool {
        let aws = &self.aws;
        match news {
            Delta::KubernetesUser(news) => outlives(self.user.as_ref(), news),
            Delta::ConfigMapKeys(namespace, name, news) => {
                outlives(self.config_map_keys.get(&(namespace.clone(), name.clone())), news)
            }
            Delta::Template(namespace, kind, name, news) => {
                outlives(self.templates.get(&(namespace.clone(), kind.clone(), name.clone())), news)
            }
            Delta::Caller(news) => outlives(aws.caller.as_ref(), news),
            Delta::Cluster(news) => outlives(aws.cluster.as_ref(), news),
            Delta::Associations(news) => outlives(aws.associations_over(None), news),
            Delta::AssociationsOf(namespace, news) => outlives(aws.associations_over(Some(namespace)), news),
            Delta::Providers(news) => outlives(aws.providers.as_ref(), news),
            Delta::Role(arn, news) => outlives(aws.roles.get(arn), news),
            Delta::ManagedPolicy(arn, news) => outlives(aws.policies.get(arn), news),
            Delta::Instance(id, news) => outlives(aws.instances.get(id), news),
            Delta::InstanceProfile(arn, news) => outlives(aws.profiles.get(arn), news),
            Delta::Nodegroup(name, news) => outlives(aws.nodegroups.get(name), news),
            _ => false,
        }
    }
}

impl Aws {
    /// The associations of just that namespace, or of the cluster.
    fn associations_over(&self, namespace: Option<&Name>) -> Option<&Reading<std::sync::Arc<super::Associations>>> {
        self.associations.as_ref().filter(|_| self.associations_of.as_ref() == namespace)
    }

    /// The association, or what was read of the same one before it could not be described again.
    pub(super) fn described(&self, news: Association) -> Association {
        let passes = |gap: &Gap| gap.reason.passes();
        if !news.undescribed.as_ref().is_some_and(passes) {
            return news;
        }
        let before = self.associations().and_then(Reading::value);
        let key = (news.namespace.clone(), news.service_account.clone());
        let same = before.and_then(|all| all.get(&key)).filter(|old| old.id == news.id && old.undescribed.is_none());
        same.cloned().unwrap_or(news)
    }
}

fn outlives<T, U>(held: Option<&Reading<T>>, news: &Reading<U>) -> bool {
    held.is_some_and(|held| held.gap().is_none()) && news.gap().is_some_and(|gap| gap.reason.passes())
}

#[cfg(test)]
mod tests {
    use crate::domain::inventory::{Delta, Dirty, Inventory};
    use crate::domain::model::{Association, Gap, GapReason, Name, Reading, RoleArn, Time};

    fn told(deltas: Vec<Delta>) -> Inventory {
        let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
        for delta in deltas {
            inventory.apply(delta, &mut dirty);
        }
        inventory
    }

    fn gap(reason: GapReason) -> Gap {
        Gap::new("it", "call", reason, "it was not read")
    }

    fn association(undescribed: Option<Gap>) -> Association {
        let role_arn = undescribed.is_none().then(|| RoleArn::from("arn:aws:iam::111122223333:role/api"));
        let (id, namespace, service_account) = ("a-1".into(), "shop".into(), "api".into());
        Association { id, namespace, service_account, role_arn, undescribed, ..Association::default() }
    }

    fn read(association: Association) -> Delta {
        Delta::Associations(Reading::Read { value: vec![association], at: Time::UNIX_EPOCH })
    }

    #[test]
    fn what_could_not_be_read_again_just_now_stays_as_it_was_read() {
        let before = told(vec![read(association(None))]);
        for reason in [GapReason::Throttled, GapReason::Timeout, GapReason::Expired, GapReason::NoCredentials] {
            let after = told(vec![read(association(None)), Delta::Associations(Reading::Unread(gap(reason)))]);
            assert_eq!(after, before, "{reason}");
            let after = told(vec![read(association(None)), read(association(Some(gap(reason))))]);
            assert_eq!(after, before, "{reason}");
        }
    }

    #[test]
    fn what_is_refused_or_was_never_read_is_a_gap() {
        let shop = (Name::from("shop"), Name::from("api"));
        let lookup = |inventory: &Inventory| inventory.aws().association(&shop.0, &shop.1).gap().map(|gap| gap.reason);
        let refused = Delta::Associations(Reading::Unread(gap(GapReason::Forbidden)));
        assert_eq!(lookup(&told(vec![read(association(None)), refused])), Some(GapReason::Forbidden));
        let late = Delta::Associations(Reading::Unread(gap(GapReason::Timeout)));
        assert_eq!(lookup(&told(vec![late])), Some(GapReason::Timeout));
        let of_one = Delta::AssociationsOf("shop".into(), Reading::Unread(gap(GapReason::Timeout)));
        assert_eq!(lookup(&told(vec![read(association(None)), of_one])), Some(GapReason::Timeout), "another list");
    }
}
