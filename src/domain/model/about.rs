//! What is looked at, as far as it is known before anything was asked.

use super::Time;

/// Where facts come from, for the header and `rolecall info`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// What it reads.
    pub origin: Origin,
    /// The kubeconfig context's name.
    pub context: Option<String>,
    /// The API server's URL.
    pub server: Option<String>,
    /// The EKS cluster's name, as far as it was found out without asking.
    pub cluster_name: Option<String>,
    /// The AWS region, likewise.
    pub region: Option<String>,
    /// The region that AWS is asked in as long as nothing tells the cluster's: by the environment or the profile.
    pub usual_region: Option<String>,
    /// The AWS profile in use, where one is named.
    pub profile: Option<String>,
    /// The namespace of the context, or of `-n`.
    pub namespace: Option<String>,
    /// Something may be changed there: there is a way to write, and nobody has forbidden it.
    pub may_change: bool,
    /// The configuration marks the context as production: changes ask for the cluster's name.
    pub production: bool,
    /// The moment from which ages count, where it is not now: a capture's, which stands still, or that of the demo, which
    /// goes on from there.
    pub taken_at: Option<Time>,
    /// What others' programs have to be told to get there.
    pub detour: Detour,
}

/// The words that take `kubectl` and `aws` to where this program is, beside where they go by themselves: what it was told
/// by flags and settings. Empty where they would go there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Detour {
    /// Words for `kubectl`, as `--context` and its value.
    pub kubectl: Vec<String>,
    /// Words for `aws`, as `--profile` and its value.
    pub aws: Vec<String>,
}

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// A cluster.
    #[default]
    Live,
    /// A capture, by its file's name.
    Capture(String),
    /// The embedded demo.
    Demo,
}
