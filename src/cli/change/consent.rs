//! Whether a plan is agreed to: what is asked where somebody can be, and what has to be said before where nobody can.
//!
//! `--yes` was written when things stood as they did then: a script that attaches a policy to one pod's role does the same
//! when ten others use it by now. So whatever a plan does to more than itself has a flag of its own, as it has a word of
//! its own that is typed.

use super::args::{AcceptedArgs, ChangeArgs};
use super::text;
use crate::cli::args::Format;
use crate::cli::exit::{INTERRUPTED, Stop, USAGE};
use crate::cli::notes;
use crate::domain::plan::{Consent, Place, Plan};
use std::io::{BufRead, IsTerminal, Write};

/// Asks, unless it was said already; `done`: the steps of the plan that were done before.
pub(super) fn consent(
    (plan, done): (&Plan, &[usize]),
    place: &Place,
    is_production: bool,
    args: &ChangeArgs,
) -> Result<(), Stop> {
    let wanted = plan.consents(place, is_production);
    if args.yes {
        return said_before(&wanted, args.accepted);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Stop::usage("nothing was changed: nobody can be asked here").hint("--yes does it without asking"));
    }
    // standard output is a machine's then, and gets the plan with what came of it: whoever is asked sees it here
    if matches!(args.output.output, Format::Json | Format::Yaml) {
        let mut err = std::io::stderr().lock();
        text::preview(&mut err, plan, done).and_then(|()| writeln!(err)).map_err(|_| unseen())?;
    }
    for own in &wanted {
        let word = own.word();
        notes::ask(&match (own, own.because()) {
            (Consent::Yes, _) => "do it? [y/N]".to_owned(),
            (_, Some(because)) => format!("{because}: type {word} to do it all the same:"),
            (_, None) => format!("type {word} to do it:"),
        });
        let mut typed = String::new();
        let read = std::io::stdin().lock().read_line(&mut typed);
        if read.is_err() || typed.trim() != word {
            return Err(Stop { said: "nothing was changed".into(), hint: None, code: INTERRUPTED });
        }
    }
    Ok(())
}

/// Where the preview cannot be written, nobody has seen it.
fn unseen() -> Stop {
    Stop { said: "nothing was changed: what would be done could not be shown".into(), hint: None, code: INTERRUPTED }
}

/// Refuses what `--yes` alone does not do.
fn said_before(wanted: &[Consent], accepted: AcceptedArgs) -> Result<(), Stop> {
    let flag = |own: &Consent| match own {
        Consent::Loss if !accepted.accept_loss => Some("--accept-loss"),
        Consent::Others if !accepted.accept_others => Some("--accept-others"),
        _ => None,
    };
    let open: Vec<(&str, &str)> = wanted.iter().filter_map(|own| Some((own.because()?, flag(own)?))).collect();
    if open.is_empty() {
        return Ok(());
    }
    let (because, flags): (Vec<&str>, Vec<&str>) = open.into_iter().unzip();
    let said = format!("nothing was changed: {}", because.join("; "));
    let hint = format!("--yes {} does it all the same", flags.join(" "));
    Err(Stop { said, hint: Some(hint), code: USAGE })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        change: ChangeArgs,
    }

    fn refused(wanted: &[Consent], flags: &[&str]) -> Option<(String, Option<String>)> {
        let line = Line::try_parse_from([&["change"], flags].concat()).unwrap();
        said_before(wanted, line.change.accepted).err().map(|stop| (stop.said, stop.hint))
    }

    #[test]
    fn yes_alone_does_nothing_to_others_and_loses_nothing() {
        assert_eq!(refused(&[Consent::Yes], &["--yes"]), None);
        assert_eq!(refused(&[Consent::Name("prod".into())], &["--yes"]), None);
        let both = [Consent::Loss, Consent::Others];
        let (said, hint) = refused(&both, &["--yes"]).unwrap();
        assert!(said.contains("pods lose something") && said.contains("others use the role"), "{said}");
        assert_eq!(hint.as_deref(), Some("--yes --accept-loss --accept-others does it all the same"));
        let (said, hint) = refused(&both, &["--yes", "--accept-others"]).unwrap();
        assert!(!said.contains("others"), "{said}");
        assert_eq!(hint.as_deref(), Some("--yes --accept-loss does it all the same"));
        assert_eq!(refused(&both, &["--yes", "--accept-loss", "--accept-others"]), None);
    }
}
