//! "Resend email" and "Cancel" of a pending verification.

use super::{
    Action, Effect, Event, Flow, Focus, Operation, Phase, Resend, Section, Validation,
    Verification, VerificationId,
};
use crate::matrix::identity::validate;
use crate::matrix::request_email_token::Response;
use crate::matrix::{ClientSecret, Errcode, Failure};

impl Flow {
    /// Repeats the action whose error the group displays.
    pub(super) fn try_again(&mut self, id: VerificationId, secret: ClientSecret) {
        match self.verification(id).map(|pending| &pending.phase) {
            Some(Phase::Trouble { .. }) => self.continue_verification(id),
            Some(_) | None => self.resend(id, secret),
        }
    }

    /// `secret` is for a link that is too old, which needs a new validation
    /// session. After a failure, the same request is repeated.
    pub(super) fn resend(&mut self, id: VerificationId, secret: ClientSecret) {
        let operation = Operation::Resend(id);
        if self.readonly {
            return self.settle(operation, Err("readonly"));
        }
        let now = self.now;
        let Some(pending) = self.verification_mut(id) else {
            return self.settle(operation, Err("cancelled"));
        };
        // The address is on the list already, but for our own reading it.
        let added = matches!(pending.phase, Phase::Adopting | Phase::AddedElsewhere);
        match pending.resend {
            Resend::Sending { .. } => {}
            // It went out just now.
            _ if added || pending.resend.rests_until().is_some() => {
                let sent = pending.sent_outcome();
                self.settle(operation, Ok(sent));
            }
            _ if matches!(pending.phase, Phase::Adopting | Phase::AddedElsewhere) => {}
            Resend::Ready | Resend::Failed(_) | Resend::Sent(_) | Resend::Resting(_) => {
                if pending.is_expired(now) {
                    pending.fresh.get_or_insert(secret);
                }
                pending.start_sending();
                let beginning = pending.is_beginning();
                let (medium, address) = (pending.medium.clone(), pending.address.clone());
                self.repeat_resend(id);
                if beginning && let Some((section, at)) = self.place(&medium, &address) {
                    // The group is gone for so long.
                    self.focus(Focus::ShareButton(section, at));
                }
            }
        }
    }

    /// Sends the token request of "Resend email".
    pub(super) fn repeat_resend(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else { return };
        if let Resend::Sending { secret, attempt } = &pending.resend {
            let effect = Effect::RequestToken {
                id,
                purpose: pending.purpose(),
                address: pending.address.clone(),
                dialled: pending.dialled.clone(),
                secret: secret.clone(),
                attempt: *attempt,
                next_link: self.next_link.clone().filter(|_| pending.linked),
            };
            self.effects.push(effect);
        }
    }

    pub(super) fn resent(&mut self, id: VerificationId, result: Result<Response, Failure>) {
        let now = self.now;
        let linked = self.next_link.is_some();
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let Resend::Sending { secret, attempt } = &pending.resend else { return };
        match result {
            Ok(mut answer) => {
                let (shares, first) = (pending.is_share(), !pending.is_sent());
                if shares {
                    let path = pending.dialled.is_some().then_some(validate::SUBMIT_MSISDN);
                    answer.submit_url = path.map(str::to_owned);
                }
                let validation = Validation::new(answer, secret.clone());
                pending.attempt = *attempt;
                pending.secret = validation.secret.clone();
                pending.fresh = None;
                pending.expired = false;
                pending.may_open = false;
                pending.sent_at = now;
                pending.resend = if first { Resend::Ready } else { Resend::Sent(now) };
                pending.validations.retain(|it| !it.is(&validation));
                pending.validations.push(validation);
                let event = Event::VerificationSent {
                    medium: pending.medium.clone(),
                    address: pending.address.clone(),
                    attempt: pending.attempt,
                };
                let outcome = pending.sent_outcome();
                if !shares {
                    self.emit(event);
                }
                if first {
                    self.focus(Focus::Group(id));
                }
                self.settle(Operation::Resend(id), Ok(outcome));
            }
            Err(failure) if linked && pending.linked && failure.is_of_parameter() => {
                pending.linked = false;
                self.repeat_resend(id);
            }
            Err(failure) => {
                // Another tab has sent one since: nothing is to be repeated.
                let known = *secret == pending.secret || pending.fresh.as_ref() == Some(secret);
                // The server knows nothing of it any more: afresh, next time.
                let expired = pending.fresh.is_none()
                    && failure.errcode().is_some_and(Errcode::is_of_validation);
                let section = Section::of(&pending.medium);
                let first = !pending.is_sent();
                let action = if pending.is_share() { Action::Share } else { Action::Send };
                let problem = self.trouble(action, &failure).in_section(section);
                if first {
                    self.focus(Focus::Group(id));
                }
                self.settle_failed(Operation::Resend(id), &failure, &problem);
                if let Some(pending) = self.verification_mut(id) {
                    pending.expired |= expired;
                    let said = Resend::Failed(problem);
                    pending.resend = if expired || !known { Resend::Ready } else { said };
                }
            }
        }
    }

    /// Cancels a verification for the user.
    pub(super) fn cancel(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else { return };
        let place = self.place(&pending.medium, &pending.address);
        let focus = match (Section::of(&pending.medium), place) {
            (_, Some((section, at))) if pending.is_share() => Focus::ShareButton(section, at),
            (Some(section), _) => Focus::Field(section),
            (None, _) => return,
        };
        if self.give_up(id) {
            self.focus(focus);
        }
    }

    /// Ends a verification, unless it is finished already.
    pub(super) fn give_up(&mut self, id: VerificationId) -> bool {
        let at = self.pending.iter().position(|pending| pending.id == id);
        match at {
            // Done but for the list.
            Some(at) if matches!(self.pending[at].phase, Phase::Adopting) => false,
            Some(at) => {
                let pending = self.drop_verification(at);
                self.ended(&pending, false);
                if pending.is_being_added() {
                    // It may have gone through: the list tells.
                    self.read_list();
                }
                true
            }
            None => false,
        }
    }

    /// Removes the verification at `at`, and ends its requests and dialog.
    pub(super) fn drop_verification(&mut self, at: usize) -> Verification {
        let pending = self.pending.remove(at);
        for form in [&mut self.form, &mut self.phone_form] {
            if form.correcting == Some(pending.id) {
                form.correcting = None;
            }
        }
        self.effects.push(Effect::Abort(pending.id));
        if matches!(pending.resend, Resend::Sending { .. }) {
            self.settle(Operation::Resend(pending.id), Err("cancelled"));
        }
        pending
    }
}

impl Verification {
    /// Client secret and `send_attempt` of the next message. They are stored
    /// only after it is sent, so that a request after a failure repeats them.
    pub(super) fn start_sending(&mut self) {
        let (secret, attempt) = match &self.fresh {
            Some(fresh) => (fresh.clone(), 1),
            None => (self.secret.clone(), self.attempt + 1),
        };
        self.resend = Resend::Sending { secret, attempt };
    }
}
