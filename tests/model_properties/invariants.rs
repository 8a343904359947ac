//! What must always hold.

use matrix_threepids::matrix::{ClientSecret, Json, email};
use matrix_threepids::model::{
    AddAttempt, AddForm, Effect, FormPhase, HostEvent, HostNotification, Input, MethodCall, Model,
    PendingRequest, RefreshState, RemovalPhase, ResendState, SessionState, ThreepidList, Trigger,
    UiEffect, Uia, UiaPhase, UiaTarget, ValidationSession, Verification, VerificationId,
    VerificationPhase, is_same_address,
};

use crate::actions::*;
use crate::simulator::*;

const DAY_MS: f64 = 86_400_000.0;

/// How `Debug` writes a password, and a code.
pub const PASSWORD: &str = "Password(…)";
pub const TYPED: &str = "Code(…)";

impl World {
    pub fn all_is_well(&self) {
        self.what_waits_is_under_way();
        self.holds_no_secret(&format!("{:?}", self.model));
        self.what_is_kept_comes_back();
        self.what_waits_for_the_link_is_asked_after();
        if let Some(at) = self.model.next_timer() {
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
            Input::Resend(of, _) | Input::Retry(of, _) => *of == id,
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
        assert!(email::is_same_address(&mail.address, &address), "a secret for two addresses");
        let want = mail.attempt + u32::from(mail.sent);
        assert_eq!(attempt, want, "a retry repeats the number, a resend raises it by one");
        assert!(attempt == mail.attempt || resend);
        (mail.attempt, mail.sent) = (attempt, false);
    }

    pub fn nothing_pending_was_lost(&self, before: &Model, input: &Input, effects: &[Effect]) {
        for old in &before.verifications {
            if let Some(new) = self.model.verification(old.id) {
                assert_eq!(new.address, old.address);
                for kept in &old.validations {
                    let same =
                        |it: &ValidationSession| (&it.sid, &it.secret) == (&kept.sid, &kept.secret);
                    assert!(new.validations.iter().any(same), "lost: {kept:?}");
                }
                assert!(new.secret != old.secret || new.attempt >= old.attempt);
                continue;
            }
            let added = effects.iter().any(|effect| match effect {
                Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Added {
                    medium,
                    address,
                }))) => *medium == old.medium && is_same_address(medium, address, &old.address),
                _ => false,
            });
            if added {
                let listed = matches!(input, Input::ListLoaded { result: Ok(_), .. })
                    && self.model.list.contains(&old.medium, &old.address);
                assert!(
                    listed
                        || matches!(
                            old.phase,
                            VerificationPhase::Refreshing | VerificationPhase::AddedElsewhere
                        )
                );
                continue;
            }
            let by = |form: &AddForm| match (&form.phase, input) {
                (FormPhase::Sending(draft), Input::TokenResponded { id, result: Ok(_) }) => {
                    draft.id == *id && draft.replaces == Some(old.id)
                }
                _ => false,
            };
            let corrected = by(&before.email_form) || by(&before.phone_form);
            let ended = match input {
                Input::StorageLoaded(records) | Input::TabRecords(records) => is_gone(records, old),
                // The list tells what was added, or that this is no news.
                Input::ListLoaded { result: Ok(_), .. } => {
                    matches!(
                        old.phase,
                        VerificationPhase::AddedElsewhere | VerificationPhase::Refreshing
                    ) || self.model.list.contains(&old.medium, &old.address)
                }
                _ => false,
            };
            let too_old =
                self.now >= old.sent_at + DAY_MS && old.phase != VerificationPhase::Refreshing;
            let cancelled = *input == Input::Cancel(old.id);
            assert!(corrected || ended || too_old || cancelled, "lost: {old:?}");
        }
    }

    /// Whatever waits for an answer has a request under way, and the other way round.
    fn what_waits_is_under_way(&self) {
        let mut want = Vec::new();
        want.extend(list_under_way(&self.model).map(InFlight::List));
        let list = !want.is_empty();
        for form in [&self.model.email_form, &self.model.phone_form] {
            if let FormPhase::Sending(draft) = &form.phase {
                want.push(InFlight::Token(draft.id));
            }
        }
        let checks = |uia: &Uia| matches!(uia.phase, UiaPhase::Checking(check) if check != PendingRequest::SubmitCode);
        let beside = |subject: UiaTarget, uia: &Uia| {
            let sends = uia.threepid_stage().is_some_and(|proof| proof.sending);
            let goes = |it: InFlight| {
                self.under_way.contains(&it)
                    || self.model.delayed_keys().any(|held| held == it.slot())
            };
            assert!(!sends || goes(InFlight::Proof(subject)));
            let checks_code = uia.phase == UiaPhase::Checking(PendingRequest::SubmitCode);
            assert!(!checks_code || goes(InFlight::ProofCode(subject)));
        };
        for pending in &self.model.verifications {
            let token = InFlight::Token(pending.id);
            // What was under way when others had added it was given up.
            let given_up = pending.phase == VerificationPhase::AddedElsewhere
                && !self.under_way.contains(&token);
            if matches!(pending.resend, ResendState::Sending { .. }) && !given_up {
                want.push(token);
            }
            if let VerificationPhase::Authenticating { uia, .. } = &pending.phase {
                beside(UiaTarget::Verification(pending.id), uia);
            }
            match &pending.phase {
                VerificationPhase::Adding(_) => want.push(InFlight::Add(pending.id)),
                VerificationPhase::SubmittingCode { .. } => want.push(InFlight::Code(pending.id)),
                VerificationPhase::Authenticating { uia, .. } if checks(uia) => {
                    want.push(InFlight::Add(pending.id));
                }
                VerificationPhase::OutcomeUnknown { .. } => {
                    assert!(list, "nobody tells whether it worked")
                }
                // Out of the page for a while, it waits for the next list; where that
                // could not be read, the person can try again.
                VerificationPhase::Refreshing | VerificationPhase::AddedElsewhere => {
                    let told = self.model.list.problem().is_some();
                    assert!(list || told || self.model.access != SessionState::Active);
                }
                VerificationPhase::AwaitingUser
                | VerificationPhase::NeedsAuth
                | VerificationPhase::Authenticating { .. }
                | VerificationPhase::Polling { .. }
                | VerificationPhase::Failed { .. } => {}
            }
        }
        for (at, removal) in self.model.removals.iter().enumerate() {
            if let RemovalPhase::Authenticating(uia) = &removal.phase {
                beside(UiaTarget::Removal, uia);
            }
            match &removal.phase {
                RemovalPhase::Deleting => want.push(InFlight::Delete),
                RemovalPhase::Authenticating(uia) if checks(uia) => want.push(InFlight::Delete),
                RemovalPhase::OutcomeUnknown(_) | RemovalPhase::Refreshing { .. } => assert!(list),
                RemovalPhase::Confirming
                | RemovalPhase::Failed(_)
                | RemovalPhase::Authenticating(_) => {}
            }
            assert!(at == 0 || removal.phase == RemovalPhase::Confirming, "one removal at a time");
        }
        // What has to wait was not sent yet.
        let held: Vec<_> = self.model.delayed_keys().collect();
        want.retain(|it| !held.contains(&it.slot()));
        let sorted = |requests: &[InFlight]| {
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
        let model = &self.model;
        let looked_at =
            model.page_state.visible && !model.page_state.offline && !model.is_readonly();
        let can = model.access == SessionState::Active && model.list.entries().is_some();
        for pending in
            model.verifications.iter().filter(|it| looked_at && can && model.is_visible(it))
        {
            let explained = pending.is_expired(self.now) || pending.needs_code();
            if let (VerificationPhase::Polling { next_poll_at: next, .. }, false) =
                (&pending.phase, explained)
            {
                let wake = model.next_timer();
                assert!(wake.is_some_and(|at| at <= next.max(self.now + 1.0)), "{pending:?}");
            }
        }
    }

    /// A dialog that nobody asked for opens once, in front of the person, and
    /// not over another.
    pub fn a_dialog_may_open(&mut self, before: &Model, subject: UiaTarget) {
        let UiaTarget::Verification(id) = subject else { return };
        let why = before.verification(id).map(|it| &it.phase);
        match why {
            Some(VerificationPhase::Adding(AddAttempt {
                trigger: Trigger::PageReturn, ..
            })) => {
                assert!(self.opened.insert(id), "twice by itself");
                let mut validations =
                    before.verification(id).into_iter().flat_map(|it| &it.validations);
                let opened = validations.any(|it| self.links.contains(&it.sid));
                assert!(opened || self.hidden.contains(&id), "nobody can have opened the link");
                let presence = self.model.page_state;
                assert!(presence.visible && presence.focused);
                assert!(before.removals.is_empty() && before.active_uia().is_none());
            }
            Some(VerificationPhase::Adding(AddAttempt {
                trigger: Trigger::Poll { .. }, ..
            })) => {
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
        let Some(kept) = self.model.to_stored_state() else { return };
        let text = format!("{kept:?}");
        assert!(!text.contains(MARKER) && !text.contains(CODE) && !text.contains("session"));
        let mut again = Model::default();
        again.update(self.now, Input::StorageLoaded(kept));
        let kept = |it: &&Verification| {
            // Where the server has said yes, the list tells.
            let done = matches!(
                it.phase,
                VerificationPhase::Refreshing | VerificationPhase::AddedElsewhere
            );
            !done && self.now < it.sent_at + DAY_MS
        };
        let group = |it: &Verification| {
            (it.medium.clone(), it.address.clone(), it.phone.clone(), it.validations.clone())
        };
        let mut want = self.model.verifications.iter().filter(kept).map(group);
        let got: Vec<_> = again.verifications.iter().map(group).collect();
        assert!(want.all(|it| got.contains(&it)), "{:?}\n{got:?}", self.model.verifications);
    }
}

/// The number of the list that is awaited.
pub fn list_under_way(model: &Model) -> Option<u32> {
    match model.list {
        ThreepidList::Loading { number }
        | ThreepidList::Loaded { reading: RefreshState::InFlight(number), .. } => Some(number),
        ThreepidList::Idle | ThreepidList::Failed(_) | ThreepidList::Loaded { .. } => None,
    }
}

/// Whether these say that the verification has ended.
fn is_gone(records: &Json, old: &Verification) -> bool {
    let of = |record: &Json| {
        let same = |address| is_same_address(&old.medium, address, &old.address);
        let no_sid = record.array("validations").is_empty();
        record.str("address").is_some_and(same) && no_sid && !record.is_true("added")
    };
    records.array("pending").iter().any(of)
}

/// Whether the end of one operation is that of the other.
pub fn same(one: &MethodCall, other: &MethodCall) -> bool {
    match (one, other) {
        (MethodCall::Send(one), MethodCall::Send(other)) => email::is_same_address(one, other),
        (MethodCall::Remove(medium, one), MethodCall::Remove(other_medium, other)) => {
            medium == other_medium && is_same_address(medium, one, other)
        }
        (one, other) => one == other,
    }
}
