//! Changes that the server permits, and the page on which the account is
//! managed.

use super::{Effect, Model, Request};

/// Permission to change addresses, or the password.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Permissions {
    /// Changes are permitted, or the capabilities are not known yet.
    #[default]
    Allowed,
    /// The server permits no changes.
    Disabled {
        /// URL of the page on which the account is managed, if there is one.
        management_url: Option<String>,
    },
}

impl Model {
    /// True if the element displays the list only.
    pub fn is_readonly(&self) -> bool {
        self.readonly || self.changes_disabled()
    }

    /// True if the server permits no changes.
    pub fn changes_disabled(&self) -> bool {
        match self.permissions {
            Permissions::Allowed => false,
            Permissions::Disabled { .. } => true,
        }
    }

    /// URL of the page on which the account is managed.
    pub fn management_url(&self) -> Option<&str> {
        match &self.permissions {
            Permissions::Disabled { management_url: managed } => managed.as_deref(),
            Permissions::Allowed => None,
        }
    }

    pub(super) fn capability_loaded(&mut self, may: bool) {
        self.set_changes_allowed(may);
        self.can_change_password();
    }

    /// Handles that the server permits changes, or does not.
    pub(super) fn set_changes_allowed(&mut self, may: bool) {
        match (&self.permissions, may) {
            (Permissions::Allowed, false) => {
                self.permissions = Permissions::Disabled { management_url: None };
                self.effects.push(Effect::Request(Request::DiscoverAccountManagement));
            }
            // Where they are made elsewhere, capabilities may say nothing of it.
            (Permissions::Disabled { management_url: None }, true) => {
                self.permissions = Permissions::Allowed
            }
            (Permissions::Disabled { .. }, true | false) | (Permissions::Allowed, true) => {}
        }
    }

    /// Looks for the page on which the account is managed, because the server
    /// does not know the endpoint of a change.
    pub(super) fn on_changes_unrecognized(&mut self) {
        if !self.changes_disabled() {
            self.effects.push(Effect::Request(Request::DiscoverAccountManagement));
        }
    }

    pub(super) fn management_url_loaded(&mut self, page: Option<String>) {
        // Without a page, a change that was not known says nothing of others.
        if self.changes_disabled() || page.is_some() {
            self.permissions = Permissions::Disabled { management_url: page };
        }
    }
}
