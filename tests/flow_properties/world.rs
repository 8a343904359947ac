//! The flow, and a model of whoever sends its requests.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use matrix_threepids::flow::{
    Access, Action, By, Effect, Event, Flow, Input, Operation, PageWindow, Presence, Reply,
    Section, Slot, Subject, VerificationId,
};
use matrix_threepids::matrix::phone::Dialled;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::threepids::Medium;
use matrix_threepids::matrix::uia::{Answer, Password};
use matrix_threepids::matrix::{ClientSecret, Json};

use crate::steps::*;
use crate::told;

/// A request under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    List(u32),
    Token(VerificationId),
    Add(VerificationId),
    Code(VerificationId),
    Delete,
    Proof(Subject),
    ProofCode(Subject),
    Discover,
    Capabilities,
}

impl Request {
    /// What it is for.
    pub fn slot(self) -> Slot {
        match self {
            Request::List(_) => Slot::List,
            Request::Token(id) => Slot::Token(id),
            Request::Add(id) => Slot::Add(id),
            Request::Code(id) => Slot::Code(id),
            Request::Delete => Slot::Delete,
            Request::Proof(subject) | Request::ProofCode(subject) => Slot::Proof(subject),
            Request::Discover | Request::Capabilities => Slot::Server,
        }
    }

    /// Whether nobody may be waiting for it any more.
    pub fn is_beside(self) -> bool {
        match self {
            Request::Proof(_)
            | Request::ProofCode(_)
            | Request::Discover
            | Request::Capabilities => true,
            Request::List(_)
            | Request::Token(_)
            | Request::Add(_)
            | Request::Code(_)
            | Request::Delete => false,
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
    pub flow: Flow,
    pub now: f64,
    pub under_way: Vec<Request>,
    /// All that ever was.
    pub sent: Vec<Request>,
    /// What methods wait for.
    pub waiting: Vec<Operation>,
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
    pub before: Flow,
    pub input: Input,
    /// The embedder's answer, should they be asked.
    pub may: bool,
}

impl World {
    pub fn new() -> World {
        let mut world = World {
            flow: Flow::default(),
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
        let presence = Presence { visible: true, focused: true, offline: false, shown: true };
        world.feed(Input::Presence(presence), true);
        world.feed(Input::Access(Access::Granted), true);
        world
    }

    pub fn pending(&self, which: usize) -> Option<VerificationId> {
        let count = self.flow.pending.len().max(1);
        self.flow.pending.get(which % count).map(|pending| pending.id)
    }

    fn feed_pending(&mut self, which: usize, input: fn(VerificationId) -> Input) {
        if let Some(id) = self.pending(which) {
            self.feed(input(id), true);
        }
    }

    /// A `sid` of something pending, or of nothing.
    fn sid(&self, which: usize) -> String {
        let sids = self.flow.pending.iter().flat_map(|it| &it.validations).map(|it| &it.sid);
        let sids: Vec<_> = sids.collect();
        sids.get(which % (sids.len() + 1)).map_or("unknown".to_owned(), |sid| (*sid).clone())
    }

    pub fn step(&mut self, step: &Step) {
        self.now += 2.0;
        match step.clone() {
            Step::Add { address, by_method, may } => {
                let address = ADDRESSES[address].to_owned();
                let operation = Operation::Send(address.trim().to_owned());
                let secret = self.fresh_secret();
                let by = self.start(by_method, operation);
                self.feed(Input::Add { address, secret, by }, may);
            }
            Step::AddPhone { number, by_method, may } => {
                let msisdn = NUMBERS[number].to_owned();
                let dialled = Dialled { country: "GB".to_owned(), number: typed(&msisdn) };
                let key = if msisdn.is_empty() { dialled.number.clone() } else { msisdn.clone() };
                let secret = self.fresh_secret();
                let by = self.start(by_method, Operation::Send(key));
                self.feed(Input::AddPhone { msisdn, dialled, secret, by }, may);
            }
            Step::SendAgain(emails) => {
                let section = if emails { Section::Emails } else { Section::Phones };
                self.feed(Input::SendAgain(section), true);
            }
            Step::Continue(which) => self.feed_pending(which, Input::Continue),
            Step::Submit(which, typed) => {
                if let Some(id) = self.pending(which) {
                    let code = if typed { CODE } else { " " };
                    self.feed(Input::Submit(id, Code(code.to_owned())), true);
                }
            }
            Step::Resend { which, by_method } => {
                if let Some(id) = self.pending(which) {
                    self.start(by_method, Operation::Resend(id));
                    let secret = self.fresh_secret();
                    self.feed(Input::Resend(id, secret), true);
                }
            }
            Step::TryAgain(which) => {
                if let Some(id) = self.pending(which) {
                    let secret = self.fresh_secret();
                    self.feed(Input::TryAgain(id, secret), true);
                }
            }
            Step::ChangeAddress(which) => self.feed_pending(which, Input::ChangeAddress),
            Step::Cancel(which) => self.feed_pending(which, Input::Cancel),
            Step::Remove { address, by_method, may } => {
                let (medium, address) = (Medium::Email, ADDRESSES[address].trim().to_owned());
                self.start(by_method, Operation::Remove(medium.clone(), address.clone()));
                self.feed(Input::AskRemove { medium, address }, may);
            }
            Step::RemovePhone(number) => {
                let address = NUMBERS[number].to_owned();
                self.feed(Input::AskRemove { medium: Medium::Msisdn, address }, true);
            }
            Step::ConfirmRemove => self.feed(Input::ConfirmRemove, true),
            Step::DismissRemove => self.feed(Input::DismissRemove, true),
            Step::Refresh { by_method } => {
                self.start(by_method, Operation::Refresh);
                self.feed(Input::Refresh, true);
            }
            Step::Authenticate { which, how } => {
                let subject = match self.pending(which / 2) {
                    Some(id) if which % 2 == 0 => Subject::Verification(id),
                    Some(_) | None => Subject::Removal,
                };
                let password = Password(MARKER.to_owned());
                let reply = match how {
                    How::Password => Reply::With(Answer::Password { user_id: None, password }),
                    How::SessionOnly => Reply::With(Answer::SessionOnly),
                    How::Prove => Reply::Prove(Code(CODE.to_owned())),
                    How::Anew => Reply::Anew,
                    How::Cancel => Reply::Cancel,
                    How::OtherWay => return self.feed(Input::OtherWay(subject), true),
                    How::OpenPage => return self.feed(Input::OpenPage(subject), true),
                    How::PageDone => {
                        let session = match which % 3 {
                            0 => self.flow.in_front().and_then(|it| it.1.challenge.session.clone()),
                            _ => Some("another".to_owned()),
                        };
                        let done = Input::PageDone(session.unwrap_or_default());
                        return self.feed(done, true);
                    }
                    How::Resend => return self.feed(Input::ResendProof(subject), true),
                };
                self.feed(Input::Authenticate(subject, reply), true);
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
                self.feed(Input::Woke, true);
            }
            Step::Access(access) => self.feed(Input::Access(access), true),
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
            Step::Presence(presence) => self.feed(Input::Presence(presence), true),
            Step::Online => self.feed(Input::Online, true),
            Step::Thaw => self.feed(Input::Thawed, true),
            Step::Hear(told) => {
                let records = told.iter().map(|told| self.told(told)).collect();
                self.feed(Input::HeardRecords(told::records(records)), true);
            }
            Step::Recall { which, restored } => {
                if let Some(kept) = self.kept.get(which % self.kept.len().max(1)) {
                    let input = if restored { Input::Restored } else { Input::HeardRecords };
                    self.feed(input(kept.clone()), true);
                }
            }
            Step::HearChanged => self.feed(Input::HeardChanged, true),
            Step::HearOpened(which) => self.feed(Input::HeardOpened(self.sid(which)), true),
            Step::Return(which) => self.feed(Input::Returned(self.sid(which)), true),
            Step::Detach => {
                self.under_way.clear();
                self.feed(Input::Detached, true);
                assert!(self.waiting.is_empty(), "left waiting: {:?}", self.waiting);
                self.feed(Input::Access(Access::Granted), true);
            }
        }
        self.kept.extend(self.flow.records());
    }

    pub fn fresh_secret(&mut self) -> ClientSecret {
        self.secrets += 1;
        let mut bytes = [0; ClientSecret::BYTES];
        bytes[..4].copy_from_slice(&[0, 6, 12, 18].map(|shift| (self.secrets >> shift & 63) as u8));
        ClientSecret::from_random(bytes)
    }

    pub fn start(&mut self, by_method: bool, operation: Operation) -> By {
        if by_method {
            self.waiting.push(operation);
            By::Method
        } else {
            By::Person
        }
    }

    /// One input, and what it leads to, as the element does it.
    pub fn feed(&mut self, input: Input, may: bool) {
        let before = self.flow.clone();
        let effects = self.flow.apply(self.now, input.clone());
        let unseen = match &input {
            Input::Presence(presence) => !presence.visible,
            Input::Thawed => true,
            _ => false,
        };
        if unseen {
            self.hidden.extend(self.flow.pending.iter().map(|it| it.id));
        }
        if let Input::HeardOpened(sid) | Input::Returned(sid) = &input {
            self.links.insert(sid.clone());
        }
        self.nothing_pending_was_lost(&before, &input, &effects);
        let expired = |it: &&Effect| matches!(it, Effect::Emit(Event::SessionExpired { .. }));
        let expired = effects.iter().filter(expired).count();
        assert!(expired == 0 || (expired == 1 && before.access != Access::Ended));
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
            Effect::ReadList { number } => {
                self.under_way.retain(|it| !matches!(it, Request::List(_)));
                self.send(Request::List(number));
            }
            Effect::RequestToken { id, address, dialled, secret, attempt, .. } => {
                let typed = NUMBERS.contains(&&*address).then(|| typed(&address));
                assert_eq!(dialled.map(|it| it.number), typed, "{address}");
                self.mail(cause, id, address, secret, attempt);
                self.send(Request::Token(id));
            }
            Effect::Add { id, sid, secret, patient, .. } => {
                assert!(self.pairs.contains(&(sid, secret)), "a secret for another `sid`");
                self.patient.insert(id, patient);
                self.send(Request::Add(id));
            }
            Effect::SubmitToken { id, code, .. } => {
                assert_eq!(code.0, CODE);
                self.send(Request::Code(id));
            }
            Effect::Delete { .. } => self.send(Request::Delete),
            Effect::RequestProof { subject, .. } => self.send(Request::Proof(subject)),
            Effect::SubmitProof { subject, code, .. } => {
                assert_eq!(code.0, CODE);
                self.send(Request::ProofCode(subject));
            }
            Effect::Ask(question) => panic!("no identity server is set: {question:?}"),
            Effect::Discover => self.send(Request::Discover),
            Effect::ReadCapabilities(_) => self.send(Request::Capabilities),
            Effect::OpenPage(subject) => {
                self.challenges += 1;
                let window = match self.challenges % 3 {
                    0 => PageWindow::Blocked("https://example.org/".to_owned()),
                    _ => PageWindow::Open,
                };
                self.feed(Input::Page(subject, window), true);
            }
            Effect::Abort(id) => {
                let of = [Request::Token(id), Request::Add(id), Request::Code(id)];
                self.under_way.retain(|it| !of.contains(it));
            }
            Effect::AbortDelete => self.under_way.retain(|it| *it != Request::Delete),
            Effect::ChangePassword { .. } => panic!("this is the other element's"),
            Effect::Before(Action::Remove, ..) => self.feed(Input::MayRemove(cause.may), true),
            Effect::Before(_, medium, _) => {
                let section = Section::of(&medium).expect("a section");
                self.feed(Input::MayAdd(section, cause.may), true);
            }
            Effect::Challenge { number, .. } => {
                let subject = self.flow.subject_of(number).expect("a challenge that waits");
                self.a_dialog_may_open(&cause.before, subject);
                self.challenges += 1;
                let by_host = self.challenges.is_multiple_of(2);
                let asked =
                    if by_host { Input::HostAuthenticates } else { Input::PersonAuthenticates };
                self.feed(asked(number), true);
            }
            Effect::Settle(operation, _) => {
                self.waiting.retain(|it| !crate::model::same(it, &operation));
            }
            Effect::SettleAll(_) => self.waiting.clear(),
            Effect::Emit(event) => self.holds_no_secret(&format!("{event:?}")),
            Effect::TidyAddress(sid) | Effect::TellOpened(sid) => {
                assert!(!sid.is_empty() && sid != "unknown");
            }
            // Which of them is open decides what its button does.
            Effect::SubmitDialog => match self.flow.in_front().map(|(subject, _)| subject) {
                Some(subject) => {
                    let password = Password(MARKER.to_owned());
                    let answer = Answer::Password { user_id: None, password };
                    self.feed(Input::Authenticate(subject, Reply::With(answer)), true);
                }
                None => self.feed(Input::ConfirmRemove, true),
            },
            Effect::Focus(_) | Effect::FillField(..) | Effect::TellChanged => {}
        }
    }

    pub fn send(&mut self, request: Request) {
        if request.is_beside() {
            // The one before is given up.
            self.under_way.retain(|it| *it != request);
        }
        assert!(!self.under_way.contains(&request), "{request:?} twice");
        self.under_way.push(request);
        self.sent.push(request);
    }
}
