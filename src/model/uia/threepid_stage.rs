//! Threepid stages: `m.login.email.identity` and `m.login.msisdn`, with a link
//! or a code.

use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::request_3pid_token_via_email::Response;
use crate::matrix::submit_token::Code;
use crate::matrix::uia::{EMAIL_IDENTITY, MSISDN, StageAnswer};
use crate::matrix::{ClientSecret, RequestError};
use crate::model::{
    Action, ApiRequest, Effect, Model, PendingRequest, Request, Section, Stage, Uia, UiaPhase,
    UiaTarget, UserError,
};

/// State of a threepid stage.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreepidStage {
    /// Medium of the address.
    pub medium: Medium,
    /// Address of the account.
    pub address: String,
    /// `send_attempt` of the last message.
    attempt: u32,
    /// True while the token request is pending.
    pub sending: bool,
    /// The last message.
    sent: Delivery,
}

/// Message of a threepid stage.
#[derive(Clone, Debug, PartialEq)]
enum Delivery {
    /// No message was requested.
    NotSent,
    /// The response of the token request was lost. A request with the same
    /// secret and `send_attempt` sends no second message.
    Unknown(ClientSecret),
    /// The message was sent, with this secret.
    Sent(ClientSecret, Response),
}

impl ThreepidStage {
    pub(in crate::model) fn new(threepid: &Threepid) -> ThreepidStage {
        let (medium, address) = (threepid.medium.clone(), threepid.address.clone());
        ThreepidStage { medium, address, attempt: 0, sending: false, sent: Delivery::NotSent }
    }

    /// True if a message was sent.
    pub fn is_sent(&self) -> bool {
        matches!(self.sent, Delivery::Sent(..))
    }

    /// True if more than one message was sent.
    pub fn was_resent(&self) -> bool {
        self.attempt > 1
    }

    /// True if the message contains a code for the dialog's field.
    pub fn needs_code(&self) -> bool {
        matches!(&self.sent, Delivery::Sent(_, answer) if answer.submit_url.is_some())
    }

    /// `auth` object of the stage.
    fn stage_answer(&self) -> Option<StageAnswer> {
        let Delivery::Sent(secret, answer) = &self.sent else { return None };
        let stage = if self.medium == Medium::Msisdn { MSISDN } else { EMAIL_IDENTITY };
        Some(StageAnswer::Threepid {
            stage,
            sid: answer.sid.clone(),
            client_secret: secret.clone(),
        })
    }
}

impl Uia {
    /// State of the displayed threepid stage.
    pub fn threepid_stage(&self) -> Option<&ThreepidStage> {
        match self.stage()? {
            Stage::Threepid(proof) => Some(proof),
            Stage::Password
            | Stage::Dummy
            | Stage::Terms
            | Stage::RegistrationToken
            | Stage::Fallback { .. } => None,
        }
    }

    fn threepid_stage_mut(&mut self) -> Option<&mut ThreepidStage> {
        match self.stage_mut()? {
            Stage::Threepid(proof) => Some(proof),
            Stage::Password
            | Stage::Dummy
            | Stage::Terms
            | Stage::RegistrationToken
            | Stage::Fallback { .. } => None,
        }
    }
}

impl Model {
    /// Requests the message, for the first time or again.
    pub(in crate::model) fn request_uia_token(&mut self, subject: UiaTarget) {
        let Some(uia) = self.uia_mut(subject).filter(|uia| !uia.has_progress()) else { return };
        let Some(proof) = uia.threepid_stage_mut().filter(|proof| !proof.sending) else { return };
        proof.sending = true;
        let effect = Effect::Request(Request::Api(ApiRequest::RequestUiaToken {
            subject,
            phone: proof.medium == Medium::Msisdn,
            address: proof.address.clone(),
            secret: match &proof.sent {
                Delivery::NotSent => None,
                Delivery::Unknown(secret) | Delivery::Sent(secret, _) => Some(secret.clone()),
            },
            attempt: proof.attempt + 1,
        }));
        uia.phase = UiaPhase::AwaitingInput;
        self.effects.push(effect);
    }

    pub(in crate::model) fn uia_token_requested(
        &mut self,
        subject: UiaTarget,
        secret: ClientSecret,
        result: Result<Response, RequestError>,
    ) {
        let Some(proof) =
            self.uia_mut(subject).and_then(Uia::threepid_stage_mut).filter(|it| it.sending)
        else {
            return;
        };
        proof.sending = false;
        match result {
            Ok(answer) => {
                proof.attempt += 1;
                proof.sent = Delivery::Sent(secret, answer);
            }
            Err(failure) => {
                if let Delivery::NotSent = proof.sent {
                    proof.sent = Delivery::Unknown(secret);
                }
                self.uia_token_failed(subject, Action::RequestUiaToken, &failure);
            }
        }
    }

    fn uia_token_failed(&mut self, subject: UiaTarget, action: Action, failure: &RequestError) {
        let problem = self.report_failure(action, failure);
        // What went out before may be being handed in: that tells.
        if let Some(uia) = self.uia_mut(subject).filter(|uia| !uia.is_awaiting_input()) {
            uia.phase = UiaPhase::Failed(problem);
        }
    }

    /// Handles that the user has opened the link, or has typed the code.
    pub(in crate::model) fn submit_uia_token(&mut self, subject: UiaTarget, code: Code) {
        let Some(uia) = self.uia_mut(subject) else { return };
        let Some(proof) = uia.threepid_stage() else { return };
        let code = Code::read(&code.0);
        match &proof.sent {
            Delivery::Sent(..) if uia.is_checking() => {}
            Delivery::Sent(..) if code.0.is_empty() && proof.needs_code() => {
                let section = Section::from_medium(&proof.medium);
                uia.phase = UiaPhase::Failed(UserError::MissingCode.for_section(section));
            }
            Delivery::Sent(secret, Response { sid, submit_url: Some(url), .. }) => {
                let effect = Effect::Request(Request::Api(ApiRequest::SubmitUiaToken {
                    subject,
                    url: url.clone(),
                    sid: sid.clone(),
                    secret: secret.clone(),
                    code,
                }));
                uia.phase = UiaPhase::Checking(PendingRequest::SubmitCode);
                self.effects.push(effect);
            }
            Delivery::Sent(..) => self.submit_threepid_creds(subject, PendingRequest::Answer),
            Delivery::NotSent | Delivery::Unknown(_) => self.request_uia_token(subject),
        }
    }

    pub(in crate::model) fn uia_token_submitted(
        &mut self,
        subject: UiaTarget,
        result: Result<bool, RequestError>,
    ) {
        let Some(uia) = self.uia_mut(subject) else { return };
        if !matches!(uia.phase, UiaPhase::Checking(PendingRequest::SubmitCode)) {
            return;
        }
        match result {
            Ok(true) => {
                uia.phase = UiaPhase::AwaitingInput;
                self.submit_threepid_creds(subject, PendingRequest::Answer);
            }
            Ok(false) => uia.phase = UiaPhase::Failed(UserError::WrongCode),
            Err(failure) => self.uia_token_failed(subject, Action::SubmitCode, &failure),
        }
    }

    pub(in crate::model) fn submit_threepid_creds(
        &mut self,
        subject: UiaTarget,
        check: PendingRequest,
    ) {
        let answer = self
            .uia_mut(subject)
            .and_then(|uia| uia.threepid_stage())
            .and_then(ThreepidStage::stage_answer);
        if let Some(answer) = answer {
            self.send_auth(subject, answer, check);
        }
    }
}
