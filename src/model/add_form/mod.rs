//! Form for a new address, until its first message is sent. Each section has
//! one form.

pub(in crate::model) mod draft;

use crate::matrix::request_3pid_token_via_email::Response;
use crate::matrix::{ClientSecret, Errcode, RequestError};
use crate::model::{
    Action, ApiRequest, Draft, Effect, ErrorReport, FocusTarget, HostEffect, HostEvent, Initiator,
    MethodCall, Model, NewThreepid, Purpose, Retry, Section, UiEffect, UserError, Verification,
    VerificationId, is_same_address,
};

/// State of a form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddForm {
    /// State of the submitted address.
    pub phase: FormPhase,
    /// Verification whose address the user changes.
    replacing: Option<VerificationId>,
    /// True if the server supports this medium: the list has such an address,
    /// or the server has sent a message.
    pub(in crate::model) supported: bool,
    /// Addresses of method calls that wait for the pending request.
    queue: Vec<(NewThreepid, ClientSecret)>,
}

impl Default for FormPhase {
    fn default() -> Self {
        FormPhase::Editing { draft: None }
    }
}

/// State of the submitted address.
#[derive(Clone, Debug, PartialEq)]
pub enum FormPhase {
    /// Waits for the user.
    Editing {
        /// Draft of a failed request. The same address continues it, so that
        /// the server sends no second message.
        draft: Option<Draft>,
    },
    /// The typed text is not valid.
    Invalid(UserError),
    /// Waits for the reply to `threepid-before-add`.
    AwaitingHostApproval(Draft),
    /// The request is pending.
    Sending(Draft),
    /// The request failed, and can be repeated.
    Failed(Draft, UserError),
}

impl AddForm {
    /// Verification whose address the user changes.
    pub fn replacing(&self) -> Option<VerificationId> {
        self.replacing
    }

    /// True while a request is pending.
    pub fn is_sending(&self) -> bool {
        match self.phase {
            FormPhase::AwaitingHostApproval(_) | FormPhase::Sending(_) => true,
            FormPhase::Editing { .. } | FormPhase::Invalid(_) | FormPhase::Failed(..) => false,
        }
    }

    /// True if no address was submitted since the last success.
    pub(in crate::model) fn is_untouched(&self) -> bool {
        matches!(self.phase, FormPhase::Editing { draft: None })
            && self.replacing.is_none()
            && self.queue.is_empty()
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&UserError> {
        match &self.phase {
            FormPhase::Invalid(problem) | FormPhase::Failed(_, problem) => Some(problem),
            FormPhase::Editing { .. }
            | FormPhase::AwaitingHostApproval(_)
            | FormPhase::Sending(_) => None,
        }
    }

    /// True if the error is one of the typed text.
    pub fn is_invalid(&self) -> bool {
        match &self.phase {
            FormPhase::Invalid(problem) => problem.is_address_error(),
            FormPhase::Editing { .. }
            | FormPhase::AwaitingHostApproval(_)
            | FormPhase::Sending(_)
            | FormPhase::Failed(..) => false,
        }
    }

    pub(in crate::model) fn forget_problem(&mut self) {
        self.phase = FormPhase::Editing { draft: self.unsent().cloned() };
    }

    /// Sets a stored rate limit that has not ended.
    pub(in crate::model) fn apply_rate_limit(&mut self, limit: UserError) {
        if let FormPhase::Editing { draft: None } = self.phase {
            self.phase = FormPhase::Invalid(limit);
        }
    }

    /// Draft whose message was not sent yet.
    fn unsent(&self) -> Option<&Draft> {
        match &self.phase {
            FormPhase::Editing { draft: unsent } => unsent.as_ref(),
            FormPhase::Invalid(_) => None,
            FormPhase::AwaitingHostApproval(draft)
            | FormPhase::Sending(draft)
            | FormPhase::Failed(draft, _) => Some(draft),
        }
    }

    pub(in crate::model) fn detach(&mut self) {
        self.queue.clear();
        // The field will be empty when it is back.
        self.replacing = None;
        let unsent = self.unsent().map(|draft| Draft { replaces: None, ..draft.clone() });
        self.phase = FormPhase::Editing { draft: unsent };
    }
}

impl Model {
    pub(in crate::model) fn submit_add_form(
        &mut self,
        wanted: NewThreepid,
        secret: ClientSecret,
        by: Initiator,
    ) {
        let section = wanted.section();
        let medium = section.medium();
        let operation = MethodCall::Send(wanted.key());
        let cannot = self.needs_identity_server || !self.sections.contains(&section);
        let refusal = self.change_blocked_by().or(cannot.then_some("readonly"));
        if let Some(code) = refusal {
            return self.resolve(operation, Err(code));
        }
        let form = self.form_of_mut(section);
        if by == Initiator::User && form.problem().and_then(UserError::retry_at).is_some() {
            // It counts down, and is over by itself.
            return;
        }
        if let FormPhase::AwaitingHostApproval(draft) | FormPhase::Sending(draft) = &form.phase {
            let same = |other: &str| is_same_address(&medium, other, &wanted.key());
            let waits = form.queue.iter().any(|(queued, _)| same(&queued.key()));
            if by == Initiator::HostMethod && !same(&draft.address) && !waits {
                form.queue.push((wanted, secret));
            }
            return;
        }
        if by == Initiator::HostMethod {
            self.effects.push(Effect::Ui(UiEffect::SetFieldValue(section, wanted.raw_input())));
        }
        let Some((address, dialled)) = wanted.parse() else {
            return self.reject_input(
                section,
                operation,
                UserError::InvalidAddress,
                "invalid-address",
            );
        };
        if self.list.contains(&medium, &address) {
            return self.reject_input(section, operation, UserError::AlreadyAdded, "duplicate");
        }
        let same = |it: &&Verification| it.matches(&None, &medium, &address);
        if let Some(pending) = self.verifications.iter().find(same) {
            let (id, sent) = (pending.id, pending.sent_outcome());
            let form = self.form_of_mut(section);
            form.phase = FormPhase::default();
            form.replacing = None;
            self.effects.push(Effect::Ui(UiEffect::SetFieldValue(section, String::new())));
            self.focus(FocusTarget::Verification(id));
            return self.resolve(operation, Ok(sent));
        }
        let draft = match self.form_of(section).unsent() {
            Some(draft) if draft.address == address => draft.clone(),
            Some(_) | None => Draft {
                id: self.allocate_id(),
                address,
                phone: dialled.cloned(),
                secret,
                replaces: match by {
                    Initiator::User => self.form_of(section).replacing,
                    Initiator::HostMethod => None,
                },
                use_next_link: true,
            },
        };
        let address = draft.address.clone();
        self.form_of_mut(section).phase = FormPhase::AwaitingHostApproval(draft);
        if self.is_reset() {
            // The events about addresses are those of an account.
            return self.on_host_decided_add(section, true);
        }
        self.effects.push(Effect::Host(HostEffect::ConfirmAdd { section, medium, address }));
    }

    fn reject_input(
        &mut self,
        section: Section,
        operation: MethodCall,
        problem: UserError,
        code: &'static str,
    ) {
        self.form_of_mut(section).phase = FormPhase::Invalid(problem.for_section(Some(section)));
        self.focus(FocusTarget::Field(section));
        self.report(ErrorReport::local(code));
        self.resolve(operation, Err(code));
    }

    /// Handles the reply to `threepid-before-add`. Each section has one event
    /// at a time.
    pub(in crate::model) fn on_host_decided_add(&mut self, section: Section, may: bool) {
        let FormPhase::AwaitingHostApproval(draft) = &self.form_of(section).phase else { return };
        let draft = draft.clone();
        if may {
            self.send_draft(draft);
        } else {
            self.form_of_mut(section).phase = FormPhase::default();
            self.resolve(MethodCall::Send(draft.address), Err("cancelled"));
            self.next_in_queue(section);
        }
    }

    /// Sends the request that failed again.
    pub(in crate::model) fn retry_send(&mut self, section: Section) {
        if let FormPhase::Failed(draft, _) = &self.form_of(section).phase {
            self.send_draft(draft.clone());
        }
    }

    fn send_draft(&mut self, draft: Draft) {
        self.send(ApiRequest::RequestToken {
            id: draft.id,
            purpose: if self.is_reset() { Purpose::Reset } else { Purpose::Add },
            address: draft.address.clone(),
            phone: draft.phone.clone(),
            secret: draft.secret.clone(),
            attempt: 1,
            next_link: self.next_link.clone().filter(|_| draft.use_next_link),
        });
        let section = draft.section();
        self.form_of_mut(section).phase = FormPhase::Sending(draft);
    }

    pub(in crate::model) fn on_token_response(
        &mut self,
        id: VerificationId,
        result: Result<Response, RequestError>,
    ) {
        let linked = self.next_link.is_some();
        for section in [Section::Emails, Section::Phones] {
            let FormPhase::Sending(draft) = &self.form_of(section).phase else { continue };
            if draft.id != id {
                continue;
            }
            let draft = draft.clone();
            match result {
                Ok(answer) => self.on_token_sent(draft, answer),
                // The address is good, as far as we can tell.
                Err(failure) if linked && draft.use_next_link && failure.is_invalid_param() => {
                    self.send_draft(Draft { use_next_link: false, ..draft });
                }
                Err(failure) => self.on_token_failed(draft, &failure),
            }
            return self.next_in_queue(section);
        }
        self.on_resend_response(id, result);
    }

    fn on_token_sent(&mut self, draft: Draft, answer: Response) {
        self.on_reset_email_sent();
        let section = draft.section();
        if let Some(corrected) = draft.replaces {
            self.abandon(corrected);
        }
        let operation = MethodCall::Send(draft.address.clone());
        let mut pending = Verification::new(draft, answer, self.now);
        pending.sent_at = self.next_sent_at(&None, &pending.medium, &pending.address);
        let form = self.form_of_mut(section);
        form.phase = FormPhase::default();
        form.replacing = None;
        form.supported = true;
        self.status = None;
        self.effects.push(Effect::Ui(UiEffect::SetFieldValue(section, String::new())));
        if !self.is_reset() {
            self.emit(HostEvent::VerificationSent {
                medium: pending.medium.clone(),
                address: pending.address.clone(),
                attempt: pending.attempt,
            });
        }
        self.resolve(operation, Ok(pending.sent_outcome()));
        let same = |it: &&mut Verification| it.matches(&None, &pending.medium, &pending.address);
        let id = match self.verifications.iter_mut().find(same) {
            // Another tab had the same wish meanwhile.
            Some(theirs) => {
                theirs.merge(pending, self.now);
                theirs.id
            }
            None => {
                let id = pending.id;
                self.verifications.push(pending);
                id
            }
        };
        self.focus(FocusTarget::Verification(id));
    }

    fn on_token_failed(&mut self, draft: Draft, failure: &RequestError) {
        let section = draft.section();
        let action = match self.is_reset() {
            true => Action::RequestResetToken,
            false => Action::RequestToken,
        };
        let mut problem = self.report_failure(action, failure);
        let refuses = action == Action::RequestToken
            && matches!(failure.errcode(), Some(Errcode::ThreepidDenied | Errcode::Unrecognized));
        if refuses && !self.form_of(section).supported {
            problem = UserError::EmailMayBeUnsupported;
        }
        let problem = problem.for_section(Some(section));
        self.reject(MethodCall::Send(draft.address.clone()), failure, &problem);
        self.form_of_mut(section).phase = match problem.retry() {
            Retry::Never if problem != UserError::SessionExpired => {
                self.focus(FocusTarget::Field(section));
                FormPhase::Invalid(problem)
            }
            Retry::Never | Retry::Now | Retry::At(_) => {
                if problem == UserError::SmsUnsupported {
                    self.focus(FocusTarget::FormError(section));
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
            self.submit_add_form(wanted, secret, Initiator::HostMethod);
        }
    }

    /// Returns the address to the field. The verification stays until the
    /// message to the new address is sent.
    pub(in crate::model) fn change_address(&mut self, id: VerificationId) {
        let Some(pending) = self.verification(id) else { return };
        let Some(section) = Section::from_medium(&pending.medium) else { return };
        let address = pending.address.clone();
        let form = self.form_of_mut(section);
        if form.is_sending() {
            return;
        }
        form.phase = FormPhase::default();
        form.replacing = Some(id);
        self.stop_reset_polls();
        self.effects.push(Effect::Ui(UiEffect::SetFieldValue(section, address)));
        self.focus(FocusTarget::Field(section));
    }

    /// Leaves the address of the verification as it is.
    pub(in crate::model) fn cancel_change(&mut self, section: Section) {
        let form = self.form_of_mut(section);
        if form.is_sending() {
            return;
        }
        let Some(id) = form.replacing.take() else { return };
        form.phase = FormPhase::default();
        self.effects.push(Effect::Ui(UiEffect::SetFieldValue(section, String::new())));
        self.focus(FocusTarget::Verification(id));
    }

    /// Ends the change of this verification's address, which has ended itself.
    pub(in crate::model) fn forget_change(&mut self, id: VerificationId) {
        for form in [&mut self.email_form, &mut self.phone_form] {
            if form.replacing == Some(id) {
                form.replacing = None;
            }
        }
    }
}
