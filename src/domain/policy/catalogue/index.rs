//! The catalogue's text and where its lines begin; look-ups by name.

use super::entry::{KnownAction, Service};
use super::spelling::nearest;
use crate::domain::policy::{Action, ActionPattern};
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

/// The form of the text that is understood.
const FIRST_LINE: &str = "catalogue 1";
/// How many names "did you mean" offers at most.
const OFFERED: usize = 3;

/// What AWS has: services, their actions and resource types, and condition keys.
#[derive(Default, PartialEq, Eq)]
pub struct Catalogue {
    text: String,
    /// Where each line begins, and where the last one ends.
    starts: Vec<u32>,
    source: usize,
    keys: Range<usize>,
    services: Vec<ServiceLines>,
}

/// Which lines are a service's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServiceLines {
    pub(super) head: usize,
    pub(super) resources: Range<usize>,
    pub(super) actions: Range<usize>,
}

/// Why a text is no catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogueError {
    /// Its first line names no form that is understood.
    Form,
    /// This line, counted from 1, is none that may stand there.
    Line(usize),
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => out.write_str("the catalogue of actions is of a form that this version does not read"),
            Self::Line(line) => write!(out, "line {line} of the catalogue of actions cannot be read"),
        }
    }
}

impl std::error::Error for CatalogueError {}

impl fmt::Debug for Catalogue {
    /// How much is in it: the whole of it is megabytes.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Catalogue of {} services", self.services.len())
    }
}

impl Catalogue {
    /// Finds the lines of a catalogue's text.
    pub fn read(text: String) -> Result<Self, CatalogueError> {
        let mut catalogue = Self::default();
        let mut start = 0;
        for (number, line) in text.split_terminator('\n').enumerate() {
            catalogue.starts.push(start);
            start += line.len() as u32 + 1;
            if number == 0 {
                if line != FIRST_LINE {
                    return Err(CatalogueError::Form);
                }
                continue;
            }
            catalogue.take(number, line).ok_or(CatalogueError::Line(number + 1))?;
        }
        if catalogue.starts.is_empty() {
            return Err(CatalogueError::Form);
        }
        catalogue.starts.push(start);
        catalogue.text = text;
        Ok(catalogue)
    }

    /// Puts one line in its place; `None` where it has none.
    fn take(&mut self, number: usize, line: &str) -> Option<()> {
        let (kind, _) = line.split_once('\t')?;
        let service = self.services.last_mut();
        match kind {
            "source" => self.source = number,
            "K" if self.keys.is_empty() => self.keys = number..number + 1,
            "K" if self.keys.end == number => self.keys.end += 1,
            "S" => self.services.push(ServiceLines {
                head: number,
                resources: number + 1..number + 1,
                actions: number + 1..number + 1,
            }),
            "R" => {
                let service = service.filter(|it| it.resources.end == number)?;
                service.resources.end += 1;
                service.actions = number + 1..number + 1;
            }
            "A" => service.filter(|it| it.actions.end == number)?.actions.end += 1,
            _ => return None,
        }
        Some(())
    }

    pub(super) fn line(&self, number: usize) -> &str {
        let (Some(start), Some(end)) = (self.starts.get(number), self.starts.get(number + 1)) else { return "" };
        self.text.get(*start as usize..*end as usize - 1).unwrap_or_default()
    }

    /// The condition key of a number.
    pub(super) fn key_line(&self, number: usize) -> Option<&str> {
        let line = self.keys.start + number;
        self.keys.contains(&line).then(|| self.line(line))
    }

    /// Where the data comes from: name and version, licence, date.
    pub fn source(&self) -> impl Iterator<Item = &str> {
        self.line(self.source).split('\t').skip(1)
    }

    /// All services, by their prefixes.
    pub fn services(&self) -> impl Iterator<Item = Service<'_>> {
        self.services.iter().map(|lines| Service::new(self, lines))
    }

    /// The service of a prefix, whatever its case.
    ///
    /// ```
    /// use rolecall::domain::policy::catalogue::Catalogue;
    ///
    /// let text = "catalogue 1\nS\ts3\tAmazon S3\nA\tGetObject\tR\tobject\t\t\n";
    /// let catalogue = Catalogue::read(text.to_owned()).unwrap();
    /// assert_eq!(catalogue.service("S3").unwrap().name(), "Amazon S3");
    /// assert!(catalogue.action("s3:getobject").is_some());
    /// ```
    pub fn service(&self, prefix: &str) -> Option<Service<'_>> {
        let place = self.services.binary_search_by(|lines| without_case(Service::new(self, lines).prefix(), prefix));
        place.ok().and_then(|place| self.services.get(place)).map(|lines| Service::new(self, lines))
    }

    /// The action of a name (`s3:GetObject`), whatever its case.
    pub fn action(&self, name: &str) -> Option<KnownAction<'_>> {
        let (prefix, name) = name.split_once(':')?;
        self.service(prefix)?.action(name)
    }

    /// The actions that a pattern matches, service by service.
    pub fn expand(&self, pattern: &ActionPattern) -> impl Iterator<Item = KnownAction<'_>> {
        let services = match (pattern.is_nothing(), pattern.service()) {
            (true, _) => Vec::new(),
            (false, Some(prefix)) => self.service(prefix).into_iter().collect(),
            (false, None) => self.services().collect(),
        };
        let pattern = pattern.clone();
        services
            .into_iter()
            .flat_map(Service::actions)
            .filter(move |action| pattern.is_everything() || pattern.matches(&Action::new(&action.full_name())))
    }

    /// What a half-typed action may become: prefixes with their colon until there is one, then whole actions.
    pub fn completions(&self, typed: &str, limit: usize) -> Vec<String> {
        match typed.split_once(':') {
            None => self
                .services()
                .filter(|service| begins_with(service.prefix(), typed))
                .map(|service| format!("{}:", service.prefix()))
                .take(limit)
                .collect(),
            Some((prefix, name)) => self
                .service(prefix)
                .into_iter()
                .flat_map(Service::actions)
                .filter(|action| begins_with(action.name(), name))
                .map(KnownAction::full_name)
                .take(limit)
                .collect(),
        }
    }

    /// What a misspelt action or pattern was probably to be, the nearest first; nothing where it is known.
    ///
    /// An unknown service is corrected where the nearest service has such an action or where there is no better guess;
    /// an unknown action is looked for in its service, and then by its name in all others.
    pub fn did_you_mean(&self, written: &str) -> Vec<String> {
        let (prefix, name) = written.split_once(':').unwrap_or((written, ""));
        if self.expand(&ActionPattern::new(written)).next().is_some() {
            return Vec::new();
        }
        let Some(service) = self.service(prefix) else { return self.other_service(prefix, name) };
        let mut found: Vec<String> = nearest(name, service.actions().map(KnownAction::name))
            .into_iter()
            .map(|near| format!("{}:{near}", service.prefix()))
            .collect();
        if found.is_empty() && !name.is_empty() {
            found.extend(self.services().filter_map(|other| other.action(name)).map(KnownAction::full_name));
        }
        found.truncate(OFFERED);
        found
    }

    fn other_service(&self, prefix: &str, name: &str) -> Vec<String> {
        let near = nearest(prefix, self.services().map(Service::prefix));
        let mut found: Vec<String> = near
            .iter()
            .filter_map(|near| self.service(near))
            .filter_map(|service| service.action(name).map(KnownAction::full_name))
            .collect();
        if found.is_empty() && !name.is_empty() {
            found.extend(self.services().filter_map(|other| other.action(name)).map(KnownAction::full_name));
        }
        if found.is_empty() {
            found.extend(near.iter().map(|near| format!("{near}:{name}")));
        }
        found.truncate(OFFERED);
        found
    }
}

/// How two names stand to each other when case does not count.
pub(super) fn without_case(left: &str, right: &str) -> Ordering {
    left.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn begins_with(name: &str, typed: &str) -> bool {
    name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}
