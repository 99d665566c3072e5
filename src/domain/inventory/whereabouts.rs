//! Which cluster this is, and where it lies: by the first that tells it.

use super::Inventory;
use crate::domain::model::{About, Reading};

impl Inventory {
    /// The EKS cluster's name: as EKS gives it, else as flags or the kubeconfig do, else as a node is labelled.
    pub fn cluster_name<'a>(&'a self, about: &'a About) -> Option<&'a str> {
        let described = self.aws().cluster().and_then(Reading::value).map(|cluster| &*cluster.name);
        let labelled = || self.nodes().find_map(|node| node.cluster_name.as_deref());
        described.or(about.cluster_name.as_deref()).or_else(labelled)
    }

    /// Its region, likewise; where nothing tells it, the one that AWS is asked in.
    pub fn region<'a>(&'a self, about: &'a About) -> Option<&'a str> {
        let described = self.aws().cluster().and_then(Reading::value).and_then(|cluster| cluster.region.as_deref());
        let labelled = || self.nodes().find_map(|node| node.region.as_deref());
        described.or(about.region.as_deref()).or_else(labelled).or(about.usual_region.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::inventory::{Delta, Dirty};
    use crate::domain::model::{Cluster, Compute, Name, Node, Time};

    fn node(name: &str, cluster: Option<&str>, region: Option<&str>) -> Delta {
        Delta::Node(Box::new(Node {
            name: name.into(),
            created: None,
            compute: Compute::Ec2,
            provider_id: None,
            region: region.map(Name::from),
            nodegroup: None,
            nodepool: None,
            fargate_profile: None,
            cluster_name: cluster.map(Name::from),
            windows: false,
        }))
    }

    #[test]
    fn the_nearest_to_the_cluster_tells_where_it_lies() {
        let (mut inventory, mut about) = (Inventory::default(), About::default());
        let expect = |inventory: &Inventory, about: &About, name: Option<&str>, region: Option<&str>| {
            assert_eq!((inventory.cluster_name(about), inventory.region(about)), (name, region));
        };
        expect(&inventory, &about, None, None);
        about.usual_region = Some("us-east-1".to_owned());
        expect(&inventory, &about, None, Some("us-east-1"));
        let mut dirty = Dirty::default();
        inventory.apply(node("a", None, None), &mut dirty);
        expect(&inventory, &about, None, Some("us-east-1"));
        inventory.apply(node("b", Some("labelled"), Some("eu-west-1")), &mut dirty);
        expect(&inventory, &about, Some("labelled"), Some("eu-west-1"));
        (about.cluster_name, about.region) = (Some("named".to_owned()), Some("eu-west-2".to_owned()));
        expect(&inventory, &about, Some("named"), Some("eu-west-2"));
        let described = Cluster { name: "described".into(), region: Some("eu-west-3".into()), ..Cluster::default() };
        let at = Time::UNIX_EPOCH;
        inventory.apply(Delta::Cluster(Reading::Read { value: described, at }), &mut dirty);
        expect(&inventory, &about, Some("described"), Some("eu-west-3"));
    }
}
