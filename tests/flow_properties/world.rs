//! The flow, and a model of whoever sends its requests.

use std::collections::BTreeMap;

use matrix_threepids::flow::{
    Access, By, Effect, Event, Flow, FormPhase, Input, List, Operation, Phase, Reading,
    RemovalPhase, Reply, Resend, Subject, Uia, UiaPhase, VerificationId, same_address,
};
use matrix_threepids::matrix::threepids::{Medium, Threepid};
use matrix_threepids::matrix::uia::{Answer, Password};
use matrix_threepids::matrix::{ClientSecret, Failure, HttpResponse, email};

use crate::steps::*;

/// A request under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    List(u32),
    Token(VerificationId),
    Add(VerificationId),
    Delete,
}

/// What was sent for a verification.
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
    pub mails: BTreeMap<VerificationId, Mail>,
    pub secrets: u8,
    pub sids: u32,
    /// Every other challenge is the embedder's.
    pub challenges: u32,
}

impl World {
    pub fn new() -> World {
        let mut world = World {
            flow: Flow::default(),
            now: 1_700_000_000_000.0,
            under_way: Vec::new(),
            sent: Vec::new(),
            waiting: Vec::new(),
            mails: BTreeMap::new(),
            secrets: 0,
            sids: 0,
            challenges: 0,
        };
        world.feed(Input::Access(Access::Granted), true);
        world
    }

    pub fn pending(&self, which: usize) -> Option<VerificationId> {
        let count = self.flow.pending.len().max(1);
        self.flow.pending.get(which % count).map(|pending| pending.id)
    }

    pub fn feed_pending(&mut self, which: usize, input: fn(VerificationId) -> Input) {
        if let Some(id) = self.pending(which) {
            self.feed(input(id), true);
        }
    }

    pub fn step(&mut self, step: &Step) {
        self.now += 1.0;
        match *step {
            Step::Add { address, by_method, may } => {
                let address = ADDRESSES[address].to_owned();
                let operation = Operation::Send(address.trim().to_owned());
                self.secrets = self.secrets.wrapping_add(1);
                let secret = ClientSecret::from_random([self.secrets; ClientSecret::BYTES]);
                let by = self.start(by_method, operation);
                self.feed(Input::Add { address, secret, by }, may);
            }
            Step::SendAgain => self.feed(Input::SendAgain, true),
            Step::Continue(which) => {
                self.feed_pending(which, Input::Continue);
            }
            Step::Resend { which, by_method } => {
                if let Some(id) = self.pending(which) {
                    self.start(by_method, Operation::Resend(id));
                    self.feed(Input::Resend(id), true);
                }
            }
            Step::ChangeAddress(which) => {
                self.feed_pending(which, Input::ChangeAddress);
            }
            Step::Cancel(which) => {
                self.feed_pending(which, Input::Cancel);
            }
            Step::Remove { address, by_method, may } => {
                let (medium, address) = (Medium::Email, ADDRESSES[address].trim().to_owned());
                self.start(by_method, Operation::Remove(medium.clone(), address.clone()));
                self.feed(Input::AskRemove { medium, address }, may);
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
                    How::Cancel => Reply::Cancel,
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
            Step::Time(ms) => {
                self.now += f64::from(ms);
                self.feed(Input::Woke, true);
            }
            Step::Access(access) => self.feed(Input::Access(access), true),
            Step::ReadOnly(readonly) => self.feed(Input::ReadOnly(readonly), true),
            Step::Online => self.feed(Input::Online, true),
            Step::Detach => {
                self.under_way.clear();
                self.feed(Input::Detached, true);
                assert!(self.waiting.is_empty(), "left waiting: {:?}", self.waiting);
                self.feed(Input::Access(Access::Granted), true);
            }
        }
    }

    pub fn start(&mut self, by_method: bool, operation: Operation) -> By {
        if by_method {
            self.waiting.push(operation);
            By::Method
        } else {
            By::Person
        }
    }

    pub fn answer(&mut self, request: Request, server: Server, stale: bool) {
        let failure = match server {
            Server::Yes { .. } => None,
            Server::No(status, body) => {
                let body = body.to_owned();
                HttpResponse { status, retry_after: None, body }.json().err()
            }
            Server::Lost(0) => Some(Failure::Network),
            Server::Lost(1) => Some(Failure::Timeout),
            Server::Lost(2) => Some(Failure::Offline),
            Server::Lost(kind) => Some(Failure::NoSession { soft_logout: kind == 3 }),
        };
        let list = match server {
            Server::Yes { list } => list,
            Server::No(..) | Server::Lost(_) => 0,
        };
        let input = match request {
            Request::List(number) => {
                let listed = ADDRESSES.iter().enumerate().filter(|(at, _)| list >> at & 1 == 1);
                let entries = listed.map(|(_, address)| Threepid {
                    medium: Medium::Email,
                    address: address.trim().to_owned(),
                    added_at: None,
                    validated_at: None,
                });
                let result = failure.map_or(Ok(entries.collect()), Err);
                Input::ListRead { number, result }
            }
            Request::Token(id) => {
                // Now and then a new validation session.
                self.sids += u32::from(list & 1);
                let sid = format!("sid-{}", self.sids);
                let result = failure.map_or(Ok(sid), Err);
                if let (Ok(_), Some(mail)) = (&result, self.mails.get_mut(&id)) {
                    mail.sent |= !stale;
                }
                Input::TokenRequested { id, result }
            }
            Request::Add(id) => Input::Added { id, result: failure.map_or(Ok(()), Err) },
            Request::Delete => Input::Deleted(failure.map_or(Ok(None), Err)),
        };
        self.feed(input, true);
    }

    /// One input, and what it leads to, as the element does it.
    pub fn feed(&mut self, input: Input, may: bool) {
        let before = self.flow.clone();
        let effects = self.flow.apply(self.now, input.clone());
        self.nothing_pending_was_lost(&before, &input, &effects);
        let mut expired = 0;
        for effect in effects {
            match effect {
                Effect::ReadList { number } => {
                    self.under_way.retain(|it| !matches!(it, Request::List(_)));
                    self.send(Request::List(number));
                }
                Effect::RequestToken { id, address, secret, attempt } => {
                    self.mail(&input, id, address, secret, attempt);
                    self.send(Request::Token(id));
                }
                Effect::Add { id, secret, .. } => {
                    assert_eq!(secret, self.mails[&id].secret);
                    self.send(Request::Add(id));
                }
                Effect::Delete { .. } => self.send(Request::Delete),
                Effect::Abort(id) => {
                    let of = [Request::Token(id), Request::Add(id)];
                    self.under_way.retain(|it| !of.contains(it));
                }
                Effect::AbortDelete => self.under_way.retain(|it| *it != Request::Delete),
                Effect::Before(matrix_threepids::flow::Action::Remove, ..) => {
                    self.feed(Input::MayRemove(may), true);
                }
                Effect::Before(..) => self.feed(Input::MayAdd(may), true),
                Effect::Challenge { subject, .. } => {
                    self.challenges += 1;
                    if self.challenges.is_multiple_of(2) {
                        self.feed(Input::HostAuthenticates(subject), true);
                    }
                }
                Effect::Settle(operation, _) => self.waiting.retain(|it| !same(it, &operation)),
                Effect::SettleAll(_) => self.waiting.clear(),
                Effect::Emit(Event::SessionExpired { .. }) => expired += 1,
                Effect::Emit(_) | Effect::Focus(_) | Effect::FillField(_) => {}
            }
        }
        assert!(expired == 0 || (expired == 1 && before.access != Access::Ended));
        self.what_waits_is_under_way();
        self.the_password_is_gone();
        if let Some(at) = self.flow.next_wake() {
            assert!(at > self.now, "a wake in the past");
        }
    }

    pub fn send(&mut self, request: Request) {
        assert!(!self.under_way.contains(&request), "{request:?} twice");
        self.under_way.push(request);
        self.sent.push(request);
    }

    /// `send_attempt` rises by "Resend" alone, and only after a mail went out.
    pub fn mail(
        &mut self,
        input: &Input,
        id: VerificationId,
        address: String,
        secret: ClientSecret,
        attempt: u32,
    ) {
        let Some(mail) = self.mails.get_mut(&id) else {
            assert_eq!(attempt, 1);
            let others = self.mails.values().all(|mail| mail.secret != secret);
            assert!(others, "a secret for two verifications");
            self.mails.insert(id, Mail { secret, address, attempt, sent: false });
            return;
        };
        assert_eq!((&mail.secret, &mail.address), (&secret, &address));
        let want = mail.attempt + u32::from(mail.sent);
        assert_eq!(attempt, want, "a retry repeats the number, a resend raises it by one");
        if attempt > mail.attempt {
            assert_eq!(*input, Input::Resend(id));
        }
        (mail.attempt, mail.sent) = (attempt, false);
    }

    pub fn nothing_pending_was_lost(&self, before: &Flow, input: &Input, effects: &[Effect]) {
        for old in &before.pending {
            if let Some(new) = self.flow.verification(old.id) {
                assert_eq!((&new.address, &new.secret), (&old.address, &old.secret));
                assert!(new.sids.starts_with(&old.sids) && new.attempt >= old.attempt);
                continue;
            }
            let added = effects.iter().any(|effect| match effect {
                Effect::Emit(Event::Added { address, .. }) => *address == old.address,
                _ => false,
            });
            let corrected = match (&before.form.phase, input) {
                (FormPhase::Sending(draft), Input::TokenRequested { id, result: Ok(_) }) => {
                    draft.id == *id && draft.replaces == Some(old.id)
                }
                _ => false,
            };
            assert!(added || corrected || *input == Input::Cancel(old.id), "lost: {old:?}");
            if added {
                let listed = matches!(input, Input::ListRead { result: Ok(_), .. })
                    && self.flow.list.holds(&old.medium, &old.address);
                assert!(listed || old.phase == Phase::Adopting);
            }
        }
    }

    /// Whatever waits for an answer has a request under way, and the other way round.
    pub fn what_waits_is_under_way(&self) {
        let mut want = Vec::new();
        let list = match self.flow.list {
            List::First { number } | List::Shown { reading: Reading::Now(number), .. } => {
                want.push(Request::List(number));
                true
            }
            List::Loading | List::Failed(_) | List::Shown { .. } => false,
        };
        if let FormPhase::Sending(draft) = &self.flow.form.phase {
            want.push(Request::Token(draft.id));
        }
        let checks = |uia: &Uia| uia.phase == UiaPhase::Checking;
        for pending in &self.flow.pending {
            if pending.resend == Resend::Sending {
                want.push(Request::Token(pending.id));
            }
            match &pending.phase {
                Phase::Trying(_) => want.push(Request::Add(pending.id)),
                Phase::Authenticating { uia, .. } if checks(uia) => {
                    want.push(Request::Add(pending.id));
                }
                Phase::Uncertain { .. } => assert!(list, "nobody tells whether it worked"),
                // Out of the page for a while, it waits for the next list.
                Phase::Adopting => assert!(list || self.flow.access != Access::Granted),
                Phase::Sent
                | Phase::Authenticating { .. }
                | Phase::Waiting { .. }
                | Phase::Trouble { .. } => {}
            }
        }
        for (at, removal) in self.flow.removals.iter().enumerate() {
            match &removal.phase {
                RemovalPhase::Deleting => want.push(Request::Delete),
                RemovalPhase::Authenticating(uia) if checks(uia) => want.push(Request::Delete),
                RemovalPhase::Uncertain(_) | RemovalPhase::Reading { .. } => assert!(list),
                RemovalPhase::Asking
                | RemovalPhase::Failed(_)
                | RemovalPhase::Authenticating(_) => {}
            }
            assert!(at == 0 || removal.phase == RemovalPhase::Asking, "one removal at a time");
        }
        let sorted = |requests: &[Request]| {
            let mut texts: Vec<_> = requests.iter().map(|it| format!("{it:?}")).collect();
            texts.sort();
            texts
        };
        assert_eq!(sorted(&self.under_way), sorted(&want));
    }

    /// `Debug` shows every string of the state as it is, and each `Password`
    /// as what `password_in_the_state_would_be_seen` looks for.
    pub fn the_password_is_gone(&self) {
        let state = format!("{:?}", self.flow);
        assert!(!state.contains(MARKER) && !state.contains(PASSWORD), "{state}");
    }

    /// Everything is answered, every dialog closed: then no method waits.
    pub fn end(&mut self, list: u8) {
        for _ in 0..1000 {
            let authenticating =
                self.flow.pending.iter().find_map(|pending| match &pending.phase {
                    Phase::Authenticating { .. } => Some(pending.id),
                    _ => None,
                });
            if !self.under_way.is_empty() {
                let request = self.under_way.remove(0);
                self.answer(request, Server::Yes { list }, false);
            } else if let Some(id) = authenticating {
                self.feed(Input::Authenticate(Subject::Verification(id), Reply::Cancel), true);
            } else if !self.flow.removals.is_empty() {
                self.feed(Input::DismissRemove, true);
            } else {
                break;
            }
        }
        assert!(self.under_way.is_empty() && self.flow.removals.is_empty());
        assert!(self.waiting.is_empty(), "wait for ever: {:?}", self.waiting);
    }
}

/// How `Debug` writes a password.
pub const PASSWORD: &str = "Password(…)";

/// Whether the end of one operation is that of the other.
pub fn same(one: &Operation, other: &Operation) -> bool {
    match (one, other) {
        (Operation::Send(one), Operation::Send(other)) => email::same(one, other),
        (Operation::Remove(medium, one), Operation::Remove(other_medium, other)) => {
            medium == other_medium && same_address(medium, one, other)
        }
        (one, other) => one == other,
    }
}
