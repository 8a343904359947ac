//! State machine of an element. It performs no I/O: it receives an [`Input`],
//! changes its state, and returns [`Effect`]s. So tests run every order of
//! events in microseconds.
//!
//! Each thing with states of its own has one enum: the [`ThreepidList`], the
//! [`AddForm`], each pending [`Verification`], each [`Removal`], and the [`Uia`]
//! of the last two.

mod add_form;
mod clock;
mod effect;
mod first_list;
mod identity_server;
mod input;
mod list_filter;
mod notice;
mod page_state;
mod password_form;
mod password_reset;
mod permissions;
mod removal;
mod request_pace;
mod section;
mod session;
mod storage;
mod threepid_list;
mod uia;
mod user_error;
mod verification;

pub use add_form::draft::Draft;
pub use add_form::{AddForm, FormPhase};
pub use effect::{
    Action, ApiRequest, Effect, ErrorReport, FocusTarget, HostEffect, HostEvent, HostNotification,
    IdentityRequest, ListRequest, MethodCall, MethodResult, Request, RequestKey, TabEffect,
    UiEffect,
};
pub use identity_server::{IdentityPhase, IdentityServer};
pub use input::{EditedField, Initiator, Input, UiaReply, UiaTarget};
pub use list_filter::ListFilter;
pub use page_state::PageState;
pub use password_form::{
    LinkPoll, MAX_PASSWORD_LENGTH, PasswordChange, PasswordForm, PasswordTask, PolicyViolation,
    ResetAttempt,
};
pub use permissions::Permissions;
pub use removal::{Removal, RemovalKind, RemovalPhase};
pub use section::Section;
pub use session::SessionState;
pub use storage::{EndedVerification, StoredState};
pub use threepid_list::{RefreshState, ThreepidList};
pub use uia::threepid_stage::ThreepidStage;
pub use uia::{AuthOption, FallbackWindow, PendingRequest, Responder, Stage, Uia, UiaPhase};
pub use user_error::{Retry, UserError};
pub use verification::{
    AddAttempt, Purpose, ResendState, ReturnTo, Trigger, ValidationSession, Verification,
    VerificationId, VerificationPhase,
};

use std::mem::swap;

use crate::matrix::get_3pids::Medium;
use crate::matrix::{Errcode, RequestError};
use add_form::draft::NewThreepid;
use page_state::LinkReturn;
use request_pace::RateLimit;

/// Message of the status line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// An address was added.
    Added(Medium, String),
    /// An address was removed.
    Removed(Medium, String),
    /// An address is shared, or no longer shared.
    SharingChanged(SharingResult, Medium, String),
    /// The password was changed.
    PasswordChanged {
        /// True if the account's other sessions have ended.
        logout_devices: bool,
    },
    /// The user has cancelled the verification of an address.
    Canceled(Medium, String),
    /// A rate limit has ended.
    RateLimitExpired,
}

/// Result of sharing, of stopping to share, or of removing a shared address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharingResult {
    /// The address is shared.
    Shared,
    /// The address is no longer shared.
    Unshared,
    /// The user stopped to share the address, but the identity server did not
    /// confirm it.
    UnshareUnconfirmed,
    /// The address was removed, and is no longer shared.
    RemovedAndUnshared,
    /// The address was removed, but the identity server did not confirm that it
    /// is no longer shared.
    RemovedUnshareUnconfirmed,
}

/// State of one element.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// State of the session: requests need a token.
    pub access: SessionState,
    /// The attribute `readonly`.
    pub readonly: bool,
    /// List of confirmed addresses.
    pub list: ThreepidList,
    /// Displayed sections, in order.
    pub sections: Vec<Section>,
    /// Form for email addresses.
    pub email_form: AddForm,
    /// Form for phone numbers.
    pub phone_form: AddForm,
    /// Form for a new password, of the elements that have nothing else. `None` in
    /// `<matrix-threepids>`.
    pub password: Option<PasswordForm>,
    /// Purpose of that form.
    pub password_task: PasswordTask,
    /// Pending verifications, the oldest first.
    pub verifications: Vec<Verification>,
    /// Removals. The dialog is for the first one, and the others wait.
    pub removals: Vec<Removal>,
    /// Message of the status line.
    pub status: Option<Status>,
    /// Time since which the status is displayed, in ms.
    status_since: f64,
    /// True while the pointer is on the status, which then stays.
    is_status_held: bool,
    /// Visibility, focus and network of the page.
    pub page_state: PageState,
    /// Changes that the server permits.
    pub permissions: Permissions,
    /// True if the server requires an identity server, and none is set.
    pub needs_identity_server: bool,
    /// State of the identity server, if one is set.
    pub identity_server: Option<IdentityServer>,
    /// True if the response to a password change was lost, so that the password
    /// may have changed.
    password_change_uncertain: bool,
    /// Ended verifications, for the other tabs.
    ended_verifications: Vec<EndedVerification>,
    /// `next_link`, an absolute URL.
    next_link: Option<String>,
    /// `sid` of the link that the browser returned with, until a verification
    /// claims it.
    pending_link_return: Option<LinkReturn>,
    /// True if the user returned while the list was loading. Automatic attempts
    /// follow after the list.
    return_pending: bool,
    /// Verifications for automatic attempts, the newest last.
    auto_retry_queue: Vec<VerificationId>,
    /// True if the pending list request is a background refresh, whose errors
    /// are not displayed.
    refresh_is_silent: bool,
    /// Last rate limit of each action.
    limits: Vec<RateLimit>,
    /// Times of the automatic requests in the last minute.
    automatic_request_times: Vec<f64>,
    /// Automatic requests that wait.
    delayed_requests: Vec<Effect>,
    /// Time at which the storage was opened, in ms.
    storage_opened_at: f64,
    /// True while [`UiEffect::SubmitDialog`] submits the dialog.
    is_submitting_dialog: bool,
    now: f64,
    /// Difference between the machine's clock and `now`, in ms.
    clock_offset: f64,
    next_id: u32,
    effects: Vec<Effect>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            access: SessionState::AwaitingToken,
            readonly: false,
            list: ThreepidList::Idle,
            sections: vec![Section::Emails],
            email_form: AddForm::default(),
            phone_form: AddForm::default(),
            password: None,
            password_task: PasswordTask::Change,
            verifications: Vec::new(),
            removals: Vec::new(),
            status: None,
            status_since: 0.0,
            is_status_held: false,
            page_state: PageState::default(),
            permissions: Permissions::default(),
            needs_identity_server: false,
            identity_server: None,
            password_change_uncertain: false,
            ended_verifications: Vec::new(),
            next_link: None,
            pending_link_return: None,
            return_pending: false,
            auto_retry_queue: Vec::new(),
            refresh_is_silent: false,
            limits: Vec::new(),
            automatic_request_times: Vec::new(),
            delayed_requests: Vec::new(),
            storage_opened_at: f64::NEG_INFINITY,
            is_submitting_dialog: false,
            now: 0.0,
            clock_offset: 0.0,
            next_id: 0,
            effects: Vec::new(),
        }
    }
}

impl Model {
    /// Creates the state of `<matrix-account-password>`.
    pub fn new_for_password() -> Model {
        let mut model = Model::default();
        model.set_up_for_password(PasswordTask::Change);
        model
    }

    /// Makes a new state that of an element with a form for a new password.
    pub fn set_up_for_password(&mut self, task: PasswordTask) {
        self.sections.clear();
        self.password = Some(PasswordForm::default());
        self.password_task = task;
    }

    /// Processes one input. `now` is the time in ms: since the epoch when the
    /// element was created, and by a monotonic clock from then on.
    pub fn update(&mut self, now: f64, input: Input) -> Vec<Effect> {
        let input = match self.update_list(now, input) {
            Ok(effects) => return effects,
            Err(input) => input,
        };
        self.now = now;
        let asked = input.is_user_action() && !std::mem::take(&mut self.is_submitting_dialog);
        if !matches!(input, Input::Disconnected) {
            // Whatever happens: a rate limit that is over is over.
            self.on_timer();
        }
        match input {
            Input::SessionChanged(access) => self.set_session_state(access),
            Input::ReadOnly(readonly) => self.readonly = readonly,
            Input::Sections(sections) => self.set_sections(sections),
            Input::Refresh => self.refresh(),
            Input::AddEmail { address, secret, initiator: by } => {
                self.submit_add_form(NewThreepid::Email(address), secret, by)
            }
            Input::AddPhone { msisdn, phone: dialled, secret, initiator: by } => {
                self.submit_add_form(NewThreepid::Phone { msisdn, phone: dialled }, secret, by);
            }
            Input::HostDecidedAdd(section, may) => self.on_host_decided_add(section, may),
            Input::Continue(id) => self.on_continue(id),
            Input::SubmitCode(id, code) => self.submit_code(id, code),
            Input::Resend(id, secret) => self.resend(id, secret),
            Input::Edited(typed) => self.on_edited(typed),
            Input::Retry(id, secret) => self.retry(id, secret),
            Input::ChangeAddress(id) => self.change_address(id),
            Input::CancelChange(section) => self.cancel_change(section),
            Input::Cancel(id) => self.cancel(id),
            Input::RemoveRequested { medium, address } => self.request_removal(medium, address),
            Input::HostDecidedRemove(may) => self.on_host_decided_remove(may),
            Input::RemoveConfirmed => self.confirm_remove(),
            Input::RemoveCanceled => self.cancel_removal(),
            Input::ChangePassword { password, repeated, logout_devices } => {
                self.change_password(password, repeated, logout_devices);
            }
            Input::PasswordRevealed => self.password_revealed(),
            Input::PasswordChangeResponded { logout_devices, result } => {
                self.on_password_response(logout_devices, result);
            }
            Input::HostWillAuthenticate(number) => self.host_will_authenticate(number),
            Input::UserWillAuthenticate(number) => self.on_host_declined(number),
            Input::HostReplied(number, reply) => self.on_host_reply(number, reply),
            Input::UseOtherOption(subject) => self.select_other_option(subject),
            Input::ResendUiaToken(subject) => self.request_uia_token(subject),
            Input::UiaTokenRequested { subject, secret, result } => {
                self.uia_token_requested(subject, secret, result);
            }
            Input::UiaTokenSubmitted { subject, result } => {
                self.uia_token_submitted(subject, result)
            }
            Input::OpenFallbackPage(subject) => {
                self.effects.push(Effect::Tab(TabEffect::OpenFallbackPage(subject)))
            }
            Input::FallbackWindowChanged(subject, window) => {
                self.fallback_window_opened(subject, window)
            }
            Input::FallbackPageDone(session) => self.fallback_done(&session),
            Input::CapabilityLoaded(may) => self.capability_loaded(may),
            Input::ManagementUrlLoaded(page) => self.management_url_loaded(page),
            Input::NeedsIdentityServer(needs) => {
                self.needs_identity_server = needs && !self.is_reset();
            }
            Input::IdentityServerSet { server_name: host, can_hash } => {
                self.set_identity_server(host, can_hash)
            }
            Input::RetryLookup => self.retry_lookup(),
            Input::AcceptTerms(urls) => self.accept_terms(urls),
            Input::IdentityResponded(result) => self.identity_responded(result),
            Input::LookupResponded(result) => self.lookup_responded(result),
            Input::Share { medium, address, secret } => self.start_share(medium, address, secret),
            Input::UnshareRequested { medium, address } => self.ask_unshare(medium, address),
            Input::UserReplied(subject, reply) => self.on_user_reply(subject, reply),
            Input::ListLoaded { number, result } => self.on_list_response(number, result),
            Input::TokenResponded { id, result } => self.on_token_response(id, result),
            Input::AddResponded { id, result } => self.on_add_response(id, result),
            Input::AddLockUnavailable(id) => self.add_lock_unavailable(id),
            Input::CodeResponded { id, result } => self.on_code_response(id, result),
            Input::DeleteResponded(result) => self.on_delete_response(result),
            Input::NextLink(next_link) => self.next_link = next_link,
            Input::StorageLoaded(records) => self.load_stored_state(&records),
            Input::TabRecords(records) => self.merge_from_tab(&records),
            Input::TabListChanged => {
                if self.access == SessionState::Active && !self.is_reset() {
                    self.read_list();
                }
            }
            Input::TabLinkOpened(sid) => self.on_tab_link_opened(&sid),
            Input::ReturnedFromLink(sid) => self.on_link_return(sid),
            Input::StatusHeld(is_held) => self.hold_status(is_held),
            Input::PageStateChanged(presence) => self.set_page_state(presence),
            Input::RestoredFromBfcache => self.on_bfcache_restore(),
            Input::ClockChanged { clock_offset: ahead } => self.set_clock(ahead),
            Input::TimerFired => {}
            Input::Online => {
                self.resume_after(&UserError::Offline);
                // A browser may say late that it was offline.
                self.resume_after(&UserError::Network);
                self.poll_all();
                self.poll_reset();
            }
            Input::Disconnected => self.on_disconnected(),
        }
        self.check_reset();
        self.delay_automatic_requests(asked)
    }

    /// Time of the next [`Input::TimerFired`], in ms.
    pub fn next_timer(&self) -> Option<f64> {
        // What never comes is infinitely late: `min` of numbers weighs a third
        // of what iterators over `Option`s do.
        let tries = self.page_state.visible && self.can_auto_retry();
        let others = self.pending_link_return.as_ref().map_or(NEVER, LinkReturn::deadline);
        let mut limit =
            retry_time(self.email_form.problem()).min(retry_time(self.phone_form.problem()));
        if self.page_state.visible {
            // What then is sent by itself waits until somebody looks.
            limit =
                limit.min(retry_time(self.list.problem())).min(retry_time(self.identity_problem()));
        }
        let mut wake = others.min(self.next_delayed_send()).min(self.status_end());
        for pending in &self.verifications {
            limit = limit.min(pending.limited_until().unwrap_or(NEVER));
            wake = wake.min(pending.next_timer(self.now));
            if tries && self.is_visible(pending) {
                wake = wake.min(pending.next_poll(self.now));
            }
        }
        if let Some(form) = &self.password {
            let uia = form.uia().and_then(Uia::problem);
            limit = limit.min(retry_time(form.problem())).min(retry_time(uia));
            wake = wake.min(self.next_reset_poll());
        }
        for removal in &self.removals {
            let uia = match &removal.phase {
                RemovalPhase::Authenticating(uia) => uia.problem(),
                RemovalPhase::Confirming
                | RemovalPhase::Deleting
                | RemovalPhase::Failed(_)
                | RemovalPhase::OutcomeUnknown(_)
                | RemovalPhase::Refreshing { .. } => None,
            };
            limit = limit.min(retry_time(removal.problem())).min(retry_time(uia));
        }
        if limit < NEVER {
            // What counts down is drawn anew each second.
            wake = wake.min(limit).min(self.now + 1000.0);
        }
        // A limit of no time at all is over in the next millisecond.
        (wake < NEVER).then(|| wake.max(self.now + 1.0))
    }

    /// Time of the last input, in ms.
    pub fn now(&self) -> f64 {
        self.now
    }

    /// Pending verification with this id.
    pub fn verification(&self, id: VerificationId) -> Option<&Verification> {
        self.verifications.iter().find(|pending| pending.id == id)
    }

    fn verification_mut(&mut self, id: VerificationId) -> Option<&mut Verification> {
        self.verifications.iter_mut().find(|pending| pending.id == id)
    }

    /// Resets the state for another homeserver or user. Ids are not reused, so
    /// that late responses are ignored.
    pub fn reset(&mut self) {
        // `Model { readonly, ..Model::default() }` would drop each field by itself.
        let mut before = std::mem::take(self);
        self.readonly = before.readonly;
        self.next_id = before.next_id;
        self.page_state = before.page_state;
        self.now = before.now;
        self.clock_offset = before.clock_offset;
        swap(&mut self.next_link, &mut before.next_link);
        swap(&mut self.sections, &mut before.sections);
        self.identity_server = before.identity_server.take().map(IdentityServer::reset);
        self.password = before.password.take().map(|_| PasswordForm::Loading);
        self.password_task = before.password_task;
    }

    /// True until there is something to display.
    pub fn is_loading(&self) -> bool {
        let nothing = match &self.password {
            Some(form) => matches!(form, PasswordForm::Loading),
            None => matches!(self.list, ThreepidList::Idle | ThreepidList::Loading { .. }),
        };
        nothing && matches!(self.access, SessionState::AwaitingToken | SessionState::Active)
    }

    /// Updates everything that depends on the time.
    fn on_timer(&mut self) {
        let now = self.now;
        self.end_status();
        self.end_rate_limits(now);
        for pending in &mut self.verifications {
            pending.end_cooldown(now);
        }
        if self.pending_link_return.as_ref().is_some_and(|it| it.deadline() <= now) {
            self.pending_link_return = None;
        }
        self.drop_expired();
        self.poll_due();
        if self.next_reset_poll() <= now {
            self.poll_reset();
        }
    }

    /// Ends the rate limits until this time.
    fn end_rate_limits(&mut self, now: f64) {
        let at = self.now;
        let mut over = false;
        let mut ended = |problem: &UserError| {
            let ended = problem.retry_at().is_some_and(|until| until <= now);
            over |= ended;
            ended
        };
        for form in [&mut self.email_form, &mut self.phone_form] {
            if form.problem().is_some_and(&mut ended) {
                form.forget_problem();
            }
        }
        for pending in &mut self.verifications {
            pending.forget_problem_if(at, &mut ended);
        }
        for removal in &mut self.removals {
            removal.forget_problem_if(&mut ended);
        }
        if let Some(form) = &mut self.password {
            form.forget_problem_if(&mut ended);
        }
        // Nobody has to press a button for the list.
        let looks = self.page_state.visible;
        if looks
            && self.list.problem().and_then(UserError::retry_at).is_some_and(|until| until <= now)
        {
            self.list.forget_problem();
            if self.access == SessionState::Active {
                self.read_list();
            }
        }
        if looks
            && self.identity_problem().and_then(UserError::retry_at).is_some_and(|it| it <= now)
        {
            over = true;
            self.identity_rate_limit_expired();
        }
        if over {
            self.show_status(Status::RateLimitExpired);
        }
    }

    /// Handles that the element left the page. All requests were aborted.
    fn on_disconnected(&mut self) {
        self.email_form.detach();
        self.phone_form.detach();
        self.verifications.retain(Verification::is_sent);
        for pending in &mut self.verifications {
            pending.detach(self.now);
        }
        self.removals.clear();
        self.delayed_requests.clear();
        self.identity_server.iter_mut().for_each(IdentityServer::detach);
        self.detach_password();
        self.status = None;
        self.leave_page();
    }

    /// Removes the error of a field that the user edits.
    fn on_edited(&mut self, typed: EditedField) {
        let now = self.now;
        let mut ended = UserError::is_input_error;
        match typed {
            EditedField::Form(section) if self.form_of(section).is_invalid() => {
                self.form_of_mut(section).forget_problem();
            }
            EditedField::Form(_) => {}
            EditedField::Code(id) => {
                if let Some(pending) = self.verification_mut(id) {
                    pending.forget_problem_if(now, ended);
                }
            }
            EditedField::Answer(subject) => {
                if let Some(uia) = self.uia_mut(subject) {
                    uia.forget_problem_if(UserError::is_reply_error);
                }
            }
            EditedField::NewPassword => {
                if let Some(form) = &mut self.password {
                    form.forget_problem_if(&mut ended);
                }
                self.stop_reset_polls();
            }
        }
    }

    /// Error code if no change is permitted now.
    fn change_blocked_by(&self) -> Option<&'static str> {
        match self.access {
            _ if self.is_readonly() => Some("readonly"),
            access => access.error_code(),
        }
    }

    /// Converts a failure to the displayed error, and reports it to the host
    /// application.
    fn report_failure(&mut self, action: Action, failure: &RequestError) -> UserError {
        let problem =
            self.apply_rate_limit(action, UserError::from_failure(action, failure, self.now));
        match failure {
            RequestError::SessionExpired { soft_logout } if !self.is_reset() => {
                if self.access != SessionState::Expired {
                    self.access = SessionState::Expired;
                    self.emit(HostEvent::SessionExpired { soft_logout: *soft_logout });
                }
            }
            RequestError::InvalidToken if self.access == SessionState::InvalidToken => {}
            _ => {
                if *failure == RequestError::InvalidToken && !self.is_reset() {
                    self.access = SessionState::InvalidToken;
                }
                self.report(ErrorReport::from_failure(failure, &problem));
            }
        }
        let is_forbidden = matches!(
            problem,
            UserError::ChangesForbidden
                | UserError::PasswordChangesForbidden
                | UserError::PasswordResetUnsupported
                | UserError::RemovalUnsupported
        );
        if is_forbidden && failure.errcode() == Some(&Errcode::Unrecognized) {
            self.on_changes_unrecognized();
        }
        if failure.errcode() == Some(&Errcode::TermsNotSigned) {
            self.reload_terms();
        }
        problem
    }

    #[inline(never)]
    fn emit(&mut self, event: HostEvent) {
        self.notify(HostNotification::Event(event));
    }

    #[inline(never)]
    fn notify(&mut self, notification: HostNotification) {
        self.effects.push(Effect::Ui(UiEffect::Notify(notification)));
    }

    #[inline(never)]
    fn send(&mut self, request: ApiRequest) {
        self.effects.push(Effect::Request(Request::Api(request)));
    }

    /// Aborts the requests of a draft or verification.
    #[inline(never)]
    fn abort_requests_of(&mut self, id: VerificationId) {
        for key in [RequestKey::Token(id), RequestKey::Add(id), RequestKey::Code(id)] {
            self.effects.push(Effect::Abort(key));
        }
    }

    fn report(&mut self, report: ErrorReport) {
        self.emit(HostEvent::Error(report));
    }

    #[inline(never)]
    fn focus(&mut self, focus: FocusTarget) {
        self.effects.push(Effect::Ui(UiEffect::Focus(focus)));
    }

    /// Rejects the promise of a method.
    fn resolve(&mut self, operation: MethodCall, outcome: Result<MethodResult, &'static str>) {
        let outcome = outcome.map_err(ErrorReport::local);
        self.notify(HostNotification::MethodResult(operation, outcome));
    }

    fn reject(&mut self, operation: MethodCall, failure: &RequestError, problem: &UserError) {
        let report = ErrorReport::from_failure(failure, problem);
        self.notify(HostNotification::MethodResult(operation, Err(report)));
    }

    fn allocate_id(&mut self) -> VerificationId {
        self.next_id += 1;
        VerificationId(self.next_id)
    }
}

/// A time later than all others.
const NEVER: f64 = f64::INFINITY;

fn retry_time(problem: Option<&UserError>) -> f64 {
    problem.and_then(UserError::retry_at).unwrap_or(NEVER)
}

/// Address in the form in which servers compare it.
fn canonical_address(medium: &Medium, address: &str) -> String {
    match medium {
        Medium::Email => crate::matrix::email::canonical(address),
        Medium::Msisdn => crate::matrix::phone_number::canonical(address),
        Medium::Other(_) => address.to_owned(),
    }
}

/// True if servers treat both addresses of a medium as equal.
#[inline(never)]
pub fn is_same_address(medium: &Medium, one: &str, other: &str) -> bool {
    match medium {
        Medium::Email => crate::matrix::email::is_same_address(one, other),
        Medium::Msisdn => crate::matrix::phone_number::is_same_number(one, other),
        Medium::Other(_) => one == other,
    }
}
