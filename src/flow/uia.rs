//! User-interactive authentication (UIA): the challenge, its flows, and the
//! current stage.
//!
//! <https://spec.matrix.org/latest/client-server-api/#user-interactive-authentication-api>

use std::sync::Arc;

use super::{Problem, Proof, Reply, Section};
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::{
    Answer, Auth, Challenge, DUMMY, EMAIL_IDENTITY, MSISDN, PASSWORD, REGISTRATION_TOKEN, TERMS,
    documents,
};

/// State of the authentication of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Uia {
    /// Number of the challenge. A reply to another number is ignored.
    pub number: u32,
    /// The server's last challenge.
    pub challenge: Arc<Challenge>,
    /// Source of the reply.
    pub asked: Asked,
    /// Progress of the current stage.
    pub phase: UiaPhase,
    /// Next stages of the shortest supported flows. If there are several, the
    /// user chooses.
    pub(super) ways: Vec<Way>,
    /// Index of the displayed option in `ways`.
    pub(super) way: usize,
    /// True if the UIA session was restarted once.
    pub(super) restarted: bool,
    /// Number of consecutive replies of the host application that were refused.
    pub(super) refused: u8,
    /// Number of consecutive challenges without an action of the user.
    pub(super) steps: u8,
}

/// Number of refused replies after which the dialog opens.
const MOST_REFUSED: u8 = 3;
/// Number of challenges without an action of the user after which the dialog
/// opens.
const MOST_STEPS: u8 = 10;

/// Source of the reply to a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The user, in the element's dialog.
    Person,
    /// The host application.
    Host,
}

/// Progress of a stage.
#[derive(Clone, Debug, PartialEq)]
pub enum UiaPhase {
    /// Waits for the reply.
    Asking,
    /// The server refused the last reply.
    Failed(Problem),
    /// A request is pending.
    Checking(Check),
}

/// Pending request of an authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The request with a reply.
    Answer,
    /// The request with the UIA session only: a silent check for stages that
    /// were completed elsewhere.
    Look,
    /// The code of a threepid stage.
    Code,
    /// A restart, because the server no longer knows the UIA session. The field
    /// keeps its text.
    Anew,
    /// A restart, because the server no longer accepts the UIA session.
    Refused,
}

/// Stage that can be completed next, with its position in the flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
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
    Address(Proof),
    /// Any other stage, on the server's fallback page.
    Page {
        /// Type of the stage.
        name: String,
        /// Window of the fallback page.
        window: PageWindow,
        /// True after the page has sent `authDone`.
        done: bool,
    },
}

/// Window of a fallback page.
#[derive(Clone, Debug, PartialEq)]
pub enum PageWindow {
    /// No window was opened.
    No,
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
            TERMS if !documents(&challenge.params, "").is_empty() => vec![Stage::Terms],
            REGISTRATION_TOKEN => vec![Stage::RegistrationToken],
            EMAIL_IDENTITY | MSISDN => {
                let phone = name == MSISDN;
                let is = |it: &&Threepid| (it.medium == Medium::Msisdn) == phone;
                addresses.iter().filter(is).map(|it| Stage::Address(Proof::new(it))).collect()
            }
            // The page has to know whose stage that is.
            _ if challenge.session.is_none() => Vec::new(),
            _ => vec![Stage::Page { name: name.to_owned(), window: PageWindow::No, done: false }],
        }
    }

    /// True if both are the same stage.
    fn is(&self, other: &Stage) -> bool {
        match (self, other) {
            (Stage::Password, Stage::Password)
            | (Stage::Dummy, Stage::Dummy)
            | (Stage::Terms, Stage::Terms)
            | (Stage::RegistrationToken, Stage::RegistrationToken) => true,
            (Stage::Address(one), Stage::Address(other)) => one.address == other.address,
            // Single sign-on has gone by two names.
            (Stage::Page { name: one, .. }, Stage::Page { name: other, .. }) => {
                one == other || (one.ends_with("login.sso") && other.ends_with("login.sso"))
            }
            _ => false,
        }
    }

    /// Error if the server refuses the reply to this stage.
    fn problem(&self) -> Problem {
        match self {
            Stage::Password => Problem::WrongPassword,
            Stage::RegistrationToken => Problem::WrongToken,
            Stage::Address(_) => Problem::NotProved,
            Stage::Page { .. } => Problem::NotDone,
            Stage::Dummy | Stage::Terms => Problem::NoWayToAuthenticate,
        }
    }
}

/// Next stages of the shortest supported flows of a challenge.
fn ways(challenge: &Challenge, addresses: &[Threepid]) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
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
                ways.push(Way { stage, step, steps });
            }
        }
    }
    ways
}

impl Uia {
    /// Creates the state for a new challenge.
    pub(super) fn new(number: u32, challenge: Arc<Challenge>, addresses: &[Threepid]) -> Uia {
        let ways = ways(&challenge, addresses);
        // No window opens by itself where something can be done here.
        let here = ways.iter().position(|way| !matches!(way.stage, Stage::Page { .. }));
        Uia {
            number,
            ways,
            way: here.unwrap_or_default(),
            challenge,
            asked: Asked::Person,
            phase: UiaPhase::Asking,
            restarted: false,
            refused: 0,
            steps: 0,
        }
    }

    /// True if only the user may reply, because the replies of the host
    /// application were refused.
    pub(super) fn needs_person(&self) -> bool {
        self.refused >= MOST_REFUSED || self.steps >= MOST_STEPS
    }

    /// The displayed option; `None` if no flow is supported.
    pub fn way(&self) -> Option<&Way> {
        self.ways.get(self.way)
    }

    /// The displayed stage.
    pub fn stage(&self) -> Option<&Stage> {
        self.way().map(|way| &way.stage)
    }

    pub(super) fn stage_mut(&mut self) -> Option<&mut Stage> {
        self.ways.get_mut(self.way).map(|way| &mut way.stage)
    }

    /// The stage that "Confirm another way" displays.
    pub fn other(&self) -> Option<&Stage> {
        let next = (self.way + 1).checked_rem(self.ways.len())?;
        (next != self.way).then(|| &self.ways[next].stage)
    }

    /// Restores the option that was displayed before this challenge. Returns
    /// true if the stage's input can be submitted again.
    pub(super) fn follow(&mut self, before: &mut Uia) -> bool {
        self.restarted = before.restarted;
        let same_session = self.challenge.session == before.challenge.session;
        let Some(stage) = before.stage_mut() else { return false };
        for (at, way) in self.ways.iter_mut().enumerate() {
            if way.stage.is(stage) {
                self.way = at;
                // A page belongs to its session.
                let stays = same_session || !matches!(stage, Stage::Page { .. });
                if stays {
                    std::mem::swap(&mut way.stage, stage);
                }
                return stays;
            }
        }
        false
    }

    /// The displayed error.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.phase {
            UiaPhase::Failed(problem) => Some(problem),
            UiaPhase::Asking | UiaPhase::Checking(_) => None,
        }
    }

    /// True while the user waits for a request.
    pub fn is_checking(&self) -> bool {
        match self.phase {
            UiaPhase::Checking(Check::Look) | UiaPhase::Asking | UiaPhase::Failed(_) => false,
            UiaPhase::Checking(Check::Answer | Check::Code | Check::Anew | Check::Refused) => true,
        }
    }

    /// True while the request that requires authentication is pending.
    pub(super) fn awaits_answer(&self) -> bool {
        match self.phase {
            UiaPhase::Checking(Check::Code) | UiaPhase::Asking | UiaPhase::Failed(_) => false,
            UiaPhase::Checking(Check::Answer | Check::Look | Check::Anew | Check::Refused) => true,
        }
    }

    /// True while any request is pending.
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.phase, UiaPhase::Checking(_))
    }

    pub(super) fn forget_problem_if(&mut self, ended: impl FnOnce(&Problem) -> bool) {
        if self.problem().is_some_and(ended) {
            self.phase = UiaPhase::Asking;
        }
    }

    /// Type and UIA session of the stage on a fallback page.
    ///
    /// Spec: <https://spec.matrix.org/latest/client-server-api/#fallback>
    pub fn page(&self) -> Option<[&str; 2]> {
        let Stage::Page { name, .. } = self.stage()? else { return None };
        Some([name, self.challenge.session.as_deref()?])
    }

    /// The UIA session, if some of its stages may be complete.
    pub(super) fn worth_keeping(&self) -> Option<String> {
        let opened = matches!(self.stage(), Some(Stage::Page { window: PageWindow::Open, .. }));
        let begun = opened || !self.challenge.completed.is_empty();
        self.challenge.session.clone().filter(|_| begun)
    }

    /// Error of a reply with an empty field.
    pub(super) fn lacks(&self, reply: &Reply) -> Option<Problem> {
        if self.is_under_way() || self.asked == Asked::Host {
            return None;
        }
        match (reply, self.stage()) {
            (Reply::With(Answer::Password { password, .. }), _) if password.0.is_empty() => {
                Some(Problem::NoCurrentPassword)
            }
            (Reply::With(Answer::RegistrationToken(token)), _) if token.0.is_empty() => {
                Some(Problem::NoToken)
            }
            (Reply::Prove(code), Some(Stage::Address(proof)))
                if code.0.is_empty() && proof.wants_code() =>
            {
                Some(Problem::NoCode.in_section(Section::of(&proof.medium)))
            }
            _ => None,
        }
    }

    /// Error for a further challenge.
    pub(super) fn not_enough(&self) -> Problem {
        self.stage().map_or(Problem::NoWayToAuthenticate, Stage::problem)
    }

    pub(super) fn auth(&self, answer: Answer) -> Auth {
        Auth { session: self.challenge.session.clone(), answer }
    }
}
