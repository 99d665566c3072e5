//! Who keeps an object as it is: a tool that will put back what it has written down elsewhere.

use super::Name;
use std::fmt;

/// A tool that keeps an object, and what it calls the thing that the object is part of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Keeper {
    /// The tool.
    pub tool: Tool,
    /// The application, release, stack, …; `None` where nothing tells.
    pub name: Option<Name>,
}

/// The tools that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tool {
    /// Argo CD, by an application.
    ArgoCd,
    /// Flux, by a Kustomization or a `HelmRelease`.
    Flux,
    /// Helm, by a release.
    Helm,
    /// eksctl, by its own CloudFormation stack.
    Eksctl,
    /// EKS itself, by an add-on.
    EksAddOn,
    /// CloudFormation, by a stack.
    CloudFormation,
    /// Terraform, or what was forked from it.
    Terraform,
    /// AWS Controllers for Kubernetes.
    Ack,
    /// Crossplane, by a managed resource.
    Crossplane,
}

impl Tool {
    /// Its name, as it calls itself.
    pub fn label(self) -> &'static str {
        match self {
            Self::ArgoCd => "Argo CD",
            Self::Flux => "Flux",
            Self::Helm => "Helm",
            Self::Eksctl => "eksctl",
            Self::EksAddOn => "an EKS add-on",
            Self::CloudFormation => "CloudFormation",
            Self::Terraform => "Terraform",
            Self::Ack => "ACK",
            Self::Crossplane => "Crossplane",
        }
    }

    /// Its name, for machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::ArgoCd => "argocd",
            Self::Flux => "flux",
            Self::Helm => "helm",
            Self::Eksctl => "eksctl",
            Self::EksAddOn => "eksAddOn",
            Self::CloudFormation => "cloudFormation",
            Self::Terraform => "terraform",
            Self::Ack => "ack",
            Self::Crossplane => "crossplane",
        }
    }

    /// The tool that machines name so, if there is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.word() == word)
    }

    /// Every tool.
    pub const ALL: [Self; 9] = [
        Self::ArgoCd,
        Self::Flux,
        Self::Helm,
        Self::Eksctl,
        Self::EksAddOn,
        Self::CloudFormation,
        Self::Terraform,
        Self::Ack,
        Self::Crossplane,
    ];
}

impl Keeper {
    /// A keeper of which no more is known than the tool, or what it calls the thing too.
    pub fn new(tool: Tool, name: Option<&str>) -> Self {
        Self { tool, name: name.filter(|name| !name.is_empty()).map(Name::from) }
    }
}

impl fmt::Display for Keeper {
    /// `Helm (release shop)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.tool {
            Tool::ArgoCd => "application ",
            Tool::Helm => "release ",
            Tool::CloudFormation | Tool::Eksctl => "stack ",
            _ => "",
        };
        match &self.name {
            Some(name) => write!(f, "{} ({part}{name})", self.tool.label()),
            None => f.write_str(self.tool.label()),
        }
    }
}
