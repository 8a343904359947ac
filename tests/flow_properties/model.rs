//! What must always hold.

use matrix_threepids::flow::{
    Access, Check, Effect, Event, Flow, Form, FormPhase, Input, List, Operation, Phase, Reading,
    RemovalPhase, Resend, Subject, Try, Uia, UiaPhase, Validation, Verification, VerificationId,
    Why, same_address,
};
use matrix_threepids::matrix::{ClientSecret, Json, email};

use crate::steps::*;
use crate::world::*;

const DAY_MS: f64 = 86_400_000.0;

/// How `Debug` writes a password, and a code.
pub const PASSWORD: &str = "Password(…)";
pub const TYPED: &str = "Code(…)";

impl World {
    pub fn all_is_well(&self) {
        self.what_waits_is_under_way();
        self.holds_no_secret(&format!("{:?}", self.flow));
        self.what_is_kept_comes_back();
        self.what_waits_for_the_link_is_asked_after();
        if let Some(at) = self.flow.next_wake() {
            assert!(at > self.now, "a wake in the past");
        }
    }

    /// `send_attempt` rises by "Resend" alone, and only after a mail went out;
    /// a secret is another only after the link was too old.
    pub fn mail(
        &mut self,
        cause: &Cause,
        id: VerificationId,
        address: String,
        secret: ClientSecret,
        attempt: u32,
    ) {
        let resend = match &cause.input {
            Input::Resend(of, _) | Input::TryAgain(of, _) => *of == id,
            _ => false,
        };
        self.asked.insert(id, secret.clone());
        let Some(mail) = self.mails.iter_mut().find(|mail| mail.secret == secret) else {
            assert_eq!(attempt, 1);
            if let Some(pending) = cause.before.verification(id) {
                assert!(resend && pending.is_expired(self.now), "a fresh start too soon");
            }
            self.mails.push(Mail { secret, address, attempt, sent: false });
            return;
        };
        assert!(email::same(&mail.address, &address), "a secret for two addresses");
        let want = mail.attempt + u32::from(mail.sent);
        assert_eq!(attempt, want, "a retry repeats the number, a resend raises it by one");
        assert!(attempt == mail.attempt || resend);
        (mail.attempt, mail.sent) = (attempt, false);
    }

    pub fn nothing_pending_was_lost(&self, before: &Flow, input: &Input, effects: &[Effect]) {
        for old in &before.pending {
            if let Some(new) = self.flow.verification(old.id) {
                assert_eq!(new.address, old.address);
                for kept in &old.validations {
                    let same = |it: &Validation| (&it.sid, &it.secret) == (&kept.sid, &kept.secret);
                    assert!(new.validations.iter().any(same), "lost: {kept:?}");
                }
                assert!(new.secret != old.secret || new.attempt >= old.attempt);
                continue;
            }
            let added = effects.iter().any(|effect| match effect {
                Effect::Emit(Event::Added { medium, address }) => {
                    *medium == old.medium && same_address(medium, address, &old.address)
                }
                _ => false,
            });
            if added {
                let listed = matches!(input, Input::ListRead { result: Ok(_), .. })
                    && self.flow.list.holds(&old.medium, &old.address);
                assert!(listed || matches!(old.phase, Phase::Adopting | Phase::AddedElsewhere));
                continue;
            }
            let by = |form: &Form| match (&form.phase, input) {
                (FormPhase::Sending(draft), Input::TokenRequested { id, result: Ok(_) }) => {
                    draft.id == *id && draft.replaces == Some(old.id)
                }
                _ => false,
            };
            let corrected = by(&before.form) || by(&before.phone_form);
            let ended = match input {
                Input::Restored(records) | Input::HeardRecords(records) => is_gone(records, old),
                // The list tells what was added, or that this is no news.
                Input::ListRead { result: Ok(_), .. } => {
                    matches!(old.phase, Phase::AddedElsewhere | Phase::Adopting)
                        || self.flow.list.holds(&old.medium, &old.address)
                }
                _ => false,
            };
            let too_old = self.now >= old.sent_at + DAY_MS && old.phase != Phase::Adopting;
            let cancelled = *input == Input::Cancel(old.id);
            assert!(corrected || ended || too_old || cancelled, "lost: {old:?}");
        }
    }

    /// Whatever waits for an answer has a request under way, and the other way round.
    fn what_waits_is_under_way(&self) {
        let mut want = Vec::new();
        want.extend(list_under_way(&self.flow).map(Request::List));
        let list = !want.is_empty();
        for form in [&self.flow.form, &self.flow.phone_form] {
            if let FormPhase::Sending(draft) = &form.phase {
                want.push(Request::Token(draft.id));
            }
        }
        let checks =
            |uia: &Uia| matches!(uia.phase, UiaPhase::Checking(check) if check != Check::Code);
        let beside = |subject: Subject, uia: &Uia| {
            let sends = uia.proof().is_some_and(|proof| proof.sending);
            let goes = |it: Request| {
                self.under_way.contains(&it) || self.flow.held().any(|held| held == it.slot())
            };
            assert!(!sends || goes(Request::Proof(subject)));
            let checks_code = uia.phase == UiaPhase::Checking(Check::Code);
            assert!(!checks_code || goes(Request::ProofCode(subject)));
        };
        for pending in &self.flow.pending {
            let token = Request::Token(pending.id);
            // What was under way when others had added it was given up.
            let given_up =
                pending.phase == Phase::AddedElsewhere && !self.under_way.contains(&token);
            if matches!(pending.resend, Resend::Sending { .. }) && !given_up {
                want.push(token);
            }
            if let Phase::Authenticating { uia, .. } = &pending.phase {
                beside(Subject::Verification(pending.id), uia);
            }
            match &pending.phase {
                Phase::Trying(_) => want.push(Request::Add(pending.id)),
                Phase::Submitting { .. } => want.push(Request::Code(pending.id)),
                Phase::Authenticating { uia, .. } if checks(uia) => {
                    want.push(Request::Add(pending.id));
                }
                Phase::Uncertain { .. } => assert!(list, "nobody tells whether it worked"),
                // Out of the page for a while, it waits for the next list; where that
                // could not be read, the person can try again.
                Phase::Adopting | Phase::AddedElsewhere => {
                    let told = self.flow.list.problem().is_some();
                    assert!(list || told || self.flow.access != Access::Granted);
                }
                Phase::Sent
                | Phase::Unconfirmed
                | Phase::Authenticating { .. }
                | Phase::Waiting { .. }
                | Phase::Trouble { .. } => {}
            }
        }
        for (at, removal) in self.flow.removals.iter().enumerate() {
            if let RemovalPhase::Authenticating(uia) = &removal.phase {
                beside(Subject::Removal, uia);
            }
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
        // What has to wait was not sent yet.
        let held: Vec<_> = self.flow.held().collect();
        want.retain(|it| !held.contains(&it.slot()));
        let sorted = |requests: &[Request]| {
            let mut texts: Vec<_> = requests.iter().map(|it| format!("{it:?}")).collect();
            texts.sort();
            texts
        };
        let under_way: Vec<_> =
            self.under_way.iter().copied().filter(|it| !it.is_beside()).collect();
        assert_eq!(sorted(&under_way), sorted(&want));
    }

    /// Everything is there but the link: it is asked after in time, or the
    /// group says why not.
    fn what_waits_for_the_link_is_asked_after(&self) {
        let flow = &self.flow;
        let looked_at = flow.presence.visible && !flow.presence.offline && !flow.is_readonly();
        let can = flow.access == Access::Granted && flow.list.entries().is_some();
        for pending in flow.pending.iter().filter(|it| looked_at && can && flow.shows(it)) {
            let explained = pending.is_expired(self.now) || pending.wants_code();
            if let (Phase::Waiting { next, .. }, false) = (&pending.phase, explained) {
                let wake = flow.next_wake();
                assert!(wake.is_some_and(|at| at <= next.max(self.now + 1.0)), "{pending:?}");
            }
        }
    }

    /// A dialog that nobody asked for opens once, in front of the person, and
    /// not over another.
    pub fn a_dialog_may_open(&mut self, before: &Flow, subject: Subject) {
        let Subject::Verification(id) = subject else { return };
        let why = before.verification(id).map(|it| &it.phase);
        match why {
            Some(Phase::Trying(Try { why: Why::CameBack, .. })) => {
                assert!(self.opened.insert(id), "twice by itself");
                let mut validations =
                    before.verification(id).into_iter().flat_map(|it| &it.validations);
                let opened = validations.any(|it| self.links.contains(&it.sid));
                assert!(opened || self.hidden.contains(&id), "nobody can have opened the link");
                let presence = self.flow.presence;
                assert!(presence.visible && presence.focused);
                assert!(before.removals.is_empty() && before.in_front().is_none());
            }
            Some(Phase::Trying(Try { why: Why::Waited { .. }, .. })) => {
                panic!("a dialog out of nothing")
            }
            Some(_) | None => {}
        }
    }

    /// `Debug` shows every string of the state as it is, and each password and
    /// code as what the tests in `main` look for.
    pub fn holds_no_secret(&self, shown: &str) {
        for secret in [MARKER, PASSWORD, CODE, TYPED] {
            assert!(!shown.contains(secret), "{shown}");
        }
        let shows = |mail: &Mail| shown.contains(mail.secret.as_str());
        assert!(!self.mails.iter().any(shows), "{shown}");
    }

    /// Were the page reloaded now, the same addresses would be pending.
    fn what_is_kept_comes_back(&self) {
        let Some(kept) = self.flow.records() else { return };
        let text = format!("{kept:?}");
        assert!(!text.contains(MARKER) && !text.contains(CODE) && !text.contains("session"));
        let mut again = Flow::default();
        again.apply(self.now, Input::Restored(kept));
        let kept = |it: &&Verification| {
            // Where the server has said yes, the list tells.
            let done = matches!(it.phase, Phase::Adopting | Phase::AddedElsewhere);
            !done && self.now < it.sent_at + DAY_MS
        };
        let group = |it: &Verification| {
            (it.medium.clone(), it.address.clone(), it.dialled.clone(), it.validations.clone())
        };
        let mut want = self.flow.pending.iter().filter(kept).map(group);
        let got: Vec<_> = again.pending.iter().map(group).collect();
        assert!(want.all(|it| got.contains(&it)), "{:?}\n{got:?}", self.flow.pending);
    }
}

/// The number of the list that is awaited.
pub fn list_under_way(flow: &Flow) -> Option<u32> {
    match flow.list {
        List::First { number } | List::Shown { reading: Reading::Now(number), .. } => Some(number),
        List::Loading | List::Failed(_) | List::Shown { .. } => None,
    }
}

/// Whether these say that the verification has ended.
fn is_gone(records: &Json, old: &Verification) -> bool {
    let of = |record: &Json| {
        let same = |address| same_address(&old.medium, address, &old.address);
        let no_sid = record.array("validations").is_empty();
        record.str("address").is_some_and(same) && no_sid && !record.is_true("added")
    };
    records.array("pending").iter().any(of)
}

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
