//! What trust policies said already in one pass over namespaces: a hundred pods of one ServiceAccount ask once.

use super::trusted::{by_association, one_by_token};
use super::{Hops, Token, Trusted};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Name, RoleArn};
use crate::domain::policy::TokenRequests;
use foldhash::fast::RandomState;
use std::cell::RefCell;
use std::collections::HashMap;

/// Answers to the ServiceAccounts of one namespace after the other, good as long as the inventory stays as it is.
#[derive(Debug, Default)]
pub struct Answers {
    said: RefCell<HashMap<Name, Vec<Said>, RandomState>>,
    requests: RefCell<TokenRequests>,
}

#[derive(Debug)]
enum Said {
    Token(RoleArn, Option<Box<str>>, Trusted),
    Association(Hops),
}

impl Answers {
    /// Forgets what was said, before the ServiceAccounts of another namespace ask.
    pub(in crate::domain::identity) fn turn_over(&mut self) {
        self.said.get_mut().clear();
    }

    /// Whether a role can be had for a token.
    pub(in crate::domain::identity) fn token(&self, inventory: &Inventory, token: Token<'_>) -> Trusted {
        let same = |said: &Said| match said {
            Said::Token(role, audience, answer) if role == token.role && audience.as_deref() == token.audience => {
                Some(*answer)
            }
            _ => None,
        };
        if let Some(answer) = self.said(token.account, same) {
            return answer;
        }
        let answer = one_by_token(inventory, token, &mut self.requests.borrow_mut());
        self.keep(token.account, Said::Token(token.role.clone(), token.audience.map(Box::from), answer));
        answer
    }

    /// Whether both roles of an association can be had. A ServiceAccount has one association at most.
    pub(in crate::domain::identity) fn association(&self, inventory: &Inventory, association: &Association) -> Hops {
        let same = |said: &Said| if let Said::Association(hops) = said { Some(*hops) } else { None };
        if let Some(hops) = self.said(&association.service_account, same) {
            return hops;
        }
        let hops = by_association(inventory, association, None);
        self.keep(&association.service_account, Said::Association(hops));
        hops
    }

    fn said<T>(&self, account: &Name, same: impl Fn(&Said) -> Option<T>) -> Option<T> {
        self.said.borrow().get(account)?.iter().find_map(same)
    }

    fn keep(&self, account: &Name, said: Said) {
        self.said.borrow_mut().entry(account.clone()).or_default().push(said);
    }
}
