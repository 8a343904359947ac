//! "Resend email", "Cancel": the mail of a pending verification, and its end.

use super::{
    Action, Effect, Event, Flow, Focus, Operation, Phase, Resend, Verification, VerificationId,
};
use crate::matrix::Failure;

impl Flow {
    /// What the group's alert is about: adding, else the mail.
    pub(super) fn try_again(&mut self, id: VerificationId) {
        match self.verification(id).map(|pending| &pending.phase) {
            Some(Phase::Trouble { .. }) => self.continue_verification(id),
            Some(_) | None => self.resend(id),
        }
    }

    pub(super) fn resend(&mut self, id: VerificationId) {
        let operation = Operation::Resend(id);
        if self.readonly {
            return self.settle(operation, Err("readonly"));
        }
        let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) else {
            return self.settle(operation, Err("cancelled"));
        };
        match pending.resend {
            Resend::Sending => {}
            // It went out just now.
            Resend::Sent(_) => {
                let sent = pending.sent_outcome();
                self.settle(operation, Ok(sent));
            }
            Resend::Ready | Resend::Failed(_) => {
                pending.resend = Resend::Sending;
                self.repeat_resend(id);
            }
        }
    }

    /// Sends (again) the request of the "Resend" that is under way.
    pub(super) fn repeat_resend(&mut self, id: VerificationId) {
        let pending = self.verification(id).filter(|pending| pending.resend == Resend::Sending);
        if let Some(pending) = pending {
            let effect = Effect::RequestToken {
                id,
                address: pending.address.clone(),
                secret: pending.secret.clone(),
                // Raised for good only when the mail went out, so that asking
                // again after a failure repeats the number.
                attempt: pending.attempt + 1,
            };
            self.effects.push(effect);
        }
    }

    pub(super) fn resent(&mut self, id: VerificationId, result: Result<String, Failure>) {
        let now = self.now;
        let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) else {
            return;
        };
        if pending.resend != Resend::Sending {
            return;
        }
        match result {
            Ok(sid) => {
                pending.attempt += 1;
                pending.sent_at = now;
                pending.resend = Resend::Sent(now);
                if !pending.sids.contains(&sid) {
                    pending.sids.push(sid);
                }
                let event = Event::VerificationSent {
                    medium: pending.medium.clone(),
                    address: pending.address.clone(),
                    attempt: pending.attempt,
                };
                let outcome = pending.sent_outcome();
                self.emit(event);
                self.settle(Operation::Resend(id), Ok(outcome));
            }
            Err(failure) => {
                let problem = self.trouble(Action::Send, &failure);
                self.settle_failed(Operation::Resend(id), &failure, &problem);
                if let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) {
                    pending.resend = Resend::Failed(problem);
                }
            }
        }
    }

    /// The person does not want the address any more.
    pub(super) fn cancel(&mut self, id: VerificationId) {
        if self.give_up(id) {
            self.focus(Focus::Field);
        }
    }

    /// Drops what is pending, unless there is nothing left to be stopped.
    pub(super) fn give_up(&mut self, id: VerificationId) -> bool {
        let at = self.pending.iter().position(|pending| pending.id == id);
        match at {
            // Done but for the list.
            Some(at) if self.pending[at].phase == Phase::Adopting => false,
            Some(at) => {
                if self.drop_verification(at).is_being_added() {
                    // It may have gone through: the list tells.
                    self.read_list();
                }
                true
            }
            None => false,
        }
    }

    /// Takes out the pending verification at `at`, with all that hangs on it.
    pub(super) fn drop_verification(&mut self, at: usize) -> Verification {
        let pending = self.pending.remove(at);
        if self.form.correcting == Some(pending.id) {
            self.form.correcting = None;
        }
        self.effects.push(Effect::Abort(pending.id));
        if pending.resend == Resend::Sending {
            self.settle(Operation::Resend(pending.id), Err("cancelled"));
        }
        pending
    }
}
