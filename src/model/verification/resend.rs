//! "Resend email" and "Cancel" of a pending verification.

use crate::matrix::identity_service::request_token;
use crate::matrix::request_3pid_token_via_email::Response;
use crate::matrix::{ClientSecret, Errcode, RequestError};
use crate::model::{
    Action, ApiRequest, Effect, FocusTarget, HostEvent, MethodCall, Model, Purpose, Request,
    ResendState, Section, Status, ValidationSession, Verification, VerificationId,
    VerificationPhase,
};

impl Model {
    /// Repeats the action whose error the group displays.
    pub(in crate::model) fn retry(&mut self, id: VerificationId, secret: ClientSecret) {
        match self.verification(id).map(|pending| &pending.phase) {
            Some(VerificationPhase::Failed { .. }) => self.on_continue(id),
            Some(_) | None => self.resend(id, secret),
        }
    }

    /// `secret` is for a link that is too old, which needs a new validation
    /// session. After a failure, the same request is repeated.
    pub(in crate::model) fn resend(&mut self, id: VerificationId, secret: ClientSecret) {
        let operation = MethodCall::Resend(id);
        if self.readonly {
            return self.resolve(operation, Err("readonly"));
        }
        let now = self.now;
        let Some(pending) = self.verification_mut(id) else {
            return self.resolve(operation, Err("cancelled"));
        };
        // The address is on the list already, but for our own reading it.
        let added = matches!(
            pending.phase,
            VerificationPhase::Refreshing | VerificationPhase::AddedElsewhere
        );
        match pending.resend {
            ResendState::Sending { .. } => {}
            // It went out just now.
            _ if added || pending.resend.cooldown_end().is_some() => {
                let sent = pending.sent_outcome();
                self.resolve(operation, Ok(sent));
            }
            _ if matches!(
                pending.phase,
                VerificationPhase::Refreshing | VerificationPhase::AddedElsewhere
            ) => {}
            ResendState::Ready | ResendState::Failed(_) if pending.may_be_validated(now) => {
                // Once: who asks again wants another message.
                pending.link_opened = false;
                let sent = pending.sent_outcome();
                self.on_continue(id);
                self.resolve(operation, Ok(sent));
            }
            ResendState::Ready
            | ResendState::Failed(_)
            | ResendState::Sent(_)
            | ResendState::CoolingDown(_) => {
                if pending.is_expired(now) {
                    pending.next_secret.get_or_insert(secret);
                }
                pending.start_sending();
                let beginning = pending.is_first_send();
                let (medium, address) = (pending.medium.clone(), pending.address.clone());
                self.send_resend_request(id);
                if beginning && let Some((section, at)) = self.visible_index(&medium, &address) {
                    // The group is gone for so long.
                    self.focus(FocusTarget::ShareButton(section, at));
                }
            }
        }
    }

    /// Sends the token request of "Resend email".
    pub(in crate::model) fn send_resend_request(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else { return };
        if let ResendState::Sending { secret, attempt } = &pending.resend {
            let effect = Effect::Request(Request::Api(ApiRequest::RequestToken {
                id,
                purpose: if self.is_reset() { Purpose::Reset } else { pending.purpose() },
                address: pending.address.clone(),
                phone: pending.phone.clone(),
                secret: secret.clone(),
                attempt: *attempt,
                next_link: self.next_link.clone().filter(|_| pending.use_next_link),
            }));
            self.effects.push(effect);
        }
    }

    pub(in crate::model) fn on_resend_response(
        &mut self,
        id: VerificationId,
        result: Result<Response, RequestError>,
    ) {
        let now = self.now;
        let (linked, is_reset) = (self.next_link.is_some(), self.is_reset());
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let ResendState::Sending { secret, attempt } = &pending.resend else { return };
        match result {
            Ok(mut answer) => {
                let (shares, first) = (pending.is_share(), !pending.is_sent());
                if shares {
                    let path = pending.phone.is_some().then_some(request_token::SUBMIT_MSISDN);
                    answer.submit_url = path.map(str::to_owned);
                }
                let validation = ValidationSession::new(answer, secret.clone());
                pending.attempt = *attempt;
                pending.secret = validation.secret.clone();
                pending.next_secret = None;
                pending.expired = false;
                pending.may_auto_prompt = false;
                pending.sent_at = now;
                pending.resend = if first { ResendState::Ready } else { ResendState::Sent(now) };
                pending.validations.retain(|it| !it.is(&validation));
                pending.validations.push(validation);
                let event = HostEvent::VerificationSent {
                    medium: pending.medium.clone(),
                    address: pending.address.clone(),
                    attempt: pending.attempt,
                };
                let outcome = pending.sent_outcome();
                self.on_reset_email_sent();
                if !shares && !is_reset {
                    self.emit(event);
                }
                if first {
                    self.focus(FocusTarget::Verification(id));
                }
                self.resolve(MethodCall::Resend(id), Ok(outcome));
            }
            Err(failure) if linked && pending.use_next_link && failure.is_invalid_param() => {
                pending.use_next_link = false;
                self.send_resend_request(id);
            }
            Err(failure) => {
                // Another tab has sent one since: nothing is to be repeated.
                let known =
                    *secret == pending.secret || pending.next_secret.as_ref() == Some(secret);
                // The server knows nothing of it any more: afresh, next time.
                let expired = pending.next_secret.is_none()
                    && failure.errcode().is_some_and(Errcode::is_validation_error);
                let section = Section::from_medium(&pending.medium);
                let first = !pending.is_sent();
                let action = if pending.is_share() {
                    Action::RequestBindToken
                } else if is_reset {
                    Action::RequestResetToken
                } else {
                    Action::RequestToken
                };
                let problem = self.report_failure(action, &failure).for_section(section);
                if first {
                    self.focus(FocusTarget::Verification(id));
                }
                self.reject(MethodCall::Resend(id), &failure, &problem);
                if let Some(pending) = self.verification_mut(id) {
                    pending.expired |= expired;
                    let said = ResendState::Failed(problem);
                    pending.resend = if expired || !known { ResendState::Ready } else { said };
                }
            }
        }
    }

    /// Cancels a verification for the user.
    pub(in crate::model) fn cancel(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else { return };
        let place = self.visible_index(&pending.medium, &pending.address);
        let focus = match (Section::from_medium(&pending.medium), place) {
            (_, Some((section, at))) if pending.is_share() => FocusTarget::ShareButton(section, at),
            (Some(section), _) => FocusTarget::Field(section),
            (None, _) => return,
        };
        let of = (pending.medium.clone(), pending.address.clone());
        if self.abandon(id) {
            self.show_status(Status::Canceled(of.0, of.1));
            self.focus(focus);
        }
    }

    /// Ends a verification, unless it is finished already.
    pub(in crate::model) fn abandon(&mut self, id: VerificationId) -> bool {
        let at = self.verifications.iter().position(|pending| pending.id == id);
        match at {
            // Done but for the list.
            Some(at) if matches!(self.verifications[at].phase, VerificationPhase::Refreshing) => {
                false
            }
            Some(at) => {
                let pending = self.remove_verification(at);
                self.add_tombstone(&pending, false);
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
    pub(in crate::model) fn remove_verification(&mut self, at: usize) -> Verification {
        let pending = self.verifications.remove(at);
        self.forget_change(pending.id);
        self.abort_requests_of(pending.id);
        if matches!(pending.resend, ResendState::Sending { .. }) {
            self.resolve(MethodCall::Resend(pending.id), Err("cancelled"));
        }
        pending
    }
}

impl Verification {
    /// True if the link was opened and "Continue" can finish. Some servers undo
    /// the validation when they send another message, and the older link no
    /// longer works.
    fn may_be_validated(&self, now: f64) -> bool {
        let can_continue = match self.phase {
            VerificationPhase::AwaitingUser
            | VerificationPhase::NeedsAuth
            | VerificationPhase::Polling { .. }
            | VerificationPhase::Failed { .. } => true,
            VerificationPhase::Adding(_)
            | VerificationPhase::Authenticating { .. }
            | VerificationPhase::SubmittingCode { .. }
            | VerificationPhase::OutcomeUnknown { .. }
            | VerificationPhase::Refreshing
            | VerificationPhase::AddedElsewhere => false,
        };
        self.link_opened && can_continue && !self.needs_code() && !self.is_expired(now)
    }

    /// Client secret and `send_attempt` of the next message. They are stored
    /// only after it is sent, so that a request after a failure repeats them.
    pub(in crate::model) fn start_sending(&mut self) {
        let (secret, attempt) = match &self.next_secret {
            Some(fresh) => (fresh.clone(), 1),
            None => (self.secret.clone(), self.attempt + 1),
        };
        self.resend = ResendState::Sending { secret, attempt };
    }
}
