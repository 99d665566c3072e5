//! What an identity may do: the policies of its role as they were read, and requests held against them. What was not
//! read is named; it never counts as an Allow, and a Deny that may stand in it is never taken for absent.

mod admin;
mod answer;
mod asked;
mod decided;
mod doubt;
mod given;
mod nearest;
mod policies;
mod question;
mod several;

pub use admin::{AdminAsking, AdminWay, is_admin};
pub use answer::answer;
pub use asked::{Asked, Circumstances, spelled_out};
pub use decided::{Access, access};
pub use doubt::Doubt;
pub use given::{Given, RESOURCE_POLICY, SCP};
pub use nearest::{Miss, Near};
pub use policies::{Policies, Source, policies_of};
pub use question::{NoQuestion, is_action, is_key, is_resource};
pub use several::Several;
