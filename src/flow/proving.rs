//! Threepid stages: `m.login.email.identity` and `m.login.msisdn`, with a link
//! or a code.

use super::{Action, Check, Effect, Flow, Problem, Section, Stage, Subject, Uia, UiaPhase};
use crate::matrix::request_email_token::Response;
use crate::matrix::submit_token::Code;
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::{Answer, EMAIL_IDENTITY, MSISDN};
use crate::matrix::{ClientSecret, Failure};

/// State of a threepid stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Medium of the address.
    pub medium: Medium,
    /// Address of the account.
    pub address: String,
    /// `send_attempt` of the last message.
    attempt: u32,
    /// True while the token request is pending.
    pub sending: bool,
    /// The last message.
    sent: Sent,
}

/// Message of a threepid stage.
#[derive(Clone, Debug, PartialEq)]
enum Sent {
    /// No message was requested.
    No,
    /// The response of the token request was lost. A request with the same
    /// secret and `send_attempt` sends no second message.
    Lost(ClientSecret),
    /// The message was sent, with this secret.
    Yes(ClientSecret, Response),
}

impl Proof {
    pub(super) fn new(threepid: &Threepid) -> Proof {
        let (medium, address) = (threepid.medium.clone(), threepid.address.clone());
        Proof { medium, address, attempt: 0, sending: false, sent: Sent::No }
    }

    /// True if a message was sent.
    pub fn is_sent(&self) -> bool {
        matches!(self.sent, Sent::Yes(..))
    }

    /// True if more than one message was sent.
    pub fn is_sent_again(&self) -> bool {
        self.attempt > 1
    }

    /// True if the message contains a code for the dialog's field.
    pub fn wants_code(&self) -> bool {
        matches!(&self.sent, Sent::Yes(_, answer) if answer.submit_url.is_some())
    }

    /// `auth` object of the stage.
    fn answer(&self) -> Option<Answer> {
        let Sent::Yes(secret, answer) = &self.sent else { return None };
        let stage = if self.medium == Medium::Msisdn { MSISDN } else { EMAIL_IDENTITY };
        Some(Answer::Threepid { stage, sid: answer.sid.clone(), client_secret: secret.clone() })
    }
}

impl Uia {
    /// State of the displayed threepid stage.
    pub fn proof(&self) -> Option<&Proof> {
        match self.stage()? {
            Stage::Address(proof) => Some(proof),
            Stage::Password
            | Stage::Dummy
            | Stage::Terms
            | Stage::RegistrationToken
            | Stage::Page { .. } => None,
        }
    }

    fn proof_mut(&mut self) -> Option<&mut Proof> {
        match self.stage_mut()? {
            Stage::Address(proof) => Some(proof),
            Stage::Password
            | Stage::Dummy
            | Stage::Terms
            | Stage::RegistrationToken
            | Stage::Page { .. } => None,
        }
    }
}

impl Flow {
    /// Requests the message, for the first time or again.
    pub(super) fn send_proof(&mut self, subject: Subject) {
        let Some(uia) = self.uia(subject).filter(|uia| !uia.is_under_way()) else { return };
        let Some(proof) = uia.proof_mut().filter(|proof| !proof.sending) else { return };
        proof.sending = true;
        let effect = Effect::RequestProof {
            subject,
            phone: proof.medium == Medium::Msisdn,
            address: proof.address.clone(),
            secret: match &proof.sent {
                Sent::No => None,
                Sent::Lost(secret) | Sent::Yes(secret, _) => Some(secret.clone()),
            },
            attempt: proof.attempt + 1,
        };
        uia.phase = UiaPhase::Asking;
        self.effects.push(effect);
    }

    pub(super) fn proof_requested(
        &mut self,
        subject: Subject,
        secret: ClientSecret,
        result: Result<Response, Failure>,
    ) {
        let Some(proof) = self.uia(subject).and_then(Uia::proof_mut).filter(|it| it.sending) else {
            return;
        };
        proof.sending = false;
        match result {
            Ok(answer) => {
                proof.attempt += 1;
                proof.sent = Sent::Yes(secret, answer);
            }
            Err(failure) => {
                if let Sent::No = proof.sent {
                    proof.sent = Sent::Lost(secret);
                }
                self.not_proved(subject, Action::Prove, &failure);
            }
        }
    }

    fn not_proved(&mut self, subject: Subject, action: Action, failure: &Failure) {
        let problem = self.trouble(action, failure);
        // What went out before may be being handed in: that tells.
        if let Some(uia) = self.uia(subject).filter(|uia| !uia.awaits_answer()) {
            uia.phase = UiaPhase::Failed(problem);
        }
    }

    /// Handles that the user has opened the link, or has typed the code.
    pub(super) fn prove(&mut self, subject: Subject, code: Code) {
        let Some(uia) = self.uia(subject) else { return };
        let Some(proof) = uia.proof() else { return };
        let code = Code::read(&code.0);
        match &proof.sent {
            Sent::Yes(..) if uia.is_checking() => {}
            Sent::Yes(..) if code.0.is_empty() && proof.wants_code() => {
                let section = Section::of(&proof.medium);
                uia.phase = UiaPhase::Failed(Problem::NoCode.in_section(section));
            }
            Sent::Yes(secret, Response { sid, submit_url: Some(url), .. }) => {
                let effect = Effect::SubmitProof {
                    subject,
                    url: url.clone(),
                    sid: sid.clone(),
                    secret: secret.clone(),
                    code,
                };
                uia.phase = UiaPhase::Checking(Check::Code);
                self.effects.push(effect);
            }
            Sent::Yes(..) => self.hand_in_proof(subject, Check::Answer),
            Sent::No | Sent::Lost(_) => self.send_proof(subject),
        }
    }

    pub(super) fn proof_submitted(&mut self, subject: Subject, result: Result<bool, Failure>) {
        let Some(uia) = self.uia(subject) else { return };
        if !matches!(uia.phase, UiaPhase::Checking(Check::Code)) {
            return;
        }
        match result {
            Ok(true) => {
                uia.phase = UiaPhase::Asking;
                self.hand_in_proof(subject, Check::Answer);
            }
            Ok(false) => uia.phase = UiaPhase::Failed(Problem::WrongCode),
            Err(failure) => self.not_proved(subject, Action::Submit, &failure),
        }
    }

    pub(super) fn hand_in_proof(&mut self, subject: Subject, check: Check) {
        let answer = self.uia(subject).and_then(|uia| uia.proof()).and_then(Proof::answer);
        if let Some(answer) = answer {
            self.send_answer(subject, answer, check);
        }
    }
}
