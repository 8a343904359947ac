//! User-interactive authentication (UIA): the challenge, its flows, and the
//! current stage.
//!
//! <https://spec.matrix.org/latest/client-server-api/#user-interactive-authentication-api>

pub(in crate::model) mod threepid_stage;
pub(in crate::model) mod update;

use std::sync::Arc;

use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::uia::{
    AuthData, Challenge, DUMMY, EMAIL_IDENTITY, MSISDN, PASSWORD, REGISTRATION_TOKEN, StageAnswer,
    TERMS, documents,
};
use crate::model::{Section, ThreepidStage, UiaReply, UserError};

/// State of the authentication of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Uia {
    /// Number of the challenge. A reply to another number is ignored.
    pub number: u32,
    /// The server's last challenge.
    pub challenge: Arc<Challenge>,
    /// Source of the reply.
    pub responder: Responder,
    /// Progress of the current stage.
    pub phase: UiaPhase,
    /// Next stages of the shortest supported flows. If there are several, the
    /// user chooses.
    pub(in crate::model) options: Vec<AuthOption>,
    /// Index of the displayed option in `ways`.
    pub(in crate::model) selected: usize,
    /// True if the UIA session was restarted once.
    pub(in crate::model) session_restarted: bool,
    /// Number of consecutive replies of the host application that were refused.
    pub(in crate::model) refused: u8,
    /// Number of consecutive challenges without an action of the user.
    pub(in crate::model) steps: u8,
}

/// Number of refused replies after which the dialog opens.
const MAX_REFUSED: u8 = 3;
/// Number of challenges without an action of the user after which the dialog
/// opens.
const MAX_STEPS: u8 = 10;

/// Source of the reply to a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Responder {
    /// The user, in the element's dialog.
    User,
    /// The host application.
    Host,
}

/// Progress of a stage.
#[derive(Clone, Debug, PartialEq)]
pub enum UiaPhase {
    /// Waits for the reply.
    AwaitingInput,
    /// The server refused the last reply.
    Failed(UserError),
    /// A request is pending.
    Checking(PendingRequest),
}

/// Pending request of an authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingRequest {
    /// The request with a reply.
    Answer,
    /// The request with the UIA session only: a silent check for stages that
    /// were completed elsewhere.
    SilentPoll,
    /// The code of a threepid stage.
    SubmitCode,
    /// A restart, because the server no longer knows the UIA session. The field
    /// keeps its text.
    Restart,
    /// The request with the UIA session only, after a refusal without a
    /// challenge. The response says whether the server knows the session, and
    /// costs no attempt of a password.
    CheckAfterRefusal,
}

/// Stage that can be completed next, with its position in the flow.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthOption {
    /// The stage.
    pub stage: Stage,
    /// Position in the flow, from 1.
    pub step: usize,
    /// Number of stages of the flow.
    pub steps: usize,
}

/// Stage of a flow.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// `m.login.password`
    Password,
    /// `m.login.dummy`, which needs no action.
    Dummy,
    /// `m.login.terms`, with the documents in the challenge's `params`.
    Terms,
    /// `m.login.registration_token`
    RegistrationToken,
    /// `m.login.email.identity` or `m.login.msisdn`, for an address of the
    /// account.
    Threepid(ThreepidStage),
    /// Any other stage, on the server's fallback page.
    Fallback {
        /// Type of the stage.
        name: String,
        /// Window of the fallback page.
        window: FallbackWindow,
        /// True after the page has sent `authDone`.
        reported_done: bool,
    },
}

/// Window of a fallback page.
#[derive(Clone, Debug, PartialEq)]
pub enum FallbackWindow {
    /// No window was opened.
    Closed,
    /// The browser blocked the window. The dialog shows this URL as a link.
    Blocked(String),
    /// The window was opened. It may be closed by now.
    Open,
}

impl Stage {
    /// Stages with this name that the element supports.
    fn of(name: &str, challenge: &Challenge, addresses: &[Threepid]) -> Vec<Stage> {
        match name {
            PASSWORD => vec![Stage::Password],
            DUMMY => vec![Stage::Dummy],
            TERMS if !documents(&challenge.params).is_empty() => vec![Stage::Terms],
            REGISTRATION_TOKEN => vec![Stage::RegistrationToken],
            EMAIL_IDENTITY | MSISDN => {
                let phone = name == MSISDN;
                let is = |it: &&Threepid| (it.medium == Medium::Msisdn) == phone;
                addresses
                    .iter()
                    .filter(is)
                    .map(|it| Stage::Threepid(ThreepidStage::new(it)))
                    .collect()
            }
            // The page has to know whose stage that is.
            _ if challenge.session.is_none() => Vec::new(),
            _ => vec![Stage::Fallback {
                name: name.to_owned(),
                window: FallbackWindow::Closed,
                reported_done: false,
            }],
        }
    }

    /// True if both are the same stage.
    fn is(&self, other: &Stage) -> bool {
        match (self, other) {
            (Stage::Password, Stage::Password)
            | (Stage::Dummy, Stage::Dummy)
            | (Stage::Terms, Stage::Terms)
            | (Stage::RegistrationToken, Stage::RegistrationToken) => true,
            (Stage::Threepid(one), Stage::Threepid(other)) => one.address == other.address,
            // Single sign-on has gone by two names.
            (Stage::Fallback { name: one, .. }, Stage::Fallback { name: other, .. }) => {
                one == other || (one.ends_with("login.sso") && other.ends_with("login.sso"))
            }
            _ => false,
        }
    }

    /// True if the reply is a secret that the user types, which may be wrong.
    pub(in crate::model) fn is_secret(&self) -> bool {
        match self {
            Stage::Password | Stage::RegistrationToken => true,
            Stage::Dummy | Stage::Terms | Stage::Threepid(_) | Stage::Fallback { .. } => false,
        }
    }

    /// Error if the server refuses the reply to this stage.
    fn problem(&self) -> UserError {
        match self {
            Stage::Password => UserError::WrongPassword,
            Stage::RegistrationToken => UserError::WrongRegistrationToken,
            Stage::Threepid(_) => UserError::LinkNotOpened,
            Stage::Fallback { .. } => UserError::FallbackNotFinished,
            Stage::Dummy | Stage::Terms => UserError::NoSupportedAuthFlow,
        }
    }
}

/// Next stages of the shortest supported flows of a challenge.
fn auth_options(challenge: &Challenge, addresses: &[Threepid]) -> Vec<AuthOption> {
    let mut ways: Vec<AuthOption> = Vec::new();
    let mut fewest = usize::MAX;
    for flow in &challenge.flows {
        let (mut step, mut steps, mut possible, mut next) = (1, 0, true, None);
        for name in flow {
            // What asks for nothing is no step.
            let one = usize::from(name != DUMMY);
            steps += one;
            if challenge.completed.contains(name) {
                step += one;
                continue;
            }
            let stages = Stage::of(name, challenge, addresses);
            possible &= !stages.is_empty();
            next = next.or(Some(stages));
        }
        let left = steps - (step - 1);
        let Some(stages) = next.filter(|_| possible && left <= fewest) else { continue };
        if left < fewest {
            fewest = left;
            ways.clear();
        }
        for stage in stages {
            if !ways.iter().any(|way| way.stage.is(&stage)) {
                ways.push(AuthOption { stage, step, steps });
            }
        }
    }
    ways
}

impl Uia {
    /// Creates the state for a new challenge.
    pub(in crate::model) fn new(
        number: u32,
        challenge: Arc<Challenge>,
        addresses: &[Threepid],
    ) -> Uia {
        let options = auth_options(&challenge, addresses);
        // No window opens by itself where something can be done here.
        let here = options.iter().position(|way| !matches!(way.stage, Stage::Fallback { .. }));
        Uia {
            number,
            options,
            selected: here.unwrap_or_default(),
            challenge,
            responder: Responder::User,
            phase: UiaPhase::AwaitingInput,
            session_restarted: false,
            refused: 0,
            steps: 0,
        }
    }

    /// True if only the user may reply, because the replies of the host
    /// application were refused.
    pub(in crate::model) fn is_for_user_only(&self) -> bool {
        self.refused >= MAX_REFUSED || self.steps >= MAX_STEPS
    }

    /// The displayed option; `None` if no flow is supported.
    pub fn selected(&self) -> Option<&AuthOption> {
        self.options.get(self.selected)
    }

    /// The displayed stage.
    pub fn stage(&self) -> Option<&Stage> {
        self.selected().map(|way| &way.stage)
    }

    pub(in crate::model) fn stage_mut(&mut self) -> Option<&mut Stage> {
        self.options.get_mut(self.selected).map(|way| &mut way.stage)
    }

    /// The stage that "Confirm another way" displays.
    pub fn next_option(&self) -> Option<&Stage> {
        let next = (self.selected + 1).checked_rem(self.options.len())?;
        (next != self.selected).then(|| &self.options[next].stage)
    }

    /// Restores the option that was displayed before this challenge. Returns
    /// true if the stage's input can be submitted again.
    pub(in crate::model) fn carry_over_from(&mut self, before: &mut Uia) -> bool {
        self.session_restarted = before.session_restarted;
        let same_session = self.challenge.session == before.challenge.session;
        let Some(stage) = before.stage_mut() else { return false };
        for (at, way) in self.options.iter_mut().enumerate() {
            if way.stage.is(stage) {
                self.selected = at;
                // A page belongs to its session.
                let stays = same_session || !matches!(stage, Stage::Fallback { .. });
                if stays {
                    std::mem::swap(&mut way.stage, stage);
                }
                return stays;
            }
        }
        false
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&UserError> {
        match &self.phase {
            UiaPhase::Failed(problem) => Some(problem),
            UiaPhase::AwaitingInput | UiaPhase::Checking(_) => None,
        }
    }

    /// True while the user waits for a request.
    pub fn is_checking(&self) -> bool {
        match self.phase {
            UiaPhase::Checking(PendingRequest::SilentPoll)
            | UiaPhase::AwaitingInput
            | UiaPhase::Failed(_) => false,
            UiaPhase::Checking(
                PendingRequest::Answer
                | PendingRequest::SubmitCode
                | PendingRequest::Restart
                | PendingRequest::CheckAfterRefusal,
            ) => true,
        }
    }

    /// True while the request that requires authentication is pending.
    pub(in crate::model) fn is_awaiting_input(&self) -> bool {
        match self.phase {
            UiaPhase::Checking(PendingRequest::SubmitCode)
            | UiaPhase::AwaitingInput
            | UiaPhase::Failed(_) => false,
            UiaPhase::Checking(
                PendingRequest::Answer
                | PendingRequest::SilentPoll
                | PendingRequest::Restart
                | PendingRequest::CheckAfterRefusal,
            ) => true,
        }
    }

    /// True while any request is pending.
    pub(in crate::model) fn has_progress(&self) -> bool {
        matches!(self.phase, UiaPhase::Checking(_))
    }

    pub(in crate::model) fn forget_problem_if(&mut self, ended: impl FnOnce(&UserError) -> bool) {
        if self.problem().is_some_and(ended) {
            self.phase = UiaPhase::AwaitingInput;
        }
    }

    /// Type and UIA session of the stage on a fallback page.
    ///
    /// Spec: <https://spec.matrix.org/latest/client-server-api/#fallback>
    pub fn fallback_url(&self) -> Option<[&str; 2]> {
        let Stage::Fallback { name, .. } = self.stage()? else { return None };
        Some([name, self.challenge.session.as_deref()?])
    }

    /// The UIA session, if some of its stages may be complete.
    pub(in crate::model) fn resumable_session(&self) -> Option<String> {
        let opened =
            matches!(self.stage(), Some(Stage::Fallback { window: FallbackWindow::Open, .. }));
        let begun = opened || !self.challenge.completed.is_empty();
        self.challenge.session.clone().filter(|_| begun)
    }

    /// Error of a reply with an empty field.
    pub(in crate::model) fn missing_reply(&self, reply: &UiaReply) -> Option<UserError> {
        if self.has_progress() || self.responder == Responder::Host {
            return None;
        }
        match (reply, self.stage()) {
            (UiaReply::Auth(StageAnswer::Password { password, .. }), _)
                if password.0.is_empty() =>
            {
                Some(UserError::MissingCurrentPassword)
            }
            (UiaReply::Auth(StageAnswer::RegistrationToken(token)), _) if token.0.is_empty() => {
                Some(UserError::MissingRegistrationToken)
            }
            (UiaReply::ValidatedThreepid(code), Some(Stage::Threepid(proof)))
                if code.0.is_empty() && proof.needs_code() =>
            {
                Some(UserError::MissingCode.for_section(Section::from_medium(&proof.medium)))
            }
            _ => None,
        }
    }

    /// Error for a further challenge.
    pub(in crate::model) fn insufficient_error(&self) -> UserError {
        self.stage().map_or(UserError::NoSupportedAuthFlow, Stage::problem)
    }

    pub(in crate::model) fn auth(&self, answer: StageAnswer) -> AuthData {
        AuthData { session: self.challenge.session.clone(), answer }
    }
}
