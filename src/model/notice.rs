//! Message of the status line, which disappears after a while.

use super::{Model, NEVER, SharingResult, Status};

/// Time for which a message is displayed, in ms.
const DISPLAY_TIME_MS: f64 = 10_000.0;

impl Status {
    /// True if the message is a warning, which stays until another one.
    pub fn is_warning(&self) -> bool {
        match self {
            Status::SharingChanged(sharing, ..) => match sharing {
                SharingResult::UnshareUnconfirmed | SharingResult::RemovedUnshareUnconfirmed => {
                    true
                }
                SharingResult::Shared
                | SharingResult::Unshared
                | SharingResult::RemovedAndUnshared => false,
            },
            Status::Added(..)
            | Status::Removed(..)
            | Status::Canceled(..)
            | Status::PasswordChanged { .. }
            | Status::RateLimitExpired => false,
        }
    }
}

impl Model {
    /// Displays a message.
    pub(super) fn show_status(&mut self, status: Status) {
        self.status = Some(status);
        self.status_since = self.now;
        self.is_status_held = false;
    }

    /// Handles that the pointer is on the message, or has left it: then it stays
    /// for its whole time again.
    pub(super) fn hold_status(&mut self, is_held: bool) {
        self.is_status_held = is_held;
        self.status_since = self.now;
    }

    /// Time at which the message disappears, in ms. It stays while no one can
    /// see it.
    pub(super) fn status_end(&self) -> f64 {
        let stays = self.is_status_held || !self.page_state.visible;
        match &self.status {
            Some(status) if !stays && !status.is_warning() => self.status_since + DISPLAY_TIME_MS,
            Some(_) | None => NEVER,
        }
    }

    /// Removes the message when its time is over.
    pub(super) fn end_status(&mut self) {
        if self.status_end() <= self.now {
            self.status = None;
        }
    }
}
