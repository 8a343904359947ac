//! What must hold after whatever happened.

use matrix_threepids::model::{
    FormPhase, Model, PendingRequest, RefreshState, RemovalPhase, ResendState, SessionState,
    ThreepidList, UiaPhase, UserError, VerificationPhase,
};

use crate::server::UIA_SESSION;
use crate::simulator::World;
use crate::tab::Tab;

/// Each password begins like this.
pub const MARKER: &str = "correct horse ";
const MINUTE: f64 = 60_000.0;
/// How many requests a minute may be sent that nobody asked for.
const MOST: usize = 10;

impl World<'_> {
    /// After each step of this tab.
    pub fn check(&mut self, at: usize) {
        let tab = &mut self.tabs[at];
        if let Some(wake) = tab.model.next_timer() {
            assert!(wake > self.now + tab.base, "a wake in the past");
        }
        tab.unasked.retain(|(sent, _)| *sent > self.now - MINUTE);
        assert!(tab.unasked.len() <= MOST, "too many in a minute: {:?}", tab.unasked);
        if tab
            .model
            .verifications
            .iter()
            .any(|it| matches!(it.phase, VerificationPhase::Polling { .. }))
        {
            self.counts.count("seen: a group waited for the link");
        }
        let shown = format!("{:?}", tab.model);
        assert!(!shown.contains(MARKER), "a password in the state");
        if let Some(kept) = &tab.kept {
            let kept = format!("{kept:?}");
            assert!(!kept.contains(MARKER) && !kept.contains(UIA_SESSION), "kept: {kept}");
        }
        if let Some(stuck) = what_is_stuck(tab) {
            panic!("nothing is under way, and yet: {stuck}\n{:#?}", tab.model);
        }
        let (checked, typed) = (self.server.passwords_received, self.passwords_typed);
        assert!(checked <= typed, "{checked} passwords were checked, {typed} typed");
    }

    /// When all has been quiet for a while.
    pub fn check_at_rest(&self) {
        for tab in self.tabs.iter().filter(|tab| tab.model.password.is_none()) {
            let model = &tab.model;
            assert_eq!(model.access, SessionState::Active);
            let entries = model.list.entries().expect("the list was read");
            let mut shown: Vec<_> = entries.iter().map(|it| it.address.clone()).collect();
            shown.sort();
            let has: Vec<_> = self.server.addresses.iter().cloned().collect();
            assert_eq!(shown, has, "a tab shows another list than the server has");
            for form in [&model.email_form, &model.phone_form] {
                let is_limited = matches!(form.problem(), Some(UserError::RateLimited { .. }));
                assert!(!is_limited, "a limit that the server has not set: {form:?}");
            }
            for pending in &model.verifications {
                let age = self.now + tab.base - pending.sent_at;
                assert!(age < 25.0 * 60.0 * MINUTE, "older than a day: {pending:#?}");
            }
        }
    }
}

/// What waits for an answer that cannot come.
fn what_is_stuck(tab: &Tab) -> Option<String> {
    let model = &tab.model;
    if model.access != SessionState::Active
        || !tab.under_way.is_empty()
        || model.delayed_keys().next().is_some()
    {
        return None;
    }
    let stuck = waiting_in(model);
    stuck.into_iter().next()
}

fn waiting_in(model: &Model) -> Vec<String> {
    let mut waiting = Vec::new();
    match &model.list {
        ThreepidList::Loading { .. }
        | ThreepidList::Loaded { reading: RefreshState::InFlight(_), .. } => {
            waiting.push("the list is being read".to_owned());
        }
        ThreepidList::Idle | ThreepidList::Failed(_) | ThreepidList::Loaded { .. } => {}
    }
    if let FormPhase::Sending(draft) = &model.email_form.phase {
        waiting.push(format!("a mail is being sent: {draft:?}"));
    }
    let checks = |phase: &UiaPhase| matches!(phase, UiaPhase::Checking(check) if *check != PendingRequest::SubmitCode);
    for pending in &model.verifications {
        let is_sending = matches!(pending.resend, ResendState::Sending { .. });
        let is_waiting = match &pending.phase {
            VerificationPhase::Adding(_)
            | VerificationPhase::SubmittingCode { .. }
            | VerificationPhase::OutcomeUnknown { .. } => true,
            VerificationPhase::Authenticating { uia, .. } => checks(&uia.phase),
            VerificationPhase::Refreshing | VerificationPhase::AddedElsewhere => {
                model.list.problem().is_none()
            }
            VerificationPhase::AwaitingUser
            | VerificationPhase::NeedsAuth
            | VerificationPhase::Polling { .. }
            | VerificationPhase::Failed { .. } => false,
        };
        if is_sending || is_waiting {
            waiting.push(format!("{:?} of {}", pending.phase, pending.address));
        }
    }
    for removal in &model.removals {
        let is_waiting = match &removal.phase {
            RemovalPhase::Deleting
            | RemovalPhase::OutcomeUnknown(_)
            | RemovalPhase::Refreshing { .. } => true,
            RemovalPhase::Authenticating(uia) => checks(&uia.phase),
            RemovalPhase::Confirming | RemovalPhase::Failed(_) => false,
        };
        if is_waiting {
            waiting.push(format!("the removal: {:?}", removal.phase));
        }
    }
    waiting
}
