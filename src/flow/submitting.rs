//! Submitting the code from a text message, or from the email of servers that
//! send a code instead of a link.

use super::{
    Action, Effect, ErrorReport, Flow, Focus, Phase, Problem, Section, Try, VerificationId, Why,
};
use crate::matrix::submit_token::Code;
use crate::matrix::{Errcode, Failure};

impl Flow {
    pub(super) fn submit(&mut self, id: VerificationId, code: Code) {
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let Some(newest) = pending.validations.last().cloned() else { return };
        let Some(url) = newest.submit_url else {
            // The code was right before; what failed came after.
            return self.continue_verification(id);
        };
        let session = match &mut pending.phase {
            Phase::Sent | Phase::Unconfirmed => None,
            Phase::Waiting { session, .. } | Phase::Trouble { session, .. } => session.take(),
            Phase::Submitting { .. }
            | Phase::Trying(_)
            | Phase::Authenticating { .. }
            | Phase::Uncertain { .. }
            | Phase::Adopting
            | Phase::AddedElsewhere => return,
        };
        let code = Code::read(&code.0);
        if code.0.is_empty() {
            let problem = Problem::NoCode.in_section(Section::of(&pending.medium));
            pending.phase = Phase::Trouble { problem, session };
            return self.focus(Focus::Code(id));
        }
        pending.phase = Phase::Submitting { session };
        let (sid, secret, purpose) = (newest.sid, newest.secret, pending.purpose());
        self.effects.push(Effect::SubmitToken { id, purpose, url, sid, secret, code });
    }

    pub(super) fn submitted(&mut self, id: VerificationId, result: Result<bool, Failure>) {
        let now = self.now;
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let Phase::Submitting { session } = &mut pending.phase else { return };
        let session = session.take();
        let problem = match result {
            Ok(true) => {
                if let Some(newest) = pending.validations.last_mut() {
                    newest.submit_url = None;
                }
                return self.try_to_add(id, Try { session, nth: 0, why: Why::Asked });
            }
            Ok(false) => {
                self.report(ErrorReport::local("M_TOKEN_INCORRECT"));
                Problem::WrongCode
            }
            Err(failure) if failure.errcode() == Some(&Errcode::SessionExpired) => {
                pending.expired = true;
                pending.phase = Phase::resting(session, now);
                return;
            }
            Err(failure) => self.trouble(Action::Submit, &failure),
        };
        if problem == Problem::WrongCode {
            self.focus(Focus::Code(id));
        }
        self.set_phase(id, Phase::Trouble { problem, session });
    }
}
