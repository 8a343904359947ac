//! Focus of entries.

use crate::model::{FocusTarget, Section};

/// Part of an entry that receives the focus. The numbers are those of `rows.js`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EntryPart {
    /// The entry itself.
    Entry = 1,
    /// Its "Remove" button.
    RemoveButton,
    /// Its "Share" button.
    ShareButton,
    /// The field to find entries, which receives the focus in place of an entry
    /// that was not found.
    Filter,
}

impl EntryPart {
    /// Part of an entry with this number.
    pub(super) fn from_number(number: u8) -> Option<EntryPart> {
        match number {
            1 => Some(EntryPart::Entry),
            2 => Some(EntryPart::RemoveButton),
            3 => Some(EntryPart::ShareButton),
            _ => None,
        }
    }
}

/// Request to set the focus to an entry. The list fulfills it as soon as it has
/// drawn the entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FocusRequest {
    /// Number of the request, from 1.
    pub number: u32,
    /// Section of the entry.
    pub section: Section,
    /// Index of the entry in its section.
    pub index: usize,
    /// Part of the entry.
    pub part: EntryPart,
}

impl FocusRequest {
    /// Request for a target that is an entry, after the request `before`.
    pub fn new(target: &FocusTarget, before: Option<FocusRequest>) -> Option<FocusRequest> {
        let (section, index, part) = match *target {
            FocusTarget::Entry(section, index) => (section, index, EntryPart::Entry),
            FocusTarget::RemoveButton(section, index) => (section, index, EntryPart::RemoveButton),
            FocusTarget::ShareButton(section, index) => (section, index, EntryPart::ShareButton),
            FocusTarget::Field(_)
            | FocusTarget::NewPassword
            | FocusTarget::RepeatedPassword
            | FocusTarget::FormError(_)
            | FocusTarget::Verification(_)
            | FocusTarget::Code(_)
            | FocusTarget::Terms
            | FocusTarget::Dialog => return None,
        };
        let number = before.map_or(1, |before| before.number + 1);
        Some(FocusRequest { number, section, index, part })
    }
}
