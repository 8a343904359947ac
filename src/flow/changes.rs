//! Whether addresses may be changed here at all; else, where.

use super::{Effect, Flow};

/// Whether addresses, or the password, may be changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Changes {
    /// As far as is known.
    #[default]
    Allowed,
    /// The server does not allow them.
    Off {
        /// The page on which the person manages their account, if there is one.
        managed: Option<String>,
    },
}

impl Flow {
    /// Whether the list is all that there is.
    pub fn is_readonly(&self) -> bool {
        self.readonly || self.changes_are_off()
    }

    /// Whether the server allows no changes.
    pub fn changes_are_off(&self) -> bool {
        match self.changes {
            Changes::Allowed => false,
            Changes::Off { .. } => true,
        }
    }

    /// Where the person manages their account instead.
    pub fn managed(&self) -> Option<&str> {
        match &self.changes {
            Changes::Off { managed } => managed.as_deref(),
            Changes::Allowed => None,
        }
    }

    pub(super) fn may_change(&mut self, may: bool) {
        match (&self.changes, may) {
            (Changes::Allowed, false) => {
                self.changes = Changes::Off { managed: None };
                self.effects.push(Effect::Discover);
            }
            // Where they are made elsewhere, capabilities may say nothing of it.
            (Changes::Off { managed: None }, true) => self.changes = Changes::Allowed,
            (Changes::Off { .. }, true | false) | (Changes::Allowed, true) => {}
        }
        self.password_may_be_changed();
    }

    /// The server knows nothing of a change: perhaps it is made elsewhere.
    pub(super) fn does_not_know_changes(&mut self) {
        if !self.changes_are_off() {
            self.effects.push(Effect::Discover);
        }
    }

    pub(super) fn is_managed(&mut self, page: Option<String>) {
        // Without a page, a change that was not known says nothing of others.
        if self.changes_are_off() || page.is_some() {
            self.changes = Changes::Off { managed: page };
        }
    }
}
