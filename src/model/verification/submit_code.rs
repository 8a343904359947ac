//! Submitting the code from a text message, or from the email of servers that
//! send a code instead of a link.

use crate::matrix::submit_token::Code;
use crate::matrix::{Errcode, RequestError};
use crate::model::{
    Action, AddAttempt, ApiRequest, ErrorReport, FocusTarget, Model, Section, Trigger, UserError,
    VerificationId, VerificationPhase,
};

impl Model {
    pub(in crate::model) fn submit_code(&mut self, id: VerificationId, code: Code) {
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let Some(newest) = pending.validations.last().cloned() else { return };
        let Some(url) = newest.submit_url else {
            // The code was right before; what failed came after.
            return self.on_continue(id);
        };
        let session = match &mut pending.phase {
            VerificationPhase::AwaitingUser | VerificationPhase::NeedsAuth => None,
            VerificationPhase::Polling { session, .. }
            | VerificationPhase::Failed { session, .. } => session.take(),
            VerificationPhase::SubmittingCode { .. }
            | VerificationPhase::Adding(_)
            | VerificationPhase::Authenticating { .. }
            | VerificationPhase::OutcomeUnknown { .. }
            | VerificationPhase::Refreshing
            | VerificationPhase::AddedElsewhere => return,
        };
        let code = Code::read(&code.0);
        if code.0.is_empty() {
            let problem = UserError::MissingCode.for_section(Section::from_medium(&pending.medium));
            pending.phase = VerificationPhase::Failed { problem, session };
            return self.focus(FocusTarget::Code(id));
        }
        pending.phase = VerificationPhase::SubmittingCode { session };
        let (sid, secret, purpose) = (newest.sid, newest.secret, pending.purpose());
        self.send(ApiRequest::SubmitCode { id, purpose, url, sid, secret, code });
    }

    pub(in crate::model) fn on_code_response(
        &mut self,
        id: VerificationId,
        result: Result<bool, RequestError>,
    ) {
        let now = self.now;
        let Some(pending) = self.verification_mut(id) else {
            return;
        };
        let VerificationPhase::SubmittingCode { session } = &mut pending.phase else { return };
        let session = session.take();
        let problem = match result {
            Ok(true) => {
                if let Some(newest) = pending.validations.last_mut() {
                    newest.submit_url = None;
                }
                return self.start_add(
                    id,
                    AddAttempt { session, session_index: 0, trigger: Trigger::User },
                );
            }
            Ok(false) => {
                self.report(ErrorReport::local("M_TOKEN_INCORRECT"));
                UserError::WrongCode
            }
            Err(failure) if failure.errcode() == Some(&Errcode::SessionExpired) => {
                pending.expired = true;
                pending.phase = VerificationPhase::idle(session, now);
                return;
            }
            Err(failure) => self.report_failure(Action::SubmitCode, &failure),
        };
        if problem == UserError::WrongCode {
            self.focus(FocusTarget::Code(id));
        }
        self.set_phase(id, VerificationPhase::Failed { problem, session });
    }
}
