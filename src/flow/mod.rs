//! What happens in which order. No I/O: an [`Input`] goes in, the state
//! changes, [`Effect`]s come out. Every order of events can so be tested in
//! microseconds.
//!
//! Each thing with a life of its own has its phases in one enum: the [`List`],
//! the [`Form`], each pending [`Verification`], each [`Removal`], and within
//! the last two the [`Uia`] of their request.

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

/// What the status line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// An address is on the list now.
    Added(Medium, String),
    /// An address is off the list now.
    Removed(Medium, String),
    /// Who finds the person by an address has changed.
    Sharing(Sharing, Medium, String),
    /// The password is another now.
    PasswordChanged {
        /// The account's other sessions have ended.
        logout_devices: bool,
    },
    /// A rate limit is over.
    LimitOver,
}

/// Whether others find the person by an address, after something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// They do now.
    Shared,
    /// They do not any more.
    Unshared,
    /// They were not to any more, but the identity server did not confirm it.
    MaybeShared,
    /// It was removed, and they do not any more.
    RemovedUnshared,
    /// It was removed, and the identity server did not confirm that they do not.
    RemovedShared,
}

/// The state of one element, and how it changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Whether requests can be made.
    pub access: Access,
    /// The embedder wants the list only.
    pub readonly: bool,
    /// The confirmed addresses.
    pub list: List,
    /// What is shown, in this order.
    pub sections: Vec<Section>,
    /// The field and its button, for email addresses.
    pub form: Form,
    /// For phone numbers.
    pub phone_form: Form,
    /// In `<matrix-account-password>`: its form. Nothing else is shown there.
    pub password: Option<PasswordForm>,
    /// Mails that were sent, oldest first.
    pub pending: Vec<Verification>,
    /// Removals; the first is in front of the person, the others wait.
    pub removals: Vec<Removal>,
    /// The status line.
    pub notice: Option<Notice>,
    /// Whether somebody looks.
    pub presence: Presence,
    /// Whether the server lets addresses be changed.
    pub changes: Changes,
    /// The server validates no addresses itself, and no identity server is set.
    pub needs_identity_server: bool,
    /// The identity server, if one is set.
    pub identity: Option<Identity>,
    /// An answer got lost that may have said that the password was changed.
    perhaps_changed: bool,
    /// Verifications that ended, for the other tabs.
    gone: Vec<Gone>,
    /// Where the browser is to come back to.
    next_link: Option<String>,
    /// It came back.
    looked_for: Option<Returned>,
    /// The person came back: to be seen to after the list under way.
    back: bool,
    /// To be tried without being asked, the newest last.
    returned: Vec<VerificationId>,
    /// Nobody asked for the list under way.
    quiet: bool,
    /// The last limit of each action.
    limits: Vec<Limit>,
    /// When requests were sent in the last minute that nobody had asked for.
    unasked: Vec<f64>,
    /// Those that have to wait.
    held: Vec<Effect>,
    /// A button is being pressed that nobody presses.
    pressing: bool,
    now: f64,
    /// The clock is so far ahead of that (ms).
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
    /// That of `<matrix-account-password>`.
    pub fn of_password() -> Flow {
        let password = Some(PasswordForm::default());
        Flow { sections: Vec::new(), password, ..Flow::default() }
    }

    /// Takes one input at the time `now`: ms since the epoch, when the element
    /// was made, and from then on by a clock that nobody sets.
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

    /// When to give [`Input::Woke`], if nothing else happens before.
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

    /// The time of the last input, in ms since the epoch.
    pub fn now(&self) -> f64 {
        self.now
    }

    /// The pending verification with this id.
    pub fn verification(&self, id: VerificationId) -> Option<&Verification> {
        self.pending.iter().find(|pending| pending.id == id)
    }

    fn verification_mut(&mut self, id: VerificationId) -> Option<&mut Verification> {
        self.pending.iter_mut().find(|pending| pending.id == id)
    }

    /// Another homeserver or user: nothing of the old one is left, and no late
    /// answer to it fits, because ids are not given twice.
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

    /// Whether there is nothing to be shown yet, but something to come.
    pub fn is_loading(&self) -> bool {
        let nothing = match &self.password {
            Some(form) => matches!(form, PasswordForm::Loading),
            None => matches!(self.list, List::Loading | List::First { .. }),
        };
        nothing && matches!(self.access, Access::Awaited | Access::Granted)
    }

    /// Time went by.
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

    /// The rate limits until then are over.
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

    /// The element left the page; whatever was in flight was given up.
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

    /// What is being corrected is not wrong any more.
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

    /// Why nothing can be changed now, as a code for the embedder.
    fn refusal(&self) -> Option<&'static str> {
        match self.access {
            _ if self.is_readonly() => Some("readonly"),
            access => access.refusal(),
        }
    }

    /// Makes of a failure what the person sees, and tells the embedder.
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

    /// Ends what a method of the element waits for, without success.
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

/// Later than everything.
const NEVER: f64 = f64::INFINITY;

fn until(problem: Option<&Problem>) -> f64 {
    problem.and_then(Problem::until).unwrap_or(NEVER)
}

/// Whether two addresses of a medium are the same to a server.
#[inline(never)]
pub fn same_address(medium: &Medium, one: &str, other: &str) -> bool {
    match medium {
        Medium::Email => crate::matrix::email::same(one, other),
        Medium::Msisdn => crate::matrix::phone::same(one, other),
        Medium::Other(_) => one == other,
    }
}
