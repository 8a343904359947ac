//! User-interactive authentication: what the server asks, which ways lead
//! through it, and how far along the person is.

use std::sync::Arc;

use super::{Problem, Proof, Reply, Section};
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::uia::{
    Answer, Auth, Challenge, DUMMY, EMAIL_IDENTITY, MSISDN, PASSWORD, REGISTRATION_TOKEN, TERMS,
    documents,
};

/// The authentication of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Uia {
    /// The challenge's own: what answers another is no answer to this one.
    pub number: u32,
    /// What the server asked last.
    pub challenge: Arc<Challenge>,
    /// Who answers.
    pub asked: Asked,
    /// How far it is.
    pub phase: UiaPhase,
    /// What can be done next: the first stages of the shortest flows that the
    /// person can go to their end. Where there are several, they choose.
    pub(super) ways: Vec<Way>,
    /// Which of them is in front.
    pub(super) way: usize,
    /// The server has once forgotten the session.
    pub(super) restarted: bool,
    /// How many of the embedder's answers came to nothing, one after another.
    pub(super) refused: u8,
    /// How many challenges came one after another without the person.
    pub(super) steps: u8,
}

/// So many answers of an embedder may come to nothing; then the person is asked.
const MOST_REFUSED: u8 = 3;
/// So many challenges in a row are answered without the person.
const MOST_STEPS: u8 = 10;

/// Who is asked for the answer to a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The person, in our dialog.
    Person,
    /// The embedder, who has a dialog of their own.
    Host,
}

/// How far an authentication is.
#[derive(Clone, Debug, PartialEq)]
pub enum UiaPhase {
    /// Waiting for the answer.
    Asking,
    /// The last answer did not do.
    Failed(Problem),
    /// A request is under way.
    Checking(Check),
}

/// The request of an authentication that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// With an answer.
    Answer,
    /// With what may have been done meanwhile elsewhere: nobody has asked.
    Look,
    /// The code that proves an address.
    Code,
    /// From the start, because the server has forgotten the session; with
    /// what was typed already.
    Anew,
    /// From the start, because the session is good for nothing any more.
    Refused,
}

/// A stage that can be done next, and what comes after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// What is to be done.
    pub stage: Stage,
    /// Which step that is, from 1.
    pub step: usize,
    /// How many there are.
    pub steps: usize,
}

/// What the person has to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Type the password.
    Password,
    /// Nothing.
    Dummy,
    /// Accept documents, which the challenge's `params` name.
    Terms,
    /// Type a token that they were given.
    RegistrationToken,
    /// Prove that an address of the account is theirs.
    Address(Proof),
    /// Something on a page of the server's.
    Page {
        /// The type of the stage.
        name: String,
        /// The window that it is in.
        window: PageWindow,
        /// It says that it is done.
        done: bool,
    },
}

/// The window of its own that a page is opened in.
#[derive(Clone, Debug, PartialEq)]
pub enum PageWindow {
    /// There is none.
    No,
    /// The browser did not let us: the person opens this link.
    Blocked(String),
    /// It was opened. Whether it still is, nobody knows.
    Open,
}

impl Stage {
    /// The stages with this name; none that cannot be done.
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

    /// Whether it is the same that is to be done.
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

    /// What it means that an answer was not enough.
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

/// The ways through a challenge.
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
    /// A challenge that the server just sent.
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

    /// Whether nobody but the person is to answer: what answered in their place
    /// has led nowhere.
    pub(super) fn needs_person(&self) -> bool {
        self.refused >= MOST_REFUSED || self.steps >= MOST_STEPS
    }

    /// What is in front of the person; nothing, where no way leads through.
    pub fn way(&self) -> Option<&Way> {
        self.ways.get(self.way)
    }

    /// What has to be done next.
    pub fn stage(&self) -> Option<&Stage> {
        self.way().map(|way| &way.stage)
    }

    pub(super) fn stage_mut(&mut self) -> Option<&mut Stage> {
        self.ways.get_mut(self.way).map(|way| &mut way.stage)
    }

    /// What could be done in its place.
    pub fn other(&self) -> Option<&Stage> {
        let next = (self.way + 1).checked_rem(self.ways.len())?;
        (next != self.way).then(|| &self.ways[next].stage)
    }

    /// Goes on where the person was before this challenge came. Whether what
    /// they did can be handed in as it is.
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

    /// What went wrong.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.phase {
            UiaPhase::Failed(problem) => Some(problem),
            UiaPhase::Asking | UiaPhase::Checking(_) => None,
        }
    }

    /// Whether the person waits for a request.
    pub fn is_checking(&self) -> bool {
        match self.phase {
            UiaPhase::Checking(Check::Look) | UiaPhase::Asking | UiaPhase::Failed(_) => false,
            UiaPhase::Checking(Check::Answer | Check::Code | Check::Anew | Check::Refused) => true,
        }
    }

    /// Whether the request that it is about is under way.
    pub(super) fn awaits_answer(&self) -> bool {
        match self.phase {
            UiaPhase::Checking(Check::Code) | UiaPhase::Asking | UiaPhase::Failed(_) => false,
            UiaPhase::Checking(Check::Answer | Check::Look | Check::Anew | Check::Refused) => true,
        }
    }

    /// Whether a request is under way.
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.phase, UiaPhase::Checking(_))
    }

    pub(super) fn forget_problem_if(&mut self, ended: impl FnOnce(&Problem) -> bool) {
        if self.problem().is_some_and(ended) {
            self.phase = UiaPhase::Asking;
        }
    }

    /// The page of the stage: the stage's type, and the session.
    ///
    /// Spec: <https://spec.matrix.org/latest/client-server-api/#fallback>
    pub fn page(&self) -> Option<[&str; 2]> {
        let Stage::Page { name, .. } = self.stage()? else { return None };
        Some([name, self.challenge.session.as_deref()?])
    }

    /// The session, if part of it may be done.
    pub(super) fn worth_keeping(&self) -> Option<String> {
        let opened = matches!(self.stage(), Some(Stage::Page { window: PageWindow::Open, .. }));
        let begun = opened || !self.challenge.completed.is_empty();
        self.challenge.session.clone().filter(|_| begun)
    }

    /// What is missing in a person's reply, if nothing was typed.
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

    /// What it means that the server asks once more.
    pub(super) fn not_enough(&self) -> Problem {
        self.stage().map_or(Problem::NoWayToAuthenticate, Stage::problem)
    }

    pub(super) fn auth(&self, answer: Answer) -> Auth {
        Auth { session: self.challenge.session.clone(), answer }
    }
}
