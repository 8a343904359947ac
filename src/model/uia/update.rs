//! Responses to requests with user-interactive authentication.

use std::sync::Arc;

use crate::matrix::uia::{AuthData, Challenge, DUMMY, StageAnswer};
use crate::matrix::{Errcode, RequestError};
use crate::model::{
    Action, Effect, FallbackWindow, FocusTarget, HostEffect, Model, PasswordForm, PendingRequest,
    RemovalPhase, Responder, ReturnTo, Stage, TabEffect, UiEffect, Uia, UiaPhase, UiaReply,
    UiaTarget, UserError, VerificationPhase,
};

/// Result of handling a response.
pub(in crate::model) enum UiaOutcome {
    /// Show the next stage.
    NeedsInput(Box<Uia>),
    /// Send the request again, with this `auth`.
    SendAgain(Box<Uia>, Option<AuthData>),
    /// Keep the state: a silent check found nothing new.
    Unchanged(Box<Uia>),
    /// The authentication has ended, and the request failed.
    Failed(RequestError, Option<Box<Uia>>),
}

impl Model {
    /// Authentication of the open dialog. Only one dialog is open; a removal's
    /// comes first.
    pub fn active_uia(&self) -> Option<(UiaTarget, &Uia)> {
        if let Some(RemovalPhase::Authenticating(uia)) = self.removals.first().map(|it| &it.phase)
            && uia.responder == Responder::User
        {
            return Some((UiaTarget::Removal, uia));
        }
        if let Some(uia) = self.password.as_ref().and_then(PasswordForm::uia)
            && uia.responder == Responder::User
        {
            return Some((UiaTarget::Password, uia));
        }
        for pending in &self.verifications {
            // Should it have failed, what was typed is still there.
            if let VerificationPhase::Authenticating { uia, .. }
            | VerificationPhase::OutcomeUnknown {
                return_to: ReturnTo::AuthDialog { uia, .. },
                ..
            } = &pending.phase
                && uia.responder == Responder::User
            {
                return Some((UiaTarget::Verification(pending.id), uia));
            }
        }
        None
    }

    /// Handles the failure of a request with authentication.
    pub(in crate::model) fn handle_uia_failure(
        &mut self,
        action: Action,
        uia: Option<Box<Uia>>,
        failure: RequestError,
    ) -> UiaOutcome {
        match (failure, uia) {
            (RequestError::Challenge(challenge), uia) => {
                UiaOutcome::NeedsInput(self.next_challenge(action, uia, challenge))
            }
            (failure, Some(mut uia))
                if matches!(uia.phase, UiaPhase::Checking(PendingRequest::SilentPoll))
                    && failure.is_transient() =>
            {
                uia.phase = UiaPhase::AwaitingInput;
                UiaOutcome::Unchanged(uia)
            }
            (failure, Some(uia))
                if uia.challenge.session.is_some() && failure.may_be_unknown_uia_session() =>
            {
                handle_refusal(uia, failure)
            }
            (failure, uia) => UiaOutcome::Failed(failure, uia),
        }
    }

    /// Creates the state for a challenge that follows another one.
    fn next_challenge(
        &mut self,
        action: Action,
        before: Option<Box<Uia>>,
        mut challenge: Arc<Challenge>,
    ) -> Box<Uia> {
        self.next_id += 1;
        if let Some(before) = &before
            && !matches!(before.phase, UiaPhase::Checking(PendingRequest::Restart))
            && challenge.session.is_none()
            && let Some(challenge) = Arc::get_mut(&mut challenge)
        {
            // It repeats only what is left to do. No other place has it yet.
            challenge.session = before.challenge.session.clone();
        }
        let addresses = self.list.entries().unwrap_or_default();
        let mut uia = Box::new(Uia::new(self.next_id, challenge, addresses));
        let (mut problem, mut quiet, mut again) = (None, false, false);
        let mut wrong_secret = false;
        if let Some(mut before) = before {
            let done = uia.challenge.completed.len() > before.challenge.completed.len();
            uia.steps = before.steps
                + u8::from(before.phase != UiaPhase::Checking(PendingRequest::SilentPoll));
            if !done {
                uia.refused = before.refused + u8::from(before.responder == Responder::Host);
            }
            match &before.phase {
                // What was typed is still in the field.
                UiaPhase::Checking(PendingRequest::Restart) => {
                    again = before.responder == Responder::User
                }
                UiaPhase::Checking(PendingRequest::SilentPoll) => quiet = true,
                UiaPhase::Checking(PendingRequest::CheckAfterRefusal) => {
                    problem = Some(before.insufficient_error()).filter(|_| !done)
                }
                UiaPhase::Checking(PendingRequest::Answer | PendingRequest::SubmitCode)
                | UiaPhase::AwaitingInput
                | UiaPhase::Failed(_) => {
                    wrong_secret = !done && before.stage().is_some_and(Stage::is_secret);
                    // Servers that forget a session may just begin another. Some
                    // do so after a wrong password, too.
                    let another = uia.challenge.session != before.challenge.session
                        && uia.challenge.errcode.is_none()
                        && !wrong_secret;
                    if another && !before.session_restarted && !done {
                        before.session_restarted = true;
                        again = before.responder == Responder::User;
                    } else {
                        problem = Some(before.insufficient_error()).filter(|_| !done);
                    }
                }
            }
            // It may have been done after the server had looked.
            if let Some(Stage::Fallback { reported_done: since, .. }) = before.stage_mut()
                && std::mem::take(since)
                && !done
            {
                (again, problem) = (true, None);
            }
            if uia.is_for_user_only() {
                (again, problem) = (false, problem.or(Some(before.insufficient_error())));
            }
            again &= uia.carry_over_from(&mut before);
            if done {
                // What had the focus may be gone.
                self.focus(FocusTarget::Dialog);
            }
        }
        let errcode = uia.challenge.errcode.as_ref().filter(|_| !quiet);
        let hopeless = uia.options.is_empty();
        if errcode.is_some() || hopeless {
            let usual = wrong_secret
                || matches!(errcode, None | Some(Errcode::Forbidden | Errcode::Unauthorized));
            let said = self.report_failure(action, &RequestError::Challenge(uia.challenge.clone()));
            problem = if hopeless {
                Some(UserError::NoSupportedAuthFlow)
            } else {
                problem.filter(|_| usual).or(Some(said))
            };
        }
        match problem {
            Some(problem) => uia.phase = UiaPhase::Failed(problem),
            None if again => self.effects.push(Effect::Ui(UiEffect::SubmitDialog)),
            None => {}
        }
        uia
    }

    /// Handles a challenge: offers it to the host application, or shows the
    /// dialog.
    pub(in crate::model) fn start_uia(&mut self, subject: UiaTarget) {
        let Some(uia) = self.uia_mut(subject) else {
            return;
        };
        let (number, challenge) = (uia.number, uia.challenge.clone());
        if uia.is_for_user_only() {
            return self.user_will_authenticate(subject);
        }
        if matches!((&uia.phase, uia.stage()), (UiaPhase::AwaitingInput, Some(Stage::Dummy))) {
            return self.send_auth(subject, StageAnswer::Stage(DUMMY), PendingRequest::Answer);
        }
        let (action, of) = match subject {
            UiaTarget::Verification(id) => match self.verification(id) {
                Some(it) => (self.add_action(id), Some((it.medium.clone(), it.address.clone()))),
                None => return,
            },
            UiaTarget::Removal => match self.removals.first() {
                Some(it) => (it.action(), Some((it.medium.clone(), it.address.clone()))),
                None => return,
            },
            UiaTarget::Password => (Action::ChangePassword, None),
        };
        self.effects.push(Effect::Host(HostEffect::OfferChallenge {
            number,
            action,
            threepid: of,
            challenge,
        }));
    }

    pub(in crate::model) fn host_will_authenticate(&mut self, number: u32) {
        if let Some(uia) = self.find_uia_target(number).and_then(|subject| self.uia_mut(subject)) {
            uia.responder = Responder::Host;
        }
    }

    /// Handles a reply of the host application. Its challenge may be over.
    pub(in crate::model) fn on_host_reply(&mut self, number: u32, reply: UiaReply) {
        let Some(subject) = self.find_uia_target(number) else { return };
        if self.uia_mut(subject).is_some_and(|uia| uia.responder == Responder::Host) {
            self.on_reply(subject, reply);
        }
    }

    /// Shows the dialog, because the host application does not reply.
    pub(in crate::model) fn on_host_declined(&mut self, number: u32) {
        if let Some(subject) = self.find_uia_target(number) {
            self.user_will_authenticate(subject);
        }
    }

    /// Request of the challenge with this number, if it still waits.
    pub fn find_uia_target(&self, number: u32) -> Option<UiaTarget> {
        let pending = self.verifications.iter().map(|it| UiaTarget::Verification(it.id));
        let mut subjects = [UiaTarget::Removal, UiaTarget::Password].into_iter().chain(pending);
        subjects.find(|it| self.uia_of(*it).is_some_and(|uia| uia.number == number))
    }

    /// State of the authentication of a request.
    pub fn uia_of(&self, subject: UiaTarget) -> Option<&Uia> {
        match subject {
            UiaTarget::Verification(id) => match &self.verification(id)?.phase {
                VerificationPhase::Authenticating { uia, .. } => Some(uia),
                _ => None,
            },
            UiaTarget::Removal => match &self.removals.first()?.phase {
                RemovalPhase::Authenticating(uia) => Some(uia),
                _ => None,
            },
            UiaTarget::Password => self.password.as_ref()?.uia(),
        }
    }

    /// Starts the displayed stage as far as it needs no input.
    pub(in crate::model) fn user_will_authenticate(&mut self, subject: UiaTarget) {
        let Some(uia) =
            self.uia_mut(subject).filter(|uia| matches!(uia.phase, UiaPhase::AwaitingInput))
        else {
            return;
        };
        match uia.stage() {
            Some(Stage::Threepid(proof)) if !proof.is_sent() => self.request_uia_token(subject),
            Some(Stage::Fallback { window: FallbackWindow::Closed, .. }) => {
                self.effects.push(Effect::Tab(TabEffect::OpenFallbackPage(subject)));
            }
            Some(
                Stage::Threepid(_)
                | Stage::Fallback { .. }
                | Stage::Password
                | Stage::Dummy
                | Stage::Terms
                | Stage::RegistrationToken,
            )
            | None => {}
        }
    }

    /// Displays the next option.
    pub(in crate::model) fn select_other_option(&mut self, subject: UiaTarget) {
        if let Some(uia) = self.uia_mut(subject).filter(|uia| !uia.has_progress()) {
            uia.selected = (uia.selected + 1) % uia.options.len().max(1);
            uia.phase = UiaPhase::AwaitingInput;
            self.user_will_authenticate(subject);
        }
    }

    /// Handles the result of opening the fallback page.
    pub(in crate::model) fn fallback_window_opened(
        &mut self,
        subject: UiaTarget,
        to: FallbackWindow,
    ) {
        if let Some(Stage::Fallback { window, .. }) = self.uia_mut(subject).and_then(Uia::stage_mut)
        {
            *window = to;
        }
    }

    /// Handles `authDone` of the fallback page of this UIA session.
    pub(in crate::model) fn fallback_done(&mut self, session: &str) {
        let Some((subject, _)) = self.active_uia() else { return };
        let Some(uia) = self.uia_mut(subject) else { return };
        if uia.challenge.session.as_deref() != Some(session) {
            return;
        }
        let under_way = uia.has_progress();
        if let Some(Stage::Fallback { reported_done: done, .. }) = uia.stage_mut() {
            *done = under_way;
            if !under_way {
                self.send_auth(subject, StageAnswer::SessionOnly, PendingRequest::Answer);
            }
        }
    }

    /// Sends a silent check after the user has returned.
    pub(in crate::model) fn check_uia_silently(&mut self) {
        let Some((subject, uia)) = self.active_uia() else { return };
        if uia.has_progress() || uia.problem().is_some_and(|problem| problem.retry_at().is_some()) {
            return;
        }
        match uia.stage() {
            Some(Stage::Fallback { window: FallbackWindow::Open, .. }) => {
                self.send_auth(subject, StageAnswer::SessionOnly, PendingRequest::SilentPoll);
            }
            Some(Stage::Threepid(proof)) if !proof.needs_code() => {
                self.submit_threepid_creds(subject, PendingRequest::SilentPoll);
            }
            Some(
                Stage::Fallback { .. }
                | Stage::Threepid(_)
                | Stage::Password
                | Stage::Dummy
                | Stage::Terms
                | Stage::RegistrationToken,
            )
            | None => {}
        }
    }

    /// Handles a reply of the user.
    pub(in crate::model) fn on_user_reply(&mut self, subject: UiaTarget, reply: UiaReply) {
        let Some(uia) = self.uia_mut(subject) else { return };
        uia.steps = 0;
        if let Some(problem) = uia.missing_reply(&reply) {
            uia.phase = UiaPhase::Failed(problem);
            return self.focus(FocusTarget::Dialog);
        }
        self.on_reply(subject, reply);
    }

    fn on_reply(&mut self, subject: UiaTarget, reply: UiaReply) {
        match reply {
            UiaReply::Auth(answer) => self.send_auth(subject, answer, PendingRequest::Answer),
            UiaReply::ValidatedThreepid(code) => self.submit_uia_token(subject, code),
            UiaReply::Restart => {
                if let Some(uia) = self.uia_mut(subject).filter(|uia| !uia.has_progress()) {
                    uia.phase = UiaPhase::Checking(PendingRequest::Restart);
                    self.send_authenticated_request(subject, None);
                }
            }
            UiaReply::Cancel => match subject {
                UiaTarget::Verification(id) => self.stop_adding(id),
                UiaTarget::Removal => self.cancel_removal(),
                UiaTarget::Password => self.cancel_password_change(),
            },
        }
    }

    /// Sends the request again, with this reply.
    pub(in crate::model) fn send_auth(
        &mut self,
        subject: UiaTarget,
        answer: StageAnswer,
        check: PendingRequest,
    ) {
        let Some(uia) = self.uia_mut(subject) else { return };
        match uia.phase {
            // The same is under way; from now on, the person waits for it.
            UiaPhase::Checking(PendingRequest::SilentPoll) => uia.phase = UiaPhase::Checking(check),
            // What is under way cannot be answered again.
            UiaPhase::Checking(_) => {}
            UiaPhase::AwaitingInput | UiaPhase::Failed(_) => {
                // Whoever tries once more may have it begun anew once more.
                uia.session_restarted &= matches!(uia.phase, UiaPhase::AwaitingInput);
                let auth = uia.auth(answer);
                uia.phase = UiaPhase::Checking(check);
                self.send_authenticated_request(subject, Some(auth));
            }
        }
    }

    /// Sends the request of an authentication.
    pub(in crate::model) fn send_authenticated_request(
        &mut self,
        subject: UiaTarget,
        auth: Option<AuthData>,
    ) {
        match subject {
            UiaTarget::Verification(id) => self.request_add(id, auth),
            UiaTarget::Removal => self.request_delete(auth),
            UiaTarget::Password => self.request_password(auth),
        }
    }

    pub(in crate::model) fn uia_mut(&mut self, subject: UiaTarget) -> Option<&mut Uia> {
        match subject {
            UiaTarget::Verification(id) => {
                let pending = self.verification_mut(id)?;
                match &mut pending.phase {
                    VerificationPhase::Authenticating { uia, .. } => Some(uia),
                    _ => None,
                }
            }
            UiaTarget::Removal => match &mut self.removals.first_mut()?.phase {
                RemovalPhase::Authenticating(uia) => Some(uia),
                _ => None,
            },
            UiaTarget::Password => match self.password.as_mut()? {
                PasswordForm::Authenticating(_, uia) => Some(uia),
                _ => None,
            },
        }
    }
}

/// Handles a refusal without a challenge. The server may no longer know the UIA
/// session; then the authentication is restarted, once.
fn handle_refusal(mut uia: Box<Uia>, failure: RequestError) -> UiaOutcome {
    let forbidden = matches!(failure.errcode(), Some(Errcode::Forbidden | Errcode::Unauthorized));
    let is_check = matches!(uia.phase, UiaPhase::Checking(PendingRequest::CheckAfterRefusal));
    let is_answer = matches!(uia.phase, UiaPhase::Checking(PendingRequest::Answer));
    if forbidden && is_answer && !matches!(uia.stage(), Some(Stage::Fallback { .. })) {
        // Some servers say the same of a wrong password.
        uia.phase = UiaPhase::Checking(PendingRequest::CheckAfterRefusal);
        let auth = uia.auth(StageAnswer::SessionOnly);
        UiaOutcome::SendAgain(uia, Some(auth))
    } else if !uia.session_restarted && (forbidden || !is_check) {
        uia.session_restarted = true;
        uia.phase = UiaPhase::Checking(PendingRequest::Restart);
        UiaOutcome::SendAgain(uia, None)
    } else if is_check && !forbidden && uia.responder == Responder::User {
        // Not what it said of the password, so it has looked at that.
        uia.phase = UiaPhase::Failed(uia.insufficient_error());
        UiaOutcome::Unchanged(uia)
    } else {
        UiaOutcome::Failed(failure, Some(uia))
    }
}
