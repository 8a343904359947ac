//! State machine of an element. It performs no I/O: it receives an [`Input`],
//! changes its state, and returns [`Effect`]s. So tests run every order of
//! events in microseconds.
//!
//! Each thing with states of its own has one enum: the [`List`], the [`Form`],
//! each pending [`Verification`], each [`Removal`], and the [`Uia`] of the last
//! two.

mod access;
mod adding;
mod authenticating;
mod changes;
mod clock;
mod draft;
mod effect;
mod finding;
mod form;
mod identity;
mod input;
mod list;
mod pace;
mod password;
mod presence;
mod problem;
mod proving;
mod record;
mod removal;
mod resending;
mod section;
mod sharing;
mod submitting;
mod uia;
mod verification;

pub use access::Access;
pub use changes::Changes;
pub use draft::Draft;
pub use effect::{Action, Effect, ErrorReport, Event, Focus, Operation, Outcome, Question, Slot};
pub use form::{Form, FormPhase};
pub use identity::{Identity, IdentityPhase};
pub use input::{By, Input, Reply, Subject, Typed};
pub use list::{List, Reading};
pub use password::{MAX_PASSWORD, NewPassword, PasswordForm, Policy};
pub use presence::Presence;
pub use problem::{Problem, Retry};
pub use proving::Proof;
pub use record::{Gone, Records};
pub use removal::{Removal, RemovalPhase, Wish};
pub use section::Section;
pub use uia::{Asked, Check, PageWindow, Stage, Uia, UiaPhase, Way};
pub use verification::{
    Back, Phase, Purpose, Resend, Try, Validation, Verification, VerificationId, Why,
};

use crate::matrix::threepids::Medium;
use crate::matrix::{Errcode, Failure};
use draft::Wanted;
use pace::Limit;
use presence::Returned;

/// Message of the status line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// An address was added.
    Added(Medium, String),
    /// An address was removed.
    Removed(Medium, String),
    /// An address is shared, or no longer shared.
    Sharing(Sharing, Medium, String),
    /// The password was changed.
    PasswordChanged {
        /// True if the account's other sessions have ended.
        logout_devices: bool,
    },
    /// A rate limit has ended.
    LimitOver,
}

/// Result of sharing, of stopping to share, or of removing a shared address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// The address is shared.
    Shared,
    /// The address is no longer shared.
    Unshared,
    /// The user stopped to share the address, but the identity server did not
    /// confirm it.
    MaybeShared,
    /// The address was removed, and is no longer shared.
    RemovedUnshared,
    /// The address was removed, but the identity server did not confirm that it
    /// is no longer shared.
    RemovedShared,
}

/// State of one element.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// State of the session: requests need a token.
    pub access: Access,
    /// The attribute `readonly`.
    pub readonly: bool,
    /// List of confirmed addresses.
    pub list: List,
    /// Displayed sections, in order.
    pub sections: Vec<Section>,
    /// Form for email addresses.
    pub form: Form,
    /// Form for phone numbers.
    pub phone_form: Form,
    /// Form of `<matrix-account-password>`, which displays nothing else. `None`
    /// in `<matrix-threepids>`.
    pub password: Option<PasswordForm>,
    /// Pending verifications, the oldest first.
    pub pending: Vec<Verification>,
    /// Removals. The dialog is for the first one, and the others wait.
    pub removals: Vec<Removal>,
    /// Message of the status line.
    pub notice: Option<Notice>,
    /// Visibility, focus and network of the page.
    pub presence: Presence,
    /// Changes that the server permits.
    pub changes: Changes,
    /// True if the server requires an identity server, and none is set.
    pub needs_identity_server: bool,
    /// State of the identity server, if one is set.
    pub identity: Option<Identity>,
    /// True if the response to a password change was lost, so that the password
    /// may have changed.
    perhaps_changed: bool,
    /// Ended verifications, for the other tabs.
    gone: Vec<Gone>,
    /// `next_link`, an absolute URL.
    next_link: Option<String>,
    /// `sid` of the link that the browser returned with, until a verification
    /// claims it.
    looked_for: Option<Returned>,
    /// True if the user returned while the list was loading. Automatic attempts
    /// follow after the list.
    back: bool,
    /// Verifications for automatic attempts, the newest last.
    returned: Vec<VerificationId>,
    /// True if the pending list request is a background refresh, whose errors
    /// are not displayed.
    quiet: bool,
    /// Last rate limit of each action.
    limits: Vec<Limit>,
    /// Times of the automatic requests in the last minute.
    unasked: Vec<f64>,
    /// Automatic requests that wait.
    held: Vec<Effect>,
    /// True while [`Effect::SubmitDialog`] submits the dialog.
    pressing: bool,
    now: f64,
    /// Difference between the machine's clock and `now`, in ms.
    ahead: f64,
    ids: u32,
    effects: Vec<Effect>,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            access: Access::Awaited,
            readonly: false,
            list: List::Loading,
            sections: vec![Section::Emails],
            form: Form::default(),
            phone_form: Form::default(),
            password: None,
            pending: Vec::new(),
            removals: Vec::new(),
            notice: None,
            presence: Presence::default(),
            changes: Changes::default(),
            needs_identity_server: false,
            identity: None,
            perhaps_changed: false,
            gone: Vec::new(),
            next_link: None,
            looked_for: None,
            back: false,
            returned: Vec::new(),
            quiet: false,
            limits: Vec::new(),
            unasked: Vec::new(),
            held: Vec::new(),
            pressing: false,
            now: 0.0,
            ahead: 0.0,
            ids: 0,
            effects: Vec::new(),
        }
    }
}

impl Flow {
    /// Creates the state of `<matrix-account-password>`.
    pub fn of_password() -> Flow {
        let password = Some(PasswordForm::default());
        Flow { sections: Vec::new(), password, ..Flow::default() }
    }

    /// Processes one input. `now` is the time in ms: since the epoch when the
    /// element was created, and by a monotonic clock from then on.
    pub fn apply(&mut self, now: f64, input: Input) -> Vec<Effect> {
        self.now = now;
        let asked = input.is_asked() && !std::mem::take(&mut self.pressing);
        if !matches!(input, Input::Detached) {
            // Whatever happens: a rate limit that is over is over.
            self.woke();
        }
        match input {
            Input::Access(access) => self.set_access(access),
            Input::ReadOnly(readonly) => self.readonly = readonly,
            Input::Sections(sections) => self.set_sections(sections),
            Input::Refresh => self.refresh(),
            Input::Add { address, secret, by } => self.add(Wanted::Email(address), secret, by),
            Input::AddPhone { msisdn, dialled, secret, by } => {
                self.add(Wanted::Phone { msisdn, dialled }, secret, by);
            }
            Input::MayAdd(section, may) => self.may_add(section, may),
            Input::SendAgain(section) => self.send_again(section),
            Input::Continue(id) => self.continue_verification(id),
            Input::Submit(id, code) => self.submit(id, code),
            Input::Resend(id, secret) => self.resend(id, secret),
            Input::Corrected(typed) => self.corrected(typed),
            Input::TryAgain(id, secret) => self.try_again(id, secret),
            Input::ChangeAddress(id) => self.change_address(id),
            Input::Cancel(id) => self.cancel(id),
            Input::AskRemove { medium, address } => self.ask_remove(medium, address),
            Input::MayRemove(may) => self.may_remove(may),
            Input::ConfirmRemove => self.confirm_remove(),
            Input::DismissRemove => self.dismiss_remove(),
            Input::ChangePassword { password, repeated, logout_devices } => {
                self.change_password(password, repeated, logout_devices);
            }
            Input::PasswordShown => self.password_shown(),
            Input::PasswordChanged { logout_devices, result } => {
                self.password_changed(logout_devices, result);
            }
            Input::HostAuthenticates(number) => self.host_authenticates(number),
            Input::PersonAuthenticates(number) => self.host_declines(number),
            Input::HostAnswers(number, reply) => self.host_answers(number, reply),
            Input::OtherWay(subject) => self.other_way(subject),
            Input::ResendProof(subject) => self.send_proof(subject),
            Input::ProofRequested { subject, secret, result } => {
                self.proof_requested(subject, secret, result);
            }
            Input::ProofSubmitted { subject, result } => self.proof_submitted(subject, result),
            Input::OpenPage(subject) => self.effects.push(Effect::OpenPage(subject)),
            Input::Page(subject, window) => self.page_opened(subject, window),
            Input::PageDone(session) => self.page_done(&session),
            Input::MayChange(may) => self.may_change(may),
            Input::Managed(page) => self.is_managed(page),
            Input::NeedsIdentityServer(needs) => self.needs_identity_server = needs,
            Input::IdentityServer { host, can_hash } => self.set_identity_server(host, can_hash),
            Input::FindAgain => self.find_again(),
            Input::AcceptTerms(urls) => self.accept_terms(urls),
            Input::Told(result) => self.told(result),
            Input::LookedUp(result) => self.looked_up(result),
            Input::Share { medium, address, secret } => self.share(medium, address, secret),
            Input::AskUnshare { medium, address } => self.ask_unshare(medium, address),
            Input::Authenticate(subject, reply) => self.person_answers(subject, reply),
            Input::ListRead { number, result } => self.list_read(number, result),
            Input::TokenRequested { id, result } => self.token_requested(id, result),
            Input::Added { id, result } => self.added(id, result),
            Input::AddSkipped(id) => self.add_skipped(id),
            Input::Submitted { id, result } => self.submitted(id, result),
            Input::Deleted(result) => self.deleted(result),
            Input::NextLink(next_link) => self.next_link = next_link,
            Input::Restored(records) => self.restored(&records),
            Input::HeardRecords(records) => self.heard(&records),
            Input::HeardChanged => {
                if self.access == Access::Granted {
                    self.read_list();
                }
            }
            Input::HeardOpened(sid) => self.heard_opened(&sid),
            Input::Returned(sid) => self.returned(sid),
            Input::Presence(presence) => self.set_presence(presence),
            Input::Thawed => self.thawed(),
            Input::Clock { ahead } => self.set_clock(ahead),
            Input::Woke => {}
            Input::Online => {
                self.go_on_after(&Problem::Offline);
                // A browser may say late that it was offline.
                self.go_on_after(&Problem::Network);
                self.try_all_waiting();
            }
            Input::Detached => self.detached(),
        }
        self.hold_back(asked)
    }

    /// Time of the next [`Input::Woke`], in ms.
    pub fn next_wake(&self) -> Option<f64> {
        // What never comes is infinitely late: `min` of numbers weighs a third
        // of what iterators over `Option`s do.
        let tries = self.presence.visible && self.may_try();
        let others = self.looked_for.as_ref().map_or(NEVER, Returned::until);
        let mut limit = until(self.form.problem()).min(until(self.phone_form.problem()));
        if self.presence.visible {
            // What then is sent by itself waits until somebody looks.
            limit = limit.min(until(self.list.problem())).min(until(self.identity_problem()));
        }
        let mut wake = others.min(self.next_sending());
        for pending in &self.pending {
            limit = limit.min(pending.limited_until().unwrap_or(NEVER));
            wake = wake.min(pending.next_wake(self.now));
            if tries && self.shows(pending) {
                wake = wake.min(pending.next_try(self.now));
            }
        }
        if let Some(form) = &self.password {
            let uia = form.uia().and_then(Uia::problem);
            limit = limit.min(until(form.problem())).min(until(uia));
        }
        for removal in &self.removals {
            let uia = match &removal.phase {
                RemovalPhase::Authenticating(uia) => uia.problem(),
                RemovalPhase::Asking
                | RemovalPhase::Deleting
                | RemovalPhase::Failed(_)
                | RemovalPhase::Uncertain(_)
                | RemovalPhase::Reading { .. } => None,
            };
            limit = limit.min(until(removal.problem())).min(until(uia));
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
        self.pending.iter().find(|pending| pending.id == id)
    }

    fn verification_mut(&mut self, id: VerificationId) -> Option<&mut Verification> {
        self.pending.iter_mut().find(|pending| pending.id == id)
    }

    /// Resets the state for another homeserver or user. Ids are not reused, so
    /// that late responses are ignored.
    pub fn start_over(&mut self) {
        let Flow { readonly, ids, presence, now, ahead, .. } = *self;
        let next_link = self.next_link.take();
        let sections = std::mem::take(&mut self.sections);
        let identity = self.identity.take().map(Identity::anew);
        let password = self.password.take().map(|_| PasswordForm::Loading);
        *self = Flow {
            readonly,
            ids,
            presence,
            now,
            ahead,
            next_link,
            sections,
            identity,
            password,
            ..Flow::default()
        };
    }

    /// True until there is something to display.
    pub fn is_loading(&self) -> bool {
        let nothing = match &self.password {
            Some(form) => matches!(form, PasswordForm::Loading),
            None => matches!(self.list, List::Loading | List::First { .. }),
        };
        nothing && matches!(self.access, Access::Awaited | Access::Granted)
    }

    /// Updates everything that depends on the time.
    fn woke(&mut self) {
        let now = self.now;
        self.end_limits(now);
        for pending in &mut self.pending {
            pending.rest_is_over(now);
        }
        if self.looked_for.as_ref().is_some_and(|it| it.until() <= now) {
            self.looked_for = None;
        }
        self.forget_old();
        self.try_those_due();
    }

    /// Ends the rate limits until this time.
    fn end_limits(&mut self, now: f64) {
        let at = self.now;
        let mut over = false;
        let mut ended = |problem: &Problem| {
            let ended = problem.until().is_some_and(|until| until <= now);
            over |= ended;
            ended
        };
        for form in [&mut self.form, &mut self.phone_form] {
            if form.problem().is_some_and(&mut ended) {
                form.forget_problem();
            }
        }
        for pending in &mut self.pending {
            pending.forget_problem_if(at, &mut ended);
        }
        for removal in &mut self.removals {
            removal.forget_problem_if(&mut ended);
        }
        if let Some(form) = &mut self.password {
            form.forget_problem_if(&mut ended);
        }
        // Nobody has to press a button for the list.
        let looks = self.presence.visible;
        if looks && self.list.problem().and_then(Problem::until).is_some_and(|until| until <= now) {
            self.list.forget_problem();
            if self.access == Access::Granted {
                self.read_list();
            }
        }
        if looks && self.identity_problem().and_then(Problem::until).is_some_and(|it| it <= now) {
            over = true;
            self.identity_woke();
        }
        if over {
            self.notice = Some(Notice::LimitOver);
        }
    }

    /// Handles that the element left the page. All requests were aborted.
    fn detached(&mut self) {
        self.form.detach();
        self.phone_form.detach();
        self.list.detach();
        self.pending.retain(Verification::is_sent);
        for pending in &mut self.pending {
            pending.detach(self.now);
        }
        self.removals.clear();
        self.held.clear();
        self.identity.iter_mut().for_each(Identity::detach);
        self.detach_password();
        self.notice = None;
        self.effects.push(Effect::SettleAll("cancelled"));
        if self.access == Access::Granted {
            self.access = Access::Awaited;
        }
    }

    /// Removes the error of a field that the user edits.
    fn corrected(&mut self, typed: Typed) {
        let now = self.now;
        let mut ended = Problem::is_of_what_is_typed;
        match typed {
            Typed::Form(section) if self.form_of(section).is_invalid() => {
                self.form_of_mut(section).forget_problem();
            }
            Typed::Form(_) => {}
            Typed::Code(id) => {
                if let Some(pending) = self.verification_mut(id) {
                    pending.forget_problem_if(now, ended);
                }
            }
            Typed::Answer(subject) => {
                if let Some(uia) = self.uia(subject) {
                    uia.forget_problem_if(Problem::is_of_the_answer);
                }
            }
            Typed::NewPassword => {
                if let Some(form) = &mut self.password {
                    form.forget_problem_if(&mut ended);
                }
            }
        }
    }

    /// Error code if no change is permitted now.
    fn refusal(&self) -> Option<&'static str> {
        match self.access {
            _ if self.is_readonly() => Some("readonly"),
            access => access.refusal(),
        }
    }

    /// Converts a failure to the displayed error, and reports it to the host
    /// application.
    fn trouble(&mut self, action: Action, failure: &Failure) -> Problem {
        let problem = self.limit(action, Problem::of(action, failure, self.now));
        match failure {
            Failure::NoSession { soft_logout } => {
                if self.access != Access::Ended {
                    self.access = Access::Ended;
                    self.emit(Event::SessionExpired { soft_logout: *soft_logout });
                }
            }
            Failure::InvalidToken if self.access == Access::InvalidToken => {}
            _ => {
                if *failure == Failure::InvalidToken {
                    self.access = Access::InvalidToken;
                }
                self.report(ErrorReport::of(failure, &problem));
            }
        }
        if problem == Problem::ChangesForbidden && failure.errcode() == Some(&Errcode::Unrecognized)
        {
            self.does_not_know_changes();
        }
        if failure.errcode() == Some(&Errcode::TermsNotSigned) {
            self.terms_again();
        }
        problem
    }

    fn emit(&mut self, event: Event) {
        self.effects.push(Effect::Emit(event));
    }

    fn report(&mut self, report: ErrorReport) {
        self.emit(Event::Error(report));
    }

    fn focus(&mut self, focus: Focus) {
        self.effects.push(Effect::Focus(focus));
    }

    /// Rejects the promise of a method.
    fn settle(&mut self, operation: Operation, outcome: Result<Outcome, &'static str>) {
        let outcome = outcome.map_err(ErrorReport::local);
        self.effects.push(Effect::Settle(operation, outcome));
    }

    fn settle_failed(&mut self, operation: Operation, failure: &Failure, problem: &Problem) {
        let report = ErrorReport::of(failure, problem);
        self.effects.push(Effect::Settle(operation, Err(report)));
    }

    fn fresh_id(&mut self) -> VerificationId {
        self.ids += 1;
        VerificationId(self.ids)
    }
}

/// A time later than all others.
const NEVER: f64 = f64::INFINITY;

fn until(problem: Option<&Problem>) -> f64 {
    problem.and_then(Problem::until).unwrap_or(NEVER)
}

/// True if servers treat both addresses of a medium as equal.
#[inline(never)]
pub fn same_address(medium: &Medium, one: &str, other: &str) -> bool {
    match medium {
        Medium::Email => crate::matrix::email::same(one, other),
        Medium::Msisdn => crate::matrix::phone::same(one, other),
        Medium::Other(_) => one == other,
    }
}
