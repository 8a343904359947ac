//! Form for a new address, until its first message is sent. Each section has
//! one form.

use super::{
    Action, By, Draft, Effect, ErrorReport, Event, Flow, Focus, Operation, Problem, Purpose, Retry,
    Section, Verification, VerificationId, Wanted, same_address,
};
use crate::matrix::request_email_token::Response;
use crate::matrix::{ClientSecret, Errcode, Failure};

/// State of a form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// State of the submitted address.
    pub phase: FormPhase,
    /// Verification whose address the user changes.
    pub(super) correcting: Option<VerificationId>,
    /// True if the server supports this medium: the list has such an address,
    /// or the server has sent a message.
    pub(super) supported: bool,
    /// Addresses of method calls that wait for the pending request.
    queue: Vec<(Wanted, ClientSecret)>,
}

impl Default for FormPhase {
    fn default() -> Self {
        FormPhase::Editing { unsent: None }
    }
}

/// State of the submitted address.
#[derive(Clone, Debug, PartialEq)]
pub enum FormPhase {
    /// Waits for the user.
    Editing {
        /// Draft of a failed request. The same address continues it, so that
        /// the server sends no second message.
        unsent: Option<Draft>,
    },
    /// The typed text is not valid.
    Wrong(Problem),
    /// Waits for the reply to `threepid-before-add`.
    Asking(Draft),
    /// The request is pending.
    Sending(Draft),
    /// The request failed, and can be repeated.
    Failed(Draft, Problem),
}

impl Form {
    /// True while a request is pending.
    pub fn is_sending(&self) -> bool {
        match self.phase {
            FormPhase::Asking(_) | FormPhase::Sending(_) => true,
            FormPhase::Editing { .. } | FormPhase::Wrong(_) | FormPhase::Failed(..) => false,
        }
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.phase {
            FormPhase::Wrong(problem) | FormPhase::Failed(_, problem) => Some(problem),
            FormPhase::Editing { .. } | FormPhase::Asking(_) | FormPhase::Sending(_) => None,
        }
    }

    /// True if the error is one of the typed text.
    pub fn is_invalid(&self) -> bool {
        match &self.phase {
            FormPhase::Wrong(problem) => problem.is_of_the_address(),
            FormPhase::Editing { .. }
            | FormPhase::Asking(_)
            | FormPhase::Sending(_)
            | FormPhase::Failed(..) => false,
        }
    }

    pub(super) fn forget_problem(&mut self) {
        self.phase = FormPhase::Editing { unsent: self.unsent().cloned() };
    }

    /// Sets a stored rate limit that has not ended.
    pub(super) fn limited(&mut self, limit: Problem) {
        if let FormPhase::Editing { unsent: None } = self.phase {
            self.phase = FormPhase::Wrong(limit);
        }
    }

    /// Draft whose message was not sent yet.
    fn unsent(&self) -> Option<&Draft> {
        match &self.phase {
            FormPhase::Editing { unsent } => unsent.as_ref(),
            FormPhase::Wrong(_) => None,
            FormPhase::Asking(draft) | FormPhase::Sending(draft) | FormPhase::Failed(draft, _) => {
                Some(draft)
            }
        }
    }

    pub(super) fn detach(&mut self) {
        self.queue.clear();
        // The field will be empty when it is back.
        self.correcting = None;
        let unsent = self.unsent().map(|draft| Draft { replaces: None, ..draft.clone() });
        self.phase = FormPhase::Editing { unsent };
    }
}

impl Flow {
    pub(super) fn add(&mut self, wanted: Wanted, secret: ClientSecret, by: By) {
        let section = wanted.section();
        let medium = section.medium();
        let operation = Operation::Send(wanted.key());
        let cannot = self.needs_identity_server || !self.sections.contains(&section);
        let refusal = self.refusal().or(cannot.then_some("readonly"));
        if let Some(code) = refusal {
            return self.settle(operation, Err(code));
        }
        let form = self.form_of_mut(section);
        if by == By::Person && form.problem().and_then(Problem::until).is_some() {
            // It counts down, and is over by itself.
            return;
        }
        if let FormPhase::Asking(draft) | FormPhase::Sending(draft) = &form.phase {
            let same = |other: &str| same_address(&medium, other, &wanted.key());
            let waits = form.queue.iter().any(|(queued, _)| same(&queued.key()));
            if by == By::Method && !same(&draft.address) && !waits {
                form.queue.push((wanted, secret));
            }
            return;
        }
        if by == By::Method {
            self.effects.push(Effect::FillField(section, wanted.typed()));
        }
        let Some((address, dialled)) = wanted.parse() else {
            return self.refuse(section, operation, Problem::NotAnAddress, "invalid-address");
        };
        if self.list.holds(&medium, &address) {
            return self.refuse(section, operation, Problem::AlreadyYours, "duplicate");
        }
        let same = |it: &&Verification| it.is(&None, &medium, &address);
        if let Some(pending) = self.pending.iter().find(same) {
            let (id, sent) = (pending.id, pending.sent_outcome());
            let form = self.form_of_mut(section);
            form.phase = FormPhase::default();
            form.correcting = None;
            self.effects.push(Effect::FillField(section, String::new()));
            self.focus(Focus::Group(id));
            return self.settle(operation, Ok(sent));
        }
        let draft = match self.form_of(section).unsent() {
            Some(draft) if draft.address == address => draft.clone(),
            Some(_) | None => Draft {
                id: self.fresh_id(),
                address,
                dialled: dialled.cloned(),
                secret,
                replaces: match by {
                    By::Person => self.form_of(section).correcting,
                    By::Method => None,
                },
                linked: true,
            },
        };
        let address = draft.address.clone();
        self.form_of_mut(section).phase = FormPhase::Asking(draft);
        self.effects.push(Effect::Before(Action::Add, medium, address));
    }

    fn refuse(
        &mut self,
        section: Section,
        operation: Operation,
        problem: Problem,
        code: &'static str,
    ) {
        self.form_of_mut(section).phase = FormPhase::Wrong(problem.in_section(Some(section)));
        self.focus(Focus::Field(section));
        self.report(ErrorReport::local(code));
        self.settle(operation, Err(code));
    }

    /// Handles the reply to `threepid-before-add`. Each section has one event
    /// at a time.
    pub(super) fn may_add(&mut self, section: Section, may: bool) {
        let FormPhase::Asking(draft) = &self.form_of(section).phase else { return };
        let draft = draft.clone();
        if may {
            self.send(draft);
        } else {
            self.form_of_mut(section).phase = FormPhase::default();
            self.settle(Operation::Send(draft.address), Err("cancelled"));
            self.next_in_queue(section);
        }
    }

    pub(super) fn send_again(&mut self, section: Section) {
        if let FormPhase::Failed(draft, problem) = &self.form_of(section).phase
            && problem.until().is_none()
        {
            let (draft, hidden) = (draft.clone(), *problem == Problem::NoSms);
            self.send(draft);
            if hidden {
                // It has come back in the place of the button that was pressed.
                self.focus(Focus::Field(section));
            }
        }
    }

    fn send(&mut self, draft: Draft) {
        self.effects.push(Effect::RequestToken {
            id: draft.id,
            purpose: Purpose::Add,
            address: draft.address.clone(),
            dialled: draft.dialled.clone(),
            secret: draft.secret.clone(),
            attempt: 1,
            next_link: self.next_link.clone().filter(|_| draft.linked),
        });
        let section = draft.section();
        self.form_of_mut(section).phase = FormPhase::Sending(draft);
    }

    pub(super) fn token_requested(
        &mut self,
        id: VerificationId,
        result: Result<Response, Failure>,
    ) {
        let linked = self.next_link.is_some();
        for section in [Section::Emails, Section::Phones] {
            let FormPhase::Sending(draft) = &self.form_of(section).phase else { continue };
            if draft.id != id {
                continue;
            }
            let draft = draft.clone();
            match result {
                Ok(answer) => self.sent(draft, answer),
                // The address is good, as far as we can tell.
                Err(failure) if linked && draft.linked && failure.is_of_parameter() => {
                    self.send(Draft { linked: false, ..draft });
                }
                Err(failure) => self.not_sent(draft, &failure),
            }
            return self.next_in_queue(section);
        }
        self.resent(id, result);
    }

    fn sent(&mut self, draft: Draft, answer: Response) {
        let section = draft.section();
        if let Some(corrected) = draft.replaces {
            self.give_up(corrected);
        }
        let operation = Operation::Send(draft.address.clone());
        let mut pending = Verification::new(draft, answer, self.now);
        pending.sent_at = self.sending_time(&None, &pending.medium, &pending.address);
        let form = self.form_of_mut(section);
        form.phase = FormPhase::default();
        form.correcting = None;
        form.supported = true;
        self.notice = None;
        self.effects.push(Effect::FillField(section, String::new()));
        self.emit(Event::VerificationSent {
            medium: pending.medium.clone(),
            address: pending.address.clone(),
            attempt: pending.attempt,
        });
        self.settle(operation, Ok(pending.sent_outcome()));
        let same = |it: &&mut Verification| it.is(&None, &pending.medium, &pending.address);
        let id = match self.pending.iter_mut().find(same) {
            // Another tab had the same wish meanwhile.
            Some(theirs) => {
                theirs.merge(pending, self.now);
                theirs.id
            }
            None => {
                let id = pending.id;
                self.pending.push(pending);
                id
            }
        };
        self.focus(Focus::Group(id));
    }

    fn not_sent(&mut self, draft: Draft, failure: &Failure) {
        let section = draft.section();
        let mut problem = self.trouble(Action::Send, failure);
        let refuses =
            matches!(failure.errcode(), Some(Errcode::ThreepidDenied | Errcode::Unrecognized));
        if refuses && !self.form_of(section).supported {
            problem = Problem::MayLackEmails;
        }
        let problem = problem.in_section(Some(section));
        self.settle_failed(Operation::Send(draft.address.clone()), failure, &problem);
        self.form_of_mut(section).phase = match problem.retry() {
            Retry::Never if problem != Problem::SessionEnded => {
                self.focus(Focus::Field(section));
                FormPhase::Wrong(problem)
            }
            Retry::Never | Retry::Now | Retry::At(_) => {
                if problem == Problem::NoSms {
                    self.focus(Focus::TryAgain(section));
                }
                FormPhase::Failed(draft, problem)
            }
        };
    }

    fn next_in_queue(&mut self, section: Section) {
        loop {
            let form = self.form_of_mut(section);
            if form.is_sending() || form.queue.is_empty() {
                return;
            }
            let (wanted, secret) = form.queue.remove(0);
            self.add(wanted, secret, By::Method);
        }
    }

    /// Returns the address to the field. The verification stays until the
    /// message to the new address is sent.
    pub(super) fn change_address(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else { return };
        let Some(section) = Section::of(&pending.medium) else { return };
        let address = pending.address.clone();
        let form = self.form_of_mut(section);
        if form.is_sending() {
            return;
        }
        form.phase = FormPhase::default();
        form.correcting = Some(id);
        self.effects.push(Effect::FillField(section, address));
        self.focus(Focus::Field(section));
    }
}
