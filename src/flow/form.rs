//! The field in which an address is entered, until the mail went out.

use super::{
    Action, By, Effect, ErrorReport, Event, Flow, Focus, Operation, Problem, Retry, Verification,
    VerificationId,
};
use crate::matrix::request_email_token::Response;
use crate::matrix::threepids::Medium;
use crate::matrix::{ClientSecret, Failure, email};

/// A verification whose mail did not go out yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The id that the pending verification will have.
    pub id: VerificationId,
    /// The address, without blanks around it.
    pub address: String,
    /// Its secret. A repeated request has the same, so that no second mail is sent.
    pub secret: ClientSecret,
    /// The pending verification whose address this one corrects.
    pub replaces: Option<VerificationId>,
    /// Asked for with the `next_link`, unless the server refused that.
    pub(super) linked: bool,
}

/// The form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// What it is doing.
    pub phase: FormPhase,
    /// The verification whose address is being corrected.
    pub(super) correcting: Option<VerificationId>,
    /// Addresses that methods handed in while another was on its way.
    queue: Vec<(String, ClientSecret)>,
}

impl Default for FormPhase {
    fn default() -> Self {
        FormPhase::Editing { unsent: None }
    }
}

/// The form's phases.
#[derive(Clone, Debug, PartialEq)]
pub enum FormPhase {
    /// The person may type.
    Editing {
        /// A draft whose request did not succeed: should the same address be
        /// sent, it is the same verification, and no second mail.
        unsent: Option<Draft>,
    },
    /// What was typed will not do.
    Wrong(Problem),
    /// The embedder is asked whether the address may be added.
    Asking(Draft),
    /// The request is under way.
    Sending(Draft),
    /// It failed, and can be repeated.
    Failed(Draft, Problem),
}

impl Form {
    /// Whether a request is under way.
    pub fn is_sending(&self) -> bool {
        match self.phase {
            FormPhase::Asking(_) | FormPhase::Sending(_) => true,
            FormPhase::Editing { .. } | FormPhase::Wrong(_) | FormPhase::Failed(..) => false,
        }
    }

    /// What is wrong.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.phase {
            FormPhase::Wrong(problem) | FormPhase::Failed(_, problem) => Some(problem),
            FormPhase::Editing { .. } | FormPhase::Asking(_) | FormPhase::Sending(_) => None,
        }
    }

    /// Whether what was typed is what is wrong.
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

    /// A limit from before the page was loaded still holds.
    pub(super) fn limited(&mut self, limit: Problem) {
        if let FormPhase::Editing { unsent: None } = self.phase {
            self.phase = FormPhase::Wrong(limit);
        }
    }

    /// The draft that is not (yet) sent.
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
    pub(super) fn add(&mut self, address: String, secret: ClientSecret, by: By) {
        let operation = Operation::Send(address.trim().to_owned());
        let refusal = self.refusal().or(self.needs_identity_server.then_some("readonly"));
        if let Some(code) = refusal {
            return self.settle(operation, Err(code));
        }
        if let FormPhase::Asking(draft) | FormPhase::Sending(draft) = &self.form.phase {
            let same = |other: &str| email::same(other.trim(), address.trim());
            let waits = self.form.queue.iter().any(|(queued, _)| same(queued));
            if by == By::Method && !same(&draft.address) && !waits {
                self.form.queue.push((address, secret));
            }
            return;
        }
        if by == By::Method {
            self.effects.push(Effect::FillField(address.clone()));
        }
        let Some(address) = email::parse(&address) else {
            return self.refuse(operation, Problem::NotAnAddress, "invalid-address");
        };
        if self.list.holds(&Medium::Email, address) {
            return self.refuse(operation, Problem::AlreadyYours, "duplicate");
        }
        let same = |pending: &&Verification| email::same(&pending.address, address);
        if let Some(pending) = self.pending.iter().find(same) {
            let (id, sent) = (pending.id, pending.sent_outcome());
            self.form.phase = FormPhase::default();
            self.form.correcting = None;
            self.effects.push(Effect::FillField(String::new()));
            self.focus(Focus::Group(id));
            return self.settle(operation, Ok(sent));
        }
        let draft = match self.form.unsent() {
            Some(draft) if draft.address == address => draft.clone(),
            Some(_) | None => Draft {
                id: self.fresh_id(),
                address: address.to_owned(),
                secret,
                replaces: match by {
                    By::Person => self.form.correcting,
                    By::Method => None,
                },
                linked: true,
            },
        };
        let address = draft.address.clone();
        self.form.phase = FormPhase::Asking(draft);
        self.effects.push(Effect::Before(Action::Add, Medium::Email, address));
    }

    fn refuse(&mut self, operation: Operation, problem: Problem, code: &'static str) {
        self.form.phase = FormPhase::Wrong(problem);
        self.focus(Focus::Field);
        self.report(ErrorReport::local(code));
        self.settle(operation, Err(code));
    }

    pub(super) fn may_add(&mut self, may: bool) {
        if let FormPhase::Asking(draft) = &self.form.phase {
            let draft = draft.clone();
            if may {
                self.send(draft);
            } else {
                self.form.phase = FormPhase::default();
                self.settle(Operation::Send(draft.address), Err("cancelled"));
                self.next_in_queue();
            }
        }
    }

    pub(super) fn send_again(&mut self) {
        if let FormPhase::Failed(draft, _) = &self.form.phase {
            self.send(draft.clone());
        }
    }

    fn send(&mut self, draft: Draft) {
        self.effects.push(Effect::RequestToken {
            id: draft.id,
            address: draft.address.clone(),
            secret: draft.secret.clone(),
            attempt: 1,
            next_link: self.next_link.clone().filter(|_| draft.linked),
        });
        self.form.phase = FormPhase::Sending(draft);
    }

    pub(super) fn token_requested(
        &mut self,
        id: VerificationId,
        result: Result<Response, Failure>,
    ) {
        let linked = self.next_link.is_some();
        match &self.form.phase {
            FormPhase::Sending(draft) if draft.id == id => {
                let draft = draft.clone();
                match result {
                    Ok(answer) => self.sent(draft, answer),
                    // The address is good, as far as we can tell.
                    Err(failure) if linked && draft.linked && failure.is_of_parameter() => {
                        self.send(Draft { linked: false, ..draft });
                    }
                    Err(failure) => self.not_sent(draft, &failure),
                }
                self.next_in_queue();
            }
            _ => self.resent(id, result),
        }
    }

    fn sent(&mut self, draft: Draft, answer: Response) {
        if let Some(corrected) = draft.replaces {
            self.give_up(corrected);
        }
        let sent_at = self.sending_time(&draft.address);
        let pending = Verification::new(draft, answer, sent_at);
        self.form.phase = FormPhase::default();
        self.form.correcting = None;
        self.notice = None;
        self.effects.push(Effect::FillField(String::new()));
        self.emit(Event::VerificationSent {
            medium: pending.medium.clone(),
            address: pending.address.clone(),
            attempt: pending.attempt,
        });
        self.settle(Operation::Send(pending.address.clone()), Ok(pending.sent_outcome()));
        let same = |it: &&mut Verification| email::same(&it.address, &pending.address);
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
        let problem = self.trouble(Action::Send, failure);
        self.settle_failed(Operation::Send(draft.address.clone()), failure, &problem);
        self.form.phase = match problem.retry() {
            Retry::Never if problem != Problem::SessionEnded => {
                self.focus(Focus::Field);
                FormPhase::Wrong(problem)
            }
            Retry::Never | Retry::Now | Retry::At(_) => FormPhase::Failed(draft, problem),
        };
    }

    fn next_in_queue(&mut self) {
        while !self.form.is_sending() && !self.form.queue.is_empty() {
            let (address, secret) = self.form.queue.remove(0);
            self.add(address, secret, By::Method);
        }
    }

    /// The address goes back into the field; what is pending stays until the
    /// corrected one's mail went out.
    pub(super) fn change_address(&mut self, id: VerificationId) {
        if self.form.is_sending() {
            return;
        }
        if let Some(pending) = self.verification(id) {
            let address = pending.address.clone();
            self.form.phase = FormPhase::default();
            self.form.correcting = Some(id);
            self.effects.push(Effect::FillField(address));
            self.focus(Focus::Field);
        }
    }
}
