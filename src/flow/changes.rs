//! Changes that the server permits, and the page on which the account is
//! managed.

use super::{Effect, Flow};

/// Permission to change addresses, or the password.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Changes {
    /// Changes are permitted, or the capabilities are not known yet.
    #[default]
    Allowed,
    /// The server permits no changes.
    Off {
        /// URL of the page on which the account is managed, if there is one.
        managed: Option<String>,
    },
}

impl Flow {
    /// True if the element displays the list only.
    pub fn is_readonly(&self) -> bool {
        self.readonly || self.changes_are_off()
    }

    /// True if the server permits no changes.
    pub fn changes_are_off(&self) -> bool {
        match self.changes {
            Changes::Allowed => false,
            Changes::Off { .. } => true,
        }
    }

    /// URL of the page on which the account is managed.
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

    /// Looks for the page on which the account is managed, because the server
    /// does not know the endpoint of a change.
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
