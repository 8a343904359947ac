//! User-interactive authentication around a request, whichever it is.

use std::sync::Arc;

use super::{
    Action, Asked, Back, Check, Effect, Flow, Focus, PageWindow, PasswordForm, Phase, Problem,
    RemovalPhase, Reply, Stage, Subject, Uia, UiaPhase,
};
use crate::matrix::uia::{Answer, Auth, Challenge, DUMMY};
use crate::matrix::{Errcode, Failure};

/// What the answer to a request means for its authentication.
pub(super) enum Verdict {
    /// Somebody is to be asked.
    Ask(Box<Uia>),
    /// The request is to be sent from the start, without `auth`.
    Anew(Box<Uia>),
    /// It stays as it is: what nobody had asked for came to nothing.
    Rest(Box<Uia>),
    /// That is over; the request failed.
    Over(Failure, Option<Box<Uia>>),
}

impl Flow {
    /// The authentication that the person has in front of them: one dialog at
    /// a time, a removal's first.
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

    /// What it means that the request that `uia` was about failed so.
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

    /// The authentication that a challenge asks for, after the one before.
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

    /// A challenge came for this request: nothing to do, or somebody is asked.
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

    /// The embedder's answer to a challenge, which may be over by now.
    pub(super) fn host_answers(&mut self, number: u32, reply: Reply) {
        let Some(subject) = self.subject_of(number) else { return };
        if self.uia(subject).is_some_and(|uia| uia.asked == Asked::Host) {
            self.authenticate(subject, reply);
        }
    }

    /// Nobody but the person answers this challenge.
    pub(super) fn host_declines(&mut self, number: u32) {
        if let Some(subject) = self.subject_of(number) {
            self.person_authenticates(subject);
        }
    }

    /// What the challenge with this number is about, if it still waits.
    pub fn subject_of(&self, number: u32) -> Option<Subject> {
        let pending = self.pending.iter().map(|it| Subject::Verification(it.id));
        let mut subjects = [Subject::Removal, Subject::Password].into_iter().chain(pending);
        subjects.find(|it| self.authentication(*it).is_some_and(|uia| uia.number == number))
    }

    /// The authentication of a request.
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

    /// The person is asked: what can be begun for them is.
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

    /// The person would rather do it another way.
    pub(super) fn other_way(&mut self, subject: Subject) {
        if let Some(uia) = self.uia(subject).filter(|uia| !uia.is_under_way()) {
            uia.way = (uia.way + 1) % uia.ways.len().max(1);
            uia.phase = UiaPhase::Asking;
            self.person_authenticates(subject);
        }
    }

    /// What came of opening the page of a stage.
    pub(super) fn page_opened(&mut self, subject: Subject, to: PageWindow) {
        if let Some(Stage::Page { window, .. }) = self.uia(subject).and_then(Uia::stage_mut) {
            *window = to;
        }
    }

    /// The page that was opened for this session says that it is done.
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

    /// The person is back: they may have done it elsewhere.
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

    /// The person answers.
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

    /// Sends the request again, with this answer.
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

    /// Sends the request that an authentication is about.
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
