//! "Continue" of a pending verification: `add` and its responses.

use crate::matrix::uia::{AuthData, StageAnswer};
use crate::matrix::{Errcode, RequestError};
use crate::model::uia::update::UiaOutcome;
use crate::model::{
    Action, AddAttempt, ApiRequest, FocusTarget, Model, ResendState, Responder, ReturnTo, Section,
    Trigger, Uia, UiaPhase, UiaTarget, Verification, VerificationId, VerificationPhase,
    verification,
};

impl Model {
    pub(in crate::model) fn on_continue(&mut self, id: VerificationId) {
        let now = self.now;
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let session = match &mut pending.phase {
            VerificationPhase::AwaitingUser | VerificationPhase::NeedsAuth => {
                pending.resumable_uia.take()
            }
            VerificationPhase::Polling { session, .. }
            | VerificationPhase::Failed { session, .. } => session.take(),
            // Already being tried; from now on, the person waits for it.
            VerificationPhase::Adding(attempt) => {
                attempt.trigger = Trigger::User;
                return;
            }
            VerificationPhase::SubmittingCode { .. }
            | VerificationPhase::Authenticating { .. }
            | VerificationPhase::OutcomeUnknown { .. }
            | VerificationPhase::Refreshing
            | VerificationPhase::AddedElsewhere => return,
        };
        pending.restarted = false;
        if let ResendState::Sent(at) = pending.resend {
            pending.resend = ResendState::CoolingDown(at);
        }
        if pending.needs_code() {
            // Which only the person has.
            pending.phase = VerificationPhase::idle(session, now);
            return;
        }
        self.start_add(id, AddAttempt { session, session_index: 0, trigger: Trigger::User });
    }

    pub(in crate::model) fn start_add(&mut self, id: VerificationId, attempt: AddAttempt) {
        if self.is_reset() {
            // Nothing is added: the new password finishes it.
            self.set_phase(id, VerificationPhase::AwaitingUser);
            return self.poll_reset();
        }
        let auth = attempt
            .session
            .clone()
            .map(|session| AuthData { session: Some(session), answer: StageAnswer::SessionOnly });
        self.set_phase(id, VerificationPhase::Adding(attempt));
        self.request_add(id, auth);
    }

    pub(in crate::model) fn request_add(&mut self, id: VerificationId, auth: Option<AuthData>) {
        let Some(pending) = self.verification(id) else {
            return;
        };
        let (nth, patient) = match &pending.phase {
            VerificationPhase::Adding(AddAttempt { session_index: nth, trigger: why, .. }) => {
                (*nth, *why == Trigger::User)
            }
            VerificationPhase::Authenticating { session_index: nth, .. } => (*nth, true),
            VerificationPhase::AwaitingUser
            | VerificationPhase::SubmittingCode { .. }
            | VerificationPhase::Polling { .. }
            | VerificationPhase::NeedsAuth
            | VerificationPhase::Failed { .. }
            | VerificationPhase::OutcomeUnknown { .. }
            | VerificationPhase::Refreshing
            | VerificationPhase::AddedElsewhere => (0, true),
        };
        if let Some(validation) = pending.validations.iter().rev().nth(nth) {
            self.send(ApiRequest::Add {
                id,
                purpose: pending.purpose(),
                sid: validation.sid.clone(),
                secret: validation.secret.clone(),
                auth,
                wait_for_lock: patient,
            });
        }
    }

    /// Handles that another tab holds the lock. That tab will report the
    /// result.
    pub(in crate::model) fn add_lock_unavailable(&mut self, id: VerificationId) {
        if let Some(VerificationPhase::Adding(attempt)) = self.verification(id).map(|it| &it.phase)
        {
            let attempt = attempt.clone();
            match attempt.trigger {
                // They have pressed "Continue" meanwhile.
                Trigger::User => self.start_add(id, attempt),
                Trigger::PageReturn | Trigger::Poll { .. } => self.back_to_waiting(id, attempt),
            }
        }
        self.run_next_auto_retry();
    }

    pub(in crate::model) fn on_add_response(
        &mut self,
        id: VerificationId,
        result: Result<(), RequestError>,
    ) {
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let sent = match std::mem::replace(&mut pending.phase, VerificationPhase::AwaitingUser) {
            VerificationPhase::Adding(attempt) => AddRequestOrigin::Attempt(attempt),
            VerificationPhase::Authenticating { uia, session_index: nth } if uia.has_progress() => {
                AddRequestOrigin::AuthReply(uia, nth)
            }
            // Nothing is under way.
            phase @ (VerificationPhase::Authenticating { .. }
            | VerificationPhase::AwaitingUser
            | VerificationPhase::SubmittingCode { .. }
            | VerificationPhase::Polling { .. }
            | VerificationPhase::NeedsAuth
            | VerificationPhase::Failed { .. }
            | VerificationPhase::OutcomeUnknown { .. }
            | VerificationPhase::Refreshing
            | VerificationPhase::AddedElsewhere) => {
                pending.phase = phase;
                return;
            }
        };
        let older = pending.validations.len() > sent.session_index() + 1;
        let restarted = pending.restarted;
        let failure = match result {
            Ok(()) => {
                pending.phase = VerificationPhase::Refreshing;
                if pending.is_share() {
                    self.finish_share(id);
                } else {
                    self.read_list();
                }
                return self.run_next_auto_retry();
            }
            Err(failure) => failure,
        };
        // Of the newest: that an older one is too old is no news.
        if sent.session_index() == 0
            && failure.errcode().is_some_and(Errcode::is_validation_expired)
        {
            pending.expired = true;
        }
        match failure {
            RequestError::Challenge(_) if !self.may_prompt(id, &sent) => {
                self.set_phase(id, VerificationPhase::NeedsAuth);
            }
            RequestError::Server(error) if error.errcode.is_validation_error() => {
                let (session, nth, why) = (sent.session(), sent.session_index(), sent.trigger());
                if older {
                    let nth = nth + 1;
                    return self
                        .start_add(id, AddAttempt { session, session_index: nth, trigger: why });
                }
                let now = self.now;
                let wait = match why {
                    Trigger::Poll { wait } => verification::next_poll_delay(wait),
                    Trigger::User | Trigger::PageReturn => verification::FIRST_POLL_DELAY_MS,
                };
                if let Some(pending) = self.verification_mut(id) {
                    pending.link_opened = false;
                    pending.phase = VerificationPhase::polling(session, now, wait);
                }
                if let AddRequestOrigin::AuthReply(..) = sent {
                    self.focus(FocusTarget::Verification(id));
                }
            }
            // The server is asked anew, once, without the session.
            failure if sent.is_attempt() && !restarted && failure.may_be_unknown_uia_session() => {
                if let Some(pending) = self.verification_mut(id) {
                    pending.restarted = true;
                }
                let (nth, why) = (sent.session_index(), sent.trigger());
                self.start_add(id, AddAttempt { session: None, session_index: nth, trigger: why });
            }
            failure => self.add_rejected(id, sent, failure),
        }
        self.run_next_auto_retry();
    }

    /// Purpose of the last request of a verification.
    pub(in crate::model) fn add_action(&self, id: VerificationId) -> Action {
        let shares = self.verification(id).is_some_and(Verification::is_share);
        if shares { Action::Bind } else { Action::Add }
    }

    fn add_rejected(&mut self, id: VerificationId, sent: AddRequestOrigin, failure: RequestError) {
        let nth = sent.session_index();
        let attempt =
            AddAttempt { session: sent.session(), session_index: nth, trigger: sent.trigger() };
        let uia = match sent {
            AddRequestOrigin::Attempt(_) => None,
            AddRequestOrigin::AuthReply(uia, _) => Some(uia),
        };
        let subject = UiaTarget::Verification(id);
        match self.handle_uia_failure(self.add_action(id), uia, failure) {
            UiaOutcome::NeedsInput(uia) => {
                self.set_phase(id, VerificationPhase::Authenticating { uia, session_index: nth });
                self.start_uia(subject);
            }
            UiaOutcome::SendAgain(uia, auth) => {
                self.set_phase(id, VerificationPhase::Authenticating { uia, session_index: nth });
                self.request_add(id, auth);
            }
            UiaOutcome::Unchanged(uia) => {
                self.set_phase(id, VerificationPhase::Authenticating { uia, session_index: nth })
            }
            UiaOutcome::Failed(failure, uia) => {
                let sent = match uia {
                    Some(uia) => AddRequestOrigin::AuthReply(uia, nth),
                    None => AddRequestOrigin::Attempt(attempt),
                };
                self.on_add_failed(id, sent, failure);
            }
        }
    }

    /// True if the dialog may open. By itself it opens only once, if the link
    /// was probably opened, and if no other dialog is open.
    fn may_prompt(&mut self, id: VerificationId, sent: &AddRequestOrigin) -> bool {
        match sent.trigger() {
            Trigger::User => true,
            Trigger::Poll { .. } => false,
            Trigger::PageReturn => {
                let asks = |phase: &VerificationPhase| {
                    matches!(phase, VerificationPhase::Authenticating { .. })
                };
                let free = self.removals.is_empty()
                    && !self.verifications.iter().any(|it| asks(&it.phase));
                let free = free && self.page_state.is_active();
                let pending = self
                    .verification_mut(id)
                    .filter(|it| free && it.may_auto_prompt && !it.auto_prompted);
                let may = pending.map(|pending| pending.auto_prompted = true).is_some();
                if may {
                    self.auto_retry_queue.clear();
                }
                may
            }
        }
    }

    /// Restores the state after an automatic attempt that failed. No error is
    /// displayed.
    fn back_to_waiting(&mut self, id: VerificationId, attempt: AddAttempt) {
        let phase = match attempt.trigger {
            Trigger::Poll { wait } => VerificationPhase::polling(
                attempt.session,
                self.now,
                verification::next_poll_delay(wait),
            ),
            Trigger::User | Trigger::PageReturn => VerificationPhase::AwaitingUser,
        };
        self.set_phase(id, phase);
    }

    fn on_add_failed(&mut self, id: VerificationId, sent: AddRequestOrigin, failure: RequestError) {
        let sent = match sent {
            AddRequestOrigin::Attempt(attempt)
                if attempt.trigger != Trigger::User && failure.is_transient() =>
            {
                self.back_to_waiting(id, attempt);
                if failure.is_outcome_unknown() {
                    self.refresh_silently();
                }
                return;
            }
            sent => sent,
        };
        let back = match sent {
            AddRequestOrigin::Attempt(AddAttempt { session, .. }) => {
                ReturnTo::Verification { session }
            }
            // The embedder's dialog is closed by now.
            AddRequestOrigin::AuthReply(uia, _) if uia.responder == Responder::Host => {
                ReturnTo::Verification { session: None }
            }
            AddRequestOrigin::AuthReply(uia, nth) => ReturnTo::AuthDialog { uia, nth },
        };
        if failure.is_outcome_unknown() {
            self.set_phase(id, VerificationPhase::OutcomeUnknown { failure, return_to: back });
            self.read_list();
        } else {
            self.restore_phase(id, &failure, back);
        }
    }

    /// Handles that the address is not on the list, so that `add` has failed.
    pub(in crate::model) fn resolve_uncertain_add(&mut self, at: usize) {
        let pending = &mut self.verifications[at];
        let id = pending.id;
        if let VerificationPhase::OutcomeUnknown { failure, return_to: back } =
            std::mem::replace(&mut pending.phase, VerificationPhase::AwaitingUser)
        {
            self.restore_phase(id, &failure, back);
        }
    }

    fn restore_phase(&mut self, id: VerificationId, failure: &RequestError, back: ReturnTo) {
        let section = self.verification(id).and_then(|it| Section::from_medium(&it.medium));
        let problem = self.report_failure(self.add_action(id), failure).for_section(section);
        let phase = match back {
            ReturnTo::Verification { session } => VerificationPhase::Failed { problem, session },
            ReturnTo::AuthDialog { mut uia, nth } => {
                uia.phase = UiaPhase::Failed(problem);
                VerificationPhase::Authenticating { uia, session_index: nth }
            }
        };
        self.set_phase(id, phase);
    }

    /// Handles that the dialog was closed. The verification stays pending.
    pub(in crate::model) fn stop_adding(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else {
            return;
        };
        let under_way = pending.is_being_added();
        let paused = match &pending.phase {
            VerificationPhase::Authenticating { uia, .. } => uia.resumable_session(),
            _ => None,
        };
        if let Some(pending) = self.verification_mut(id) {
            pending.auto_prompted = true;
            pending.resumable_uia = paused;
            pending.phase = VerificationPhase::AwaitingUser;
        }
        if under_way {
            self.abort_requests_of(id);
            // That gave up a "Resend" too, which nobody wanted stopped.
            self.send_resend_request(id);
            // It may have gone through: the list tells.
            self.read_list();
        }
    }

    pub(in crate::model) fn set_phase(&mut self, id: VerificationId, phase: VerificationPhase) {
        if let Some(pending) = self.verification_mut(id) {
            pending.phase = phase;
        }
    }
}

/// Request of an `add` response.
enum AddRequestOrigin {
    Attempt(AddAttempt),
    AuthReply(Box<Uia>, usize),
}

impl AddRequestOrigin {
    fn session_index(&self) -> usize {
        match self {
            AddRequestOrigin::Attempt(attempt) => attempt.session_index,
            AddRequestOrigin::AuthReply(_, nth) => *nth,
        }
    }

    fn trigger(&self) -> Trigger {
        match self {
            AddRequestOrigin::Attempt(attempt) => attempt.trigger,
            AddRequestOrigin::AuthReply(..) => Trigger::User,
        }
    }

    fn session(&self) -> Option<String> {
        match self {
            AddRequestOrigin::Attempt(attempt) => attempt.session.clone(),
            AddRequestOrigin::AuthReply(uia, _) => uia.challenge.session.clone(),
        }
    }

    /// True if the request had a UIA session and no reply of the user.
    fn is_attempt(&self) -> bool {
        match self {
            AddRequestOrigin::Attempt(attempt) => attempt.session.is_some(),
            AddRequestOrigin::AuthReply(..) => false,
        }
    }
}
