//! The flow, and a model of whoever sends its requests.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::matrix::phone_number::PhoneInput;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::uia::{SecretText, StageAnswer};
use matrix_threepids::matrix::{ClientSecret, Json};
use matrix_threepids::model::{
    ApiRequest, Effect, FallbackWindow, HostEffect, HostEvent, HostNotification, Initiator, Input,
    ListRequest, MethodCall, Model, PageState, Request, RequestKey, Section, SessionState,
    TabEffect, UiEffect, UiaReply, UiaTarget, VerificationId,
};

use crate::actions::*;
use crate::remote_tab;

/// A request under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InFlight {
    List(u32),
    Token(VerificationId),
    Add(VerificationId),
    Code(VerificationId),
    Delete,
    Proof(UiaTarget),
    ProofCode(UiaTarget),
    Discover,
    Capabilities,
}

impl InFlight {
    /// What it is for.
    pub fn slot(self) -> RequestKey {
        match self {
            InFlight::List(_) => RequestKey::List,
            InFlight::Token(id) => RequestKey::Token(id),
            InFlight::Add(id) => RequestKey::Add(id),
            InFlight::Code(id) => RequestKey::Code(id),
            InFlight::Delete => RequestKey::Delete,
            InFlight::Proof(subject) | InFlight::ProofCode(subject) => {
                RequestKey::UiaToken(subject)
            }
            InFlight::Discover | InFlight::Capabilities => RequestKey::Permissions,
        }
    }

    /// Whether nobody may be waiting for it any more.
    pub fn is_beside(self) -> bool {
        match self {
            InFlight::Proof(_)
            | InFlight::ProofCode(_)
            | InFlight::Discover
            | InFlight::Capabilities => true,
            InFlight::List(_)
            | InFlight::Token(_)
            | InFlight::Add(_)
            | InFlight::Code(_)
            | InFlight::Delete => false,
        }
    }
}

/// What was asked for with one secret.
pub struct Mail {
    pub secret: ClientSecret,
    pub address: String,
    /// The last number.
    pub attempt: u32,
    /// Whether the server said that that mail went out.
    pub sent: bool,
}

pub struct World {
    pub model: Model,
    pub now: f64,
    pub under_way: Vec<InFlight>,
    /// All that ever was.
    pub sent: Vec<InFlight>,
    /// What methods wait for.
    pub waiting: Vec<MethodCall>,
    pub mails: Vec<Mail>,
    /// What a server gave: a `sid`, and the secret that it was asked with.
    pub pairs: Vec<(String, ClientSecret)>,
    /// With which secret each asked last.
    pub asked: BTreeMap<VerificationId, ClientSecret>,
    /// Whose dialog has opened by itself.
    pub opened: BTreeSet<VerificationId>,
    /// What was pending while nobody saw the page.
    pub hidden: BTreeSet<VerificationId>,
    /// Of which links it was heard that they were opened.
    pub links: BTreeSet<String>,
    /// Whose `add` waits for other tabs.
    pub patient: BTreeMap<VerificationId, bool>,
    /// What was kept after each step.
    pub kept: Vec<Json>,
    pub secrets: u32,
    pub sids: u32,
    /// Every other challenge is the embedder's.
    pub challenges: u32,
    /// To be done, in order, and what each came of.
    todo: VecDeque<(Effect, Rc<Cause>)>,
    doing: bool,
}

/// What a person types for a number.
pub fn typed(msisdn: &str) -> String {
    ["0", msisdn.get(2..).unwrap_or_default()].concat()
}

/// What led to an effect.
pub struct Cause {
    /// The state before.
    pub before: Model,
    pub input: Input,
    /// The embedder's answer, should they be asked.
    pub may: bool,
}

impl World {
    pub fn new() -> World {
        let mut world = World {
            model: Model::default(),
            now: 1_700_000_000_000.0,
            under_way: Vec::new(),
            sent: Vec::new(),
            waiting: Vec::new(),
            mails: Vec::new(),
            pairs: Vec::new(),
            asked: BTreeMap::new(),
            opened: BTreeSet::new(),
            hidden: BTreeSet::new(),
            links: BTreeSet::new(),
            patient: BTreeMap::new(),
            kept: Vec::new(),
            secrets: 0,
            sids: 0,
            challenges: 0,
            todo: VecDeque::new(),
            doing: false,
        };
        world.feed(Input::Sections(vec![Section::Emails, Section::Phones]), true);
        let presence = PageState { visible: true, focused: true, offline: false, shown: true };
        world.feed(Input::PageStateChanged(presence), true);
        world.feed(Input::SessionChanged(SessionState::Active), true);
        world
    }

    pub fn pending(&self, which: usize) -> Option<VerificationId> {
        let count = self.model.verifications.len().max(1);
        self.model.verifications.get(which % count).map(|pending| pending.id)
    }

    fn feed_pending(&mut self, which: usize, input: fn(VerificationId) -> Input) {
        if let Some(id) = self.pending(which) {
            self.feed(input(id), true);
        }
    }

    /// A `sid` of something pending, or of nothing.
    fn sid(&self, which: usize) -> String {
        let sids = self.model.verifications.iter().flat_map(|it| &it.validations).map(|it| &it.sid);
        let sids: Vec<_> = sids.collect();
        sids.get(which % (sids.len() + 1)).map_or("unknown".to_owned(), |sid| (*sid).clone())
    }

    pub fn step(&mut self, step: &Step) {
        self.now += 2.0;
        match step.clone() {
            Step::Add { address, by_method, may } => {
                let address = ADDRESSES[address].to_owned();
                let operation = MethodCall::Send(address.trim().to_owned());
                let secret = self.fresh_secret();
                let by = self.start(by_method, operation);
                self.feed(Input::AddEmail { address, secret, initiator: by }, may);
            }
            Step::AddPhone { number, by_method, may } => {
                let msisdn = NUMBERS[number].to_owned();
                let dialled = PhoneInput { country: "GB".to_owned(), number: typed(&msisdn) };
                let key = if msisdn.is_empty() { dialled.number.clone() } else { msisdn.clone() };
                let secret = self.fresh_secret();
                let by = self.start(by_method, MethodCall::Send(key));
                self.feed(Input::AddPhone { msisdn, phone: dialled, secret, initiator: by }, may);
            }
            Step::Continue(which) => self.feed_pending(which, Input::Continue),
            Step::Submit(which, typed) => {
                if let Some(id) = self.pending(which) {
                    let code = if typed { CODE } else { " " };
                    self.feed(Input::SubmitCode(id, Code(code.to_owned())), true);
                }
            }
            Step::Resend { which, by_method } => {
                if let Some(id) = self.pending(which) {
                    self.start(by_method, MethodCall::Resend(id));
                    let secret = self.fresh_secret();
                    self.feed(Input::Resend(id, secret), true);
                }
            }
            Step::TryAgain(which) => {
                if let Some(id) = self.pending(which) {
                    let secret = self.fresh_secret();
                    self.feed(Input::Retry(id, secret), true);
                }
            }
            Step::ChangeAddress(which) => self.feed_pending(which, Input::ChangeAddress),
            Step::Cancel(which) => self.feed_pending(which, Input::Cancel),
            Step::Remove { address, by_method, may } => {
                let (medium, address) = (Medium::Email, ADDRESSES[address].trim().to_owned());
                self.start(by_method, MethodCall::Remove(medium.clone(), address.clone()));
                self.feed(Input::RemoveRequested { medium, address }, may);
            }
            Step::RemovePhone(number) => {
                let address = NUMBERS[number].to_owned();
                self.feed(Input::RemoveRequested { medium: Medium::Msisdn, address }, true);
            }
            Step::ConfirmRemove => self.feed(Input::RemoveConfirmed, true),
            Step::DismissRemove => self.feed(Input::RemoveCanceled, true),
            Step::Refresh { by_method } => {
                self.start(by_method, MethodCall::Refresh);
                self.feed(Input::Refresh, true);
            }
            Step::Authenticate { which, how } => {
                let subject = match self.pending(which / 2) {
                    Some(id) if which % 2 == 0 => UiaTarget::Verification(id),
                    Some(_) | None => UiaTarget::Removal,
                };
                let password = SecretText(MARKER.to_owned());
                let reply = match how {
                    How::Password => {
                        UiaReply::Auth(StageAnswer::Password { user_id: None, password })
                    }
                    How::SessionOnly => UiaReply::Auth(StageAnswer::SessionOnly),
                    How::Prove => UiaReply::ValidatedThreepid(Code(CODE.to_owned())),
                    How::Anew => UiaReply::Restart,
                    How::Cancel => UiaReply::Cancel,
                    How::OtherWay => return self.feed(Input::UseOtherOption(subject), true),
                    How::OpenPage => return self.feed(Input::OpenFallbackPage(subject), true),
                    How::PageDone => {
                        let session = match which % 3 {
                            0 => self
                                .model
                                .active_uia()
                                .and_then(|it| it.1.challenge.session.clone()),
                            _ => Some("another".to_owned()),
                        };
                        let done = Input::FallbackPageDone(session.unwrap_or_default());
                        return self.feed(done, true);
                    }
                    How::Resend => return self.feed(Input::ResendUiaToken(subject), true),
                };
                self.feed(Input::UserReplied(subject, reply), true);
            }
            Step::Answer { which, server } => {
                if !self.under_way.is_empty() {
                    let request = self.under_way.remove(which % self.under_way.len());
                    self.answer(request, server, false);
                }
            }
            Step::Stale { which, server } => {
                let gone: Vec<_> =
                    self.sent.iter().filter(|it| !self.under_way.contains(it)).collect();
                if let Some(request) = gone.get(which % gone.len().max(1)) {
                    self.answer(**request, server, true);
                }
            }
            Step::Skip(which) => self.skip(which),
            Step::Time(ms) => {
                self.now += f64::from(ms);
                self.feed(Input::TimerFired, true);
            }
            Step::Access(access) => self.feed(Input::SessionChanged(access), true),
            Step::Phones(phones) => {
                let both = vec![Section::Phones, Section::Emails];
                let sections = if phones { both } else { vec![Section::Emails] };
                self.feed(Input::Sections(sections), true);
            }
            Step::ReadOnly(readonly) => self.feed(Input::ReadOnly(readonly), true),
            Step::NextLink(linked) => {
                let link = linked.then(|| "https://example.org/".to_owned());
                self.feed(Input::NextLink(link), true);
            }
            Step::Presence(presence) => self.feed(Input::PageStateChanged(presence), true),
            Step::Online => self.feed(Input::Online, true),
            Step::Thaw => self.feed(Input::RestoredFromBfcache, true),
            Step::Hear(told) => {
                let records = told.iter().map(|told| self.told(told)).collect();
                self.feed(Input::TabRecords(remote_tab::records(records)), true);
            }
            Step::Recall { which, restored } => {
                if let Some(kept) = self.kept.get(which % self.kept.len().max(1)) {
                    let input = if restored { Input::StorageLoaded } else { Input::TabRecords };
                    self.feed(input(kept.clone()), true);
                }
            }
            Step::HearChanged => self.feed(Input::TabListChanged, true),
            Step::HearOpened(which) => self.feed(Input::TabLinkOpened(self.sid(which)), true),
            Step::Return(which) => self.feed(Input::ReturnedFromLink(self.sid(which)), true),
            Step::Detach => {
                self.under_way.clear();
                self.feed(Input::Disconnected, true);
                assert!(self.waiting.is_empty(), "left waiting: {:?}", self.waiting);
                self.feed(Input::SessionChanged(SessionState::Active), true);
            }
        }
        self.kept.extend(self.model.to_stored_state());
    }

    pub fn fresh_secret(&mut self) -> ClientSecret {
        self.secrets += 1;
        let mut bytes = [0; ClientSecret::BYTES];
        bytes[..4].copy_from_slice(&[0, 6, 12, 18].map(|shift| (self.secrets >> shift & 63) as u8));
        ClientSecret::from_random(bytes)
    }

    pub fn start(&mut self, by_method: bool, operation: MethodCall) -> Initiator {
        if by_method {
            self.waiting.push(operation);
            Initiator::HostMethod
        } else {
            Initiator::User
        }
    }

    /// One input, and what it leads to, as the element does it.
    pub fn feed(&mut self, input: Input, may: bool) {
        let before = self.model.clone();
        let effects = self.model.update(self.now, input.clone());
        let unseen = match &input {
            Input::PageStateChanged(presence) => !presence.visible,
            Input::RestoredFromBfcache => true,
            _ => false,
        };
        if unseen {
            self.hidden.extend(self.model.verifications.iter().map(|it| it.id));
        }
        if let Input::TabLinkOpened(sid) | Input::ReturnedFromLink(sid) = &input {
            self.links.insert(sid.clone());
        }
        self.nothing_pending_was_lost(&before, &input, &effects);
        let expired = |it: &&Effect| {
            matches!(
                it,
                Effect::Ui(UiEffect::Notify(HostNotification::Event(
                    HostEvent::SessionExpired { .. }
                )))
            )
        };
        let expired = effects.iter().filter(expired).count();
        assert!(expired == 0 || (expired == 1 && before.access != SessionState::Expired));
        let cause = Rc::new(Cause { before, input, may });
        self.todo.extend(effects.into_iter().map(|effect| (effect, cause.clone())));
        if !std::mem::replace(&mut self.doing, true) {
            while let Some((effect, cause)) = self.todo.pop_front() {
                self.run(effect, &cause);
            }
            self.doing = false;
            self.all_is_well();
        }
    }

    fn run(&mut self, effect: Effect, cause: &Cause) {
        match effect {
            Effect::Request(Request::List(ListRequest::ReadList { number })) => {
                self.under_way.retain(|it| !matches!(it, InFlight::List(_)));
                self.send(InFlight::List(number));
            }
            Effect::Request(Request::Api(ApiRequest::RequestToken {
                id,
                address,
                phone: dialled,
                secret,
                attempt,
                ..
            })) => {
                let typed = NUMBERS.contains(&&*address).then(|| typed(&address));
                assert_eq!(dialled.map(|it| it.number), typed, "{address}");
                self.mail(cause, id, address, secret, attempt);
                self.send(InFlight::Token(id));
            }
            Effect::Request(Request::Api(ApiRequest::Add {
                id,
                sid,
                secret,
                wait_for_lock: patient,
                ..
            })) => {
                assert!(self.pairs.contains(&(sid, secret)), "a secret for another `sid`");
                self.patient.insert(id, patient);
                self.send(InFlight::Add(id));
            }
            Effect::Request(Request::Api(ApiRequest::SubmitCode { id, code, .. })) => {
                assert_eq!(code.0, CODE);
                self.send(InFlight::Code(id));
            }
            Effect::Request(Request::Api(ApiRequest::Delete { .. })) => self.send(InFlight::Delete),
            Effect::Request(Request::Api(ApiRequest::RequestUiaToken { subject, .. })) => {
                self.send(InFlight::Proof(subject))
            }
            Effect::Request(Request::Api(ApiRequest::SubmitUiaToken { subject, code, .. })) => {
                assert_eq!(code.0, CODE);
                self.send(InFlight::ProofCode(subject));
            }
            Effect::Request(Request::Api(ApiRequest::Identity(question))) => {
                panic!("no identity server is set: {question:?}")
            }
            Effect::Request(Request::DiscoverAccountManagement) => self.send(InFlight::Discover),
            Effect::Request(Request::List(ListRequest::ReadCapabilities(_))) => {
                self.send(InFlight::Capabilities)
            }
            Effect::Tab(TabEffect::OpenFallbackPage(subject)) => {
                self.challenges += 1;
                let window = match self.challenges % 3 {
                    0 => FallbackWindow::Blocked("https://example.org/".to_owned()),
                    _ => FallbackWindow::Open,
                };
                self.feed(Input::FallbackWindowChanged(subject, window), true);
            }
            Effect::Abort(key) => self.under_way.retain(|it| it.slot() != key),
            Effect::Request(Request::Api(ApiRequest::ChangePassword { .. })) => {
                panic!("this is the other element's")
            }
            Effect::Host(HostEffect::ConfirmRemove { .. }) => {
                self.feed(Input::HostDecidedRemove(cause.may), true)
            }
            Effect::Host(HostEffect::ConfirmAdd { section, .. }) => {
                self.feed(Input::HostDecidedAdd(section, cause.may), true);
            }
            Effect::Host(HostEffect::OfferChallenge { number, .. }) => {
                let subject = self.model.find_uia_target(number).expect("a challenge that waits");
                self.a_dialog_may_open(&cause.before, subject);
                self.challenges += 1;
                let by_host = self.challenges.is_multiple_of(2);
                let asked =
                    if by_host { Input::HostWillAuthenticate } else { Input::UserWillAuthenticate };
                self.feed(asked(number), true);
            }
            Effect::Ui(UiEffect::Notify(HostNotification::MethodResult(operation, _))) => {
                self.waiting.retain(|it| !crate::invariants::same(it, &operation));
            }
            Effect::Ui(UiEffect::Notify(HostNotification::AllMethodsRejected(_))) => {
                self.waiting.clear()
            }
            Effect::Ui(UiEffect::Notify(HostNotification::Event(event))) => {
                self.holds_no_secret(&format!("{event:?}"))
            }
            Effect::Tab(TabEffect::RemoveSidFromUrl(sid))
            | Effect::Tab(TabEffect::BroadcastLinkOpened(sid)) => {
                assert!(!sid.is_empty() && sid != "unknown");
            }
            // Which of them is open decides what its button does.
            Effect::Ui(UiEffect::SubmitDialog) => {
                match self.model.active_uia().map(|(subject, _)| subject) {
                    Some(subject) => {
                        let password = SecretText(MARKER.to_owned());
                        let answer = StageAnswer::Password { user_id: None, password };
                        self.feed(Input::UserReplied(subject, UiaReply::Auth(answer)), true);
                    }
                    None => self.feed(Input::RemoveConfirmed, true),
                }
            }
            Effect::Ui(UiEffect::Focus(_))
            | Effect::Ui(UiEffect::SetFieldValue(..))
            | Effect::Tab(TabEffect::BroadcastListChanged) => {}
        }
    }

    pub fn send(&mut self, request: InFlight) {
        if request.is_beside() {
            // The one before is given up.
            self.under_way.retain(|it| *it != request);
        }
        assert!(!self.under_way.contains(&request), "{request:?} twice");
        self.under_way.push(request);
        self.sent.push(request);
    }
}
