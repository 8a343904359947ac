//! What must hold after whatever happened.

use matrix_threepids::flow::{
    Access, Check, Flow, FormPhase, List, Phase, Problem, Reading, RemovalPhase, Resend, UiaPhase,
};

use crate::server::UIA_SESSION;
use crate::tab::Tab;
use crate::world::World;

/// Each password begins like this.
pub const MARKER: &str = "correct horse ";
const MINUTE: f64 = 60_000.0;
/// How many requests a minute may be sent that nobody asked for.
const MOST: usize = 10;

impl World<'_> {
    /// After each step of this tab.
    pub fn check(&mut self, at: usize) {
        let tab = &mut self.tabs[at];
        if let Some(wake) = tab.flow.next_wake() {
            assert!(wake > self.now + tab.base, "a wake in the past");
        }
        tab.unasked.retain(|(sent, _)| *sent > self.now - MINUTE);
        assert!(tab.unasked.len() <= MOST, "too many in a minute: {:?}", tab.unasked);
        if tab.flow.pending.iter().any(|it| matches!(it.phase, Phase::Waiting { .. })) {
            self.counts.count("seen: a group waited for the link");
        }
        let shown = format!("{:?}", tab.flow);
        assert!(!shown.contains(MARKER), "a password in the state");
        if let Some(kept) = &tab.kept {
            let kept = format!("{kept:?}");
            assert!(!kept.contains(MARKER) && !kept.contains(UIA_SESSION), "kept: {kept}");
        }
        if let Some(stuck) = what_is_stuck(tab) {
            panic!("nothing is under way, and yet: {stuck}\n{:#?}", tab.flow);
        }
        let (checked, typed) = (self.server.passwords_received, self.passwords_typed);
        assert!(checked <= typed, "{checked} passwords were checked, {typed} typed");
    }

    /// When all has been quiet for a while.
    pub fn check_at_rest(&self) {
        for tab in self.tabs.iter().filter(|tab| tab.flow.password.is_none()) {
            let flow = &tab.flow;
            assert_eq!(flow.access, Access::Granted);
            let entries = flow.list.entries().expect("the list was read");
            let mut shown: Vec<_> = entries.iter().map(|it| it.address.clone()).collect();
            shown.sort();
            let has: Vec<_> = self.server.addresses.iter().cloned().collect();
            assert_eq!(shown, has, "a tab shows another list than the server has");
            for form in [&flow.form, &flow.phone_form] {
                let is_limited = matches!(form.problem(), Some(Problem::RateLimited { .. }));
                assert!(!is_limited, "a limit that the server has not set: {form:?}");
            }
            for pending in &flow.pending {
                let age = self.now + tab.base - pending.sent_at;
                assert!(age < 25.0 * 60.0 * MINUTE, "older than a day: {pending:#?}");
            }
        }
    }
}

/// What waits for an answer that cannot come.
fn what_is_stuck(tab: &Tab) -> Option<String> {
    let flow = &tab.flow;
    if flow.access != Access::Granted || !tab.under_way.is_empty() || flow.held().next().is_some() {
        return None;
    }
    let stuck = waiting_in(flow);
    stuck.into_iter().next()
}

fn waiting_in(flow: &Flow) -> Vec<String> {
    let mut waiting = Vec::new();
    match &flow.list {
        List::First { .. } | List::Shown { reading: Reading::Now(_), .. } => {
            waiting.push("the list is being read".to_owned());
        }
        List::Loading | List::Failed(_) | List::Shown { .. } => {}
    }
    if let FormPhase::Sending(draft) = &flow.form.phase {
        waiting.push(format!("a mail is being sent: {draft:?}"));
    }
    let checks =
        |phase: &UiaPhase| matches!(phase, UiaPhase::Checking(check) if *check != Check::Code);
    for pending in &flow.pending {
        let is_sending = matches!(pending.resend, Resend::Sending { .. });
        let is_waiting = match &pending.phase {
            Phase::Trying(_) | Phase::Submitting { .. } | Phase::Uncertain { .. } => true,
            Phase::Authenticating { uia, .. } => checks(&uia.phase),
            Phase::Adopting | Phase::AddedElsewhere => flow.list.problem().is_none(),
            Phase::Sent | Phase::Unconfirmed | Phase::Waiting { .. } | Phase::Trouble { .. } => {
                false
            }
        };
        if is_sending || is_waiting {
            waiting.push(format!("{:?} of {}", pending.phase, pending.address));
        }
    }
    for removal in &flow.removals {
        let is_waiting = match &removal.phase {
            RemovalPhase::Deleting | RemovalPhase::Uncertain(_) | RemovalPhase::Reading { .. } => {
                true
            }
            RemovalPhase::Authenticating(uia) => checks(&uia.phase),
            RemovalPhase::Asking | RemovalPhase::Failed(_) => false,
        };
        if is_waiting {
            waiting.push(format!("the removal: {:?}", removal.phase));
        }
    }
    waiting
}
