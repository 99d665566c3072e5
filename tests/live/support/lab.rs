//! The lab: kubectl, AWS calls that change something, faults.

use std::process::Command;

/// Runs the lab's kubectl as the admin and gives what it prints.
pub(crate) fn kubectl(arguments: &[&str]) -> String {
    let output = Command::new("kubectl").args(arguments).output().expect("kubectl of the lab, in PATH");
    assert!(output.status.success(), "kubectl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
