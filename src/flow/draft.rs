//! An address that was handed in, until its mail (or text message) went out.

use super::{Section, VerificationId};
use crate::matrix::phone::{Dialled, is_msisdn};
use crate::matrix::{ClientSecret, email};

/// A verification whose mail did not go out yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The id that the pending verification will have.
    pub id: VerificationId,
    /// The address, as servers take it.
    pub address: String,
    /// Of a phone number: what the server is asked to send to.
    pub dialled: Option<Dialled>,
    /// Its secret. A repeated request has the same, so that no second mail is sent.
    pub secret: ClientSecret,
    /// The pending verification whose address this one corrects.
    pub replaces: Option<VerificationId>,
    /// Asked for with the `next_link`, unless the server refused that.
    pub(super) linked: bool,
}

impl Draft {
    /// Whose it is.
    pub(super) fn section(&self) -> Section {
        match self.dialled {
            None => Section::Emails,
            Some(_) => Section::Phones,
        }
    }
}

/// An address that was handed in.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    /// As typed.
    Email(String),
    /// A number.
    Phone {
        /// As servers list it; empty if it is none.
        msisdn: String,
        /// As typed.
        dialled: Dialled,
    },
}

impl Wanted {
    pub(super) fn section(&self) -> Section {
        match self {
            Wanted::Email(_) => Section::Emails,
            Wanted::Phone { .. } => Section::Phones,
        }
    }

    /// What tells it from another.
    pub(super) fn key(&self) -> String {
        match self {
            Wanted::Email(typed) => email::trimmed(typed),
            Wanted::Phone { msisdn, dialled } if msisdn.is_empty() => dialled.number.clone(),
            Wanted::Phone { msisdn, .. } => msisdn.clone(),
        }
    }

    /// What stands in the field.
    pub(super) fn typed(&self) -> String {
        match self {
            Wanted::Email(typed) => typed.clone(),
            Wanted::Phone { dialled, .. } => dialled.number.clone(),
        }
    }

    /// The address, if it is one, and what is dialled for it.
    pub(super) fn parse(&self) -> Option<(String, Option<&Dialled>)> {
        match self {
            Wanted::Email(typed) => Some((email::parse(typed)?, None)),
            Wanted::Phone { msisdn, dialled } => {
                is_msisdn(msisdn).then(|| (msisdn.clone(), Some(dialled)))
            }
        }
    }
}
