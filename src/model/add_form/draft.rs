//! Submitted address, until its first message is sent.

use crate::matrix::phone_number::{PhoneInput, is_msisdn};
use crate::matrix::{ClientSecret, email};
use crate::model::{Section, VerificationId};

/// Verification whose first message was not sent yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Id of the later verification.
    pub id: VerificationId,
    /// Email address or MSISDN, as it is sent to servers.
    pub address: String,
    /// Country and number as typed, if it is a phone number.
    pub phone: Option<PhoneInput>,
    /// Client secret. A repeated request has the same, so that the server sends
    /// no second message.
    pub secret: ClientSecret,
    /// Pending verification that this draft replaces.
    pub replaces: Option<VerificationId>,
    /// True to send the `next_link`; false if the server has refused it.
    pub(in crate::model) use_next_link: bool,
}

impl Draft {
    /// Section of the address.
    pub(in crate::model) fn section(&self) -> Section {
        match self.phone {
            None => Section::Emails,
            Some(_) => Section::Phones,
        }
    }
}

/// Submitted address.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::model) enum NewThreepid {
    /// Text as typed.
    Email(String),
    /// A phone number.
    Phone {
        /// MSISDN; empty if the number is invalid.
        msisdn: String,
        /// Text as typed.
        phone: PhoneInput,
    },
}

impl NewThreepid {
    pub(in crate::model) fn section(&self) -> Section {
        match self {
            NewThreepid::Email(_) => Section::Emails,
            NewThreepid::Phone { .. } => Section::Phones,
        }
    }

    /// Value that identifies the address.
    pub(in crate::model) fn key(&self) -> String {
        match self {
            NewThreepid::Email(typed) => email::trimmed(typed),
            NewThreepid::Phone { msisdn, phone: dialled } if msisdn.is_empty() => {
                dialled.number.clone()
            }
            NewThreepid::Phone { msisdn, .. } => msisdn.clone(),
        }
    }

    /// Text of the field.
    pub(in crate::model) fn raw_input(&self) -> String {
        match self {
            NewThreepid::Email(typed) => typed.clone(),
            NewThreepid::Phone { phone: dialled, .. } => dialled.number.clone(),
        }
    }

    /// Address, if it is valid, and the typed phone number.
    pub(in crate::model) fn parse(&self) -> Option<(String, Option<&PhoneInput>)> {
        match self {
            NewThreepid::Email(typed) => Some((email::parse(typed)?, None)),
            NewThreepid::Phone { msisdn, phone: dialled } => {
                is_msisdn(msisdn).then(|| (msisdn.clone(), Some(dialled)))
            }
        }
    }
}
