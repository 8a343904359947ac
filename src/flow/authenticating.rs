//! Responses to requests with user-interactive authentication.

use std::sync::Arc;

use super::{
    Action, Asked, Back, Check, Effect, Flow, Focus, PageWindow, PasswordForm, Phase, Problem,
    RemovalPhase, Reply, Stage, Subject, Uia, UiaPhase,
};
use crate::matrix::uia::{Answer, Auth, Challenge, DUMMY};
use crate::matrix::{Errcode, Failure};

/// Result of handling a response.
pub(super) enum Verdict {
    /// Show the next stage.
    Ask(Box<Uia>),
    /// Send the request again, without `auth`.
    Anew(Box<Uia>),
    /// Keep the state: a silent check found nothing new.
    Rest(Box<Uia>),
    /// The authentication has ended, and the request failed.
    Over(Failure, Option<Box<Uia>>),
}

impl Flow {
    /// Authentication of the open dialog. Only one dialog is open; a removal's
    /// comes first.
    pub fn in_front(&self) -> Option<(Subject, &Uia)> {
        if let Some(RemovalPhase::Authenticating(uia)) = self.removals.first().map(|it| &it.phase)
            && uia.asked == Asked::Person
        {
            return Some((Subject::Removal, uia));
        }
        if let Some(uia) = self.password.as_ref().and_then(PasswordForm::uia)
            && uia.asked == Asked::Person
        {
            return Some((Subject::Password, uia));
        }
        for pending in &self.pending {
            // Should it have failed, what was typed is still there.
            if let Phase::Authenticating { uia, .. }
            | Phase::Uncertain { back: Back::Dialog { uia, .. }, .. } = &pending.phase
                && uia.asked == Asked::Person
            {
                return Some((Subject::Verification(pending.id), uia));
            }
        }
        None
    }

    /// Handles the failure of a request with authentication.
    pub(super) fn judge(
        &mut self,
        action: Action,
        uia: Option<Box<Uia>>,
        failure: Failure,
    ) -> Verdict {
        match (failure, uia) {
            (Failure::Challenge(challenge), uia) => {
                Verdict::Ask(self.asked_anew(action, uia, challenge))
            }
            (failure, Some(mut uia))
                if matches!(uia.phase, UiaPhase::Checking(Check::Look)) && failure.may_pass() =>
            {
                uia.phase = UiaPhase::Asking;
                Verdict::Rest(uia)
            }
            // The server is asked anew, once, without the session.
            (failure, Some(mut uia))
                if !uia.restarted && uia.challenge.session.is_some() && failure.is_of_session() =>
            {
                let refused = failure.errcode() == Some(&Errcode::Forbidden);
                let check = if refused { Check::Refused } else { Check::Anew };
                uia.restarted = true;
                uia.phase = UiaPhase::Checking(check);
                Verdict::Anew(uia)
            }
            (failure, uia) => Verdict::Over(failure, uia),
        }
    }

    /// Creates the state for a challenge that follows another one.
    fn asked_anew(
        &mut self,
        action: Action,
        before: Option<Box<Uia>>,
        challenge: Arc<Challenge>,
    ) -> Box<Uia> {
        self.ids += 1;
        let addresses = self.list.entries().unwrap_or_default();
        let mut uia = Box::new(Uia::new(self.ids, challenge, addresses));
        let (mut problem, mut quiet, mut again) = (None, false, false);
        if let Some(mut before) = before {
            let done = uia.challenge.completed.len() > before.challenge.completed.len();
            uia.steps = before.steps + u8::from(before.phase != UiaPhase::Checking(Check::Look));
            if !done {
                uia.refused = before.refused + u8::from(before.asked == Asked::Host);
            }
            match &before.phase {
                // What was typed is still in the field.
                UiaPhase::Checking(Check::Anew) => again = before.asked == Asked::Person,
                UiaPhase::Checking(Check::Refused) => problem = Some(before.not_enough()),
                UiaPhase::Checking(Check::Look) => quiet = true,
                UiaPhase::Checking(Check::Answer | Check::Code)
                | UiaPhase::Asking
                | UiaPhase::Failed(_) => {
                    // Servers that forget a session may just begin another.
                    let another = uia.challenge.session != before.challenge.session
                        && uia.challenge.errcode.is_none();
                    if another && !before.restarted && !done {
                        before.restarted = true;
                        again = before.asked == Asked::Person;
                    } else {
                        problem = Some(before.not_enough()).filter(|_| !done);
                    }
                }
            }
            // It may have been done after the server had looked.
            if let Some(Stage::Page { done: since, .. }) = before.stage_mut()
                && std::mem::take(since)
                && !done
            {
                (again, problem) = (true, None);
            }
            if uia.needs_person() {
                (again, problem) = (false, problem.or(Some(before.not_enough())));
            }
            again &= uia.follow(&mut before);
            if done {
                // What had the focus may be gone.
                self.focus(Focus::Dialog);
            }
        }
        let errcode = uia.challenge.errcode.as_ref().filter(|_| !quiet);
        let hopeless = uia.ways.is_empty();
        if errcode.is_some() || hopeless {
            let usual = matches!(errcode, None | Some(Errcode::Forbidden | Errcode::Unauthorized));
            let said = self.trouble(action, &Failure::Challenge(uia.challenge.clone()));
            problem = if hopeless {
                Some(Problem::NoWayToAuthenticate)
            } else {
                problem.filter(|_| usual).or(Some(said))
            };
        }
        match problem {
            Some(problem) => uia.phase = UiaPhase::Failed(problem),
            None if again => self.effects.push(Effect::SubmitDialog),
            None => {}
        }
        uia
    }

    /// Handles a challenge: offers it to the host application, or shows the
    /// dialog.
    pub(super) fn challenged(&mut self, subject: Subject) {
        let Some(uia) = self.uia(subject) else {
            return;
        };
        let (number, challenge) = (uia.number, uia.challenge.clone());
        if uia.needs_person() {
            return self.person_authenticates(subject);
        }
        if matches!((&uia.phase, uia.stage()), (UiaPhase::Asking, Some(Stage::Dummy))) {
            return self.send_answer(subject, Answer::Stage(DUMMY), Check::Answer);
        }
        let (action, of) = match subject {
            Subject::Verification(id) => match self.verification(id) {
                Some(it) => (self.action_of(id), Some((it.medium.clone(), it.address.clone()))),
                None => return,
            },
            Subject::Removal => match self.removals.first() {
                Some(it) => (it.action(), Some((it.medium.clone(), it.address.clone()))),
                None => return,
            },
            Subject::Password => (Action::ChangePassword, None),
        };
        self.effects.push(Effect::Challenge { number, action, of, challenge });
    }

    pub(super) fn host_authenticates(&mut self, number: u32) {
        if let Some(uia) = self.subject_of(number).and_then(|subject| self.uia(subject)) {
            uia.asked = Asked::Host;
        }
    }

    /// Handles a reply of the host application. Its challenge may be over.
    pub(super) fn host_answers(&mut self, number: u32, reply: Reply) {
        let Some(subject) = self.subject_of(number) else { return };
        if self.uia(subject).is_some_and(|uia| uia.asked == Asked::Host) {
            self.authenticate(subject, reply);
        }
    }

    /// Shows the dialog, because the host application does not reply.
    pub(super) fn host_declines(&mut self, number: u32) {
        if let Some(subject) = self.subject_of(number) {
            self.person_authenticates(subject);
        }
    }

    /// Request of the challenge with this number, if it still waits.
    pub fn subject_of(&self, number: u32) -> Option<Subject> {
        let pending = self.pending.iter().map(|it| Subject::Verification(it.id));
        let mut subjects = [Subject::Removal, Subject::Password].into_iter().chain(pending);
        subjects.find(|it| self.authentication(*it).is_some_and(|uia| uia.number == number))
    }

    /// State of the authentication of a request.
    pub fn authentication(&self, subject: Subject) -> Option<&Uia> {
        match subject {
            Subject::Verification(id) => match &self.verification(id)?.phase {
                Phase::Authenticating { uia, .. } => Some(uia),
                _ => None,
            },
            Subject::Removal => match &self.removals.first()?.phase {
                RemovalPhase::Authenticating(uia) => Some(uia),
                _ => None,
            },
            Subject::Password => self.password.as_ref()?.uia(),
        }
    }

    /// Starts the displayed stage as far as it needs no input.
    pub(super) fn person_authenticates(&mut self, subject: Subject) {
        let Some(uia) = self.uia(subject).filter(|uia| matches!(uia.phase, UiaPhase::Asking))
        else {
            return;
        };
        match uia.stage() {
            Some(Stage::Address(proof)) if !proof.is_sent() => self.send_proof(subject),
            Some(Stage::Page { window: PageWindow::No, .. }) => {
                self.effects.push(Effect::OpenPage(subject));
            }
            Some(
                Stage::Address(_)
                | Stage::Page { .. }
                | Stage::Password
                | Stage::Dummy
                | Stage::Terms
                | Stage::RegistrationToken,
            )
            | None => {}
        }
    }

    /// Displays the next option.
    pub(super) fn other_way(&mut self, subject: Subject) {
        if let Some(uia) = self.uia(subject).filter(|uia| !uia.is_under_way()) {
            uia.way = (uia.way + 1) % uia.ways.len().max(1);
            uia.phase = UiaPhase::Asking;
            self.person_authenticates(subject);
        }
    }

    /// Handles the result of opening the fallback page.
    pub(super) fn page_opened(&mut self, subject: Subject, to: PageWindow) {
        if let Some(Stage::Page { window, .. }) = self.uia(subject).and_then(Uia::stage_mut) {
            *window = to;
        }
    }

    /// Handles `authDone` of the fallback page of this UIA session.
    pub(super) fn page_done(&mut self, session: &str) {
        let Some((subject, _)) = self.in_front() else { return };
        let Some(uia) = self.uia(subject) else { return };
        if uia.challenge.session.as_deref() != Some(session) {
            return;
        }
        let under_way = uia.is_under_way();
        if let Some(Stage::Page { done, .. }) = uia.stage_mut() {
            *done = under_way;
            if !under_way {
                self.send_answer(subject, Answer::SessionOnly, Check::Answer);
            }
        }
    }

    /// Sends a silent check after the user has returned.
    pub(super) fn look_whether_done(&mut self) {
        let Some((subject, uia)) = self.in_front() else { return };
        if uia.is_under_way() || uia.problem().is_some_and(|problem| problem.until().is_some()) {
            return;
        }
        match uia.stage() {
            Some(Stage::Page { window: PageWindow::Open, .. }) => {
                self.send_answer(subject, Answer::SessionOnly, Check::Look);
            }
            Some(Stage::Address(proof)) if !proof.wants_code() => {
                self.hand_in_proof(subject, Check::Look);
            }
            Some(
                Stage::Page { .. }
                | Stage::Address(_)
                | Stage::Password
                | Stage::Dummy
                | Stage::Terms
                | Stage::RegistrationToken,
            )
            | None => {}
        }
    }

    /// Handles a reply of the user.
    pub(super) fn person_answers(&mut self, subject: Subject, reply: Reply) {
        let Some(uia) = self.uia(subject) else { return };
        uia.steps = 0;
        if let Some(problem) = uia.lacks(&reply) {
            uia.phase = UiaPhase::Failed(problem);
            return self.focus(Focus::Dialog);
        }
        self.authenticate(subject, reply);
    }

    fn authenticate(&mut self, subject: Subject, reply: Reply) {
        match reply {
            Reply::With(answer) => self.send_answer(subject, answer, Check::Answer),
            Reply::Prove(code) => self.prove(subject, code),
            Reply::Anew => {
                if let Some(uia) = self.uia(subject).filter(|uia| !uia.is_under_way()) {
                    uia.phase = UiaPhase::Checking(Check::Anew);
                    self.request(subject, None);
                }
            }
            Reply::Cancel => match subject {
                Subject::Verification(id) => self.stop_adding(id),
                Subject::Removal => self.dismiss_remove(),
                Subject::Password => self.dismiss_password(),
            },
        }
    }

    /// Sends the request again, with this reply.
    pub(super) fn send_answer(&mut self, subject: Subject, answer: Answer, check: Check) {
        let Some(uia) = self.uia(subject) else { return };
        match uia.phase {
            // The same is under way; from now on, the person waits for it.
            UiaPhase::Checking(Check::Look) => uia.phase = UiaPhase::Checking(check),
            // What is under way cannot be answered again.
            UiaPhase::Checking(_) => {}
            UiaPhase::Asking | UiaPhase::Failed(_) => {
                // Whoever tries once more may have it begun anew once more.
                uia.restarted &= matches!(uia.phase, UiaPhase::Asking);
                let auth = uia.auth(answer);
                uia.phase = UiaPhase::Checking(check);
                self.request(subject, Some(auth));
            }
        }
    }

    /// Sends the request of an authentication.
    pub(super) fn request(&mut self, subject: Subject, auth: Option<Auth>) {
        match subject {
            Subject::Verification(id) => self.request_add(id, auth),
            Subject::Removal => self.request_delete(auth),
            Subject::Password => self.request_password(auth),
        }
    }

    pub(super) fn uia(&mut self, subject: Subject) -> Option<&mut Uia> {
        match subject {
            Subject::Verification(id) => {
                let pending = self.verification_mut(id)?;
                match &mut pending.phase {
                    Phase::Authenticating { uia, .. } => Some(uia),
                    _ => None,
                }
            }
            Subject::Removal => match &mut self.removals.first_mut()?.phase {
                RemovalPhase::Authenticating(uia) => Some(uia),
                _ => None,
            },
            Subject::Password => match self.password.as_mut()? {
                PasswordForm::Authenticating(_, uia) => Some(uia),
                _ => None,
            },
        }
    }
}
