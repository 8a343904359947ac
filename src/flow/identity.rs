//! The identity server: its terms, and which addresses others find the person
//! by. Nothing but its terms is asked for before they are accepted, and nothing
//! of the homeserver's ever waits for it.

use super::{
    Access, Action, Effect, Flow, Focus, Problem, Purpose, Question, Removal, Section,
    Verification, Wish,
};
use crate::matrix::identity::{hash_details, lookup, terms};
use crate::matrix::threepids::{Medium, Threepid};
use crate::matrix::{Errcode, Failure, Json, accepted_terms};

/// An identity server, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// Host and port.
    pub host: String,
    /// The browser can do `sha256`.
    can_hash: bool,
    /// How far it is.
    pub phase: IdentityPhase,
    /// What went wrong last, until something goes right.
    problem: Option<Problem>,
    /// It says that its terms are not accepted, whatever the account says.
    unsigned: bool,
    /// The person waits.
    asked: bool,
    /// How addresses are disguised.
    details: Option<hash_details::Response>,
}

/// The phases of asking an identity server.
#[derive(Clone, Debug, PartialEq)]
pub enum IdentityPhase {
    /// Nothing was asked yet.
    New,
    /// Its terms are being read.
    ReadingTerms,
    /// Which of these the person has accepted is being read.
    ReadingAccepted {
        /// By name and language.
        policies: Json,
    },
    /// The person is asked to accept them.
    Terms(Terms),
    /// They are being accepted.
    Accepting {
        /// Should it fail, they are asked again.
        terms: Terms,
        /// Of the documents.
        urls: Vec<String>,
    },
    /// They are; the account is to know it.
    Keeping,
    /// Its terms are accepted, or it has none; nothing is under way.
    Open,
    /// How addresses are to be disguised is being read.
    ReadingDetails {
        /// It had changed in between.
        anew: bool,
    },
    /// Whose the addresses are is being read.
    LookingUp {
        /// In this order.
        addresses: Vec<(Medium, String)>,
        /// It had changed in between.
        anew: bool,
    },
}

/// Terms that are not accepted yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// By name and language.
    pub policies: Json,
    /// What the account says of terms, as it was kept.
    kept: Json,
}

impl Identity {
    fn new(host: String, can_hash: bool) -> Identity {
        Identity {
            host,
            can_hash,
            phase: IdentityPhase::New,
            problem: None,
            unsigned: false,
            asked: false,
            details: None,
        }
    }

    /// The same, for another account: nothing is known.
    pub(super) fn anew(self) -> Identity {
        Identity::new(self.host, self.can_hash)
    }

    /// Whether addresses may be sent there.
    pub fn is_open(&self) -> bool {
        match self.phase {
            IdentityPhase::Open
            | IdentityPhase::ReadingDetails { .. }
            | IdentityPhase::LookingUp { .. } => true,
            IdentityPhase::New
            | IdentityPhase::ReadingTerms
            | IdentityPhase::ReadingAccepted { .. }
            | IdentityPhase::Terms(_)
            | IdentityPhase::Accepting { .. }
            | IdentityPhase::Keeping => false,
        }
    }

    /// The policies that the person is asked to accept.
    pub fn policies(&self) -> Option<&Json> {
        match &self.phase {
            IdentityPhase::Terms(terms) | IdentityPhase::Accepting { terms, .. } => {
                Some(&terms.policies)
            }
            IdentityPhase::New
            | IdentityPhase::ReadingTerms
            | IdentityPhase::ReadingAccepted { .. }
            | IdentityPhase::Keeping
            | IdentityPhase::Open
            | IdentityPhase::ReadingDetails { .. }
            | IdentityPhase::LookingUp { .. } => None,
        }
    }

    /// What went wrong. That the session is over is said elsewhere.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// Whether the person waits for what they pressed.
    pub fn is_busy(&self) -> bool {
        self.asked
    }

    fn detach(&mut self) {
        self.asked = false;
        self.phase = match std::mem::replace(&mut self.phase, IdentityPhase::New) {
            IdentityPhase::New
            | IdentityPhase::ReadingTerms
            | IdentityPhase::ReadingAccepted { .. } => IdentityPhase::New,
            IdentityPhase::Terms(terms) | IdentityPhase::Accepting { terms, .. } => {
                IdentityPhase::Terms(terms)
            }
            IdentityPhase::Keeping
            | IdentityPhase::Open
            | IdentityPhase::ReadingDetails { .. }
            | IdentityPhase::LookingUp { .. } => IdentityPhase::Open,
        };
    }
}

impl Flow {
    /// Another identity server (its host and port), or none: nothing of the
    /// one before is left.
    pub(super) fn set_identity_server(&mut self, host: Option<String>, can_hash: bool) {
        let before = self.identity.take();
        self.identity = host.map(|host| Identity::new(host, can_hash));
        if let Some(before) = before {
            let shares = |purpose: &Purpose| *purpose == Purpose::Share(before.host.clone());
            while let Some(at) = self.pending.iter().position(|it| shares(&it.purpose)) {
                self.drop_verification(at);
            }
            let unshares = |it: &Removal| it.wish == Wish::Unshare;
            if self.removals.first().is_some_and(unshares) {
                self.effects.push(Effect::AbortDelete);
            }
            self.removals.retain(|it| !unshares(it));
            self.edit_list(&mut |entries| entries.iter_mut().for_each(|it| it.shared = None));
        }
        if self.access == Access::Granted && self.list.entries().is_some() {
            self.look_up();
        }
    }

    pub(super) fn detach_identity(&mut self) {
        if let Some(identity) = &mut self.identity {
            identity.detach();
        }
    }

    /// Whether addresses may be sent to this identity server.
    pub(super) fn is_open(&self, host: &str) -> bool {
        self.identity.as_ref().is_some_and(|it| it.host == host && it.is_open())
    }

    /// "Try again" beside what the identity server did not do.
    pub(super) fn find_again(&mut self) {
        if let Some(identity) = &mut self.identity {
            identity.asked = true;
            self.look_up();
        }
    }

    /// The next step towards knowing which addresses are shared. With each list,
    /// and whenever what was in the way is not any more.
    pub(super) fn look_up(&mut self) {
        let addresses = self.shared_or_not();
        let Some(identity) = &mut self.identity else { return };
        let limited = identity.problem.as_ref().and_then(Problem::until);
        if limited.is_some_and(|until| until > self.now) {
            return self.finish_sharing();
        }
        match &identity.phase {
            IdentityPhase::New => self.ask(IdentityPhase::ReadingTerms, Question::Terms),
            IdentityPhase::Open
            | IdentityPhase::ReadingDetails { .. }
            | IdentityPhase::LookingUp { .. } => {
                if addresses.is_empty() {
                    identity.phase = IdentityPhase::Open;
                    self.found();
                } else {
                    self.look_up_these(addresses, false);
                }
            }
            // Something is under way, or waits for the person.
            IdentityPhase::ReadingTerms
            | IdentityPhase::ReadingAccepted { .. }
            | IdentityPhase::Terms(_)
            | IdentityPhase::Accepting { .. }
            | IdentityPhase::Keeping => self.finish_sharing(),
        }
    }

    /// The addresses that can be shared.
    fn shared_or_not(&self) -> Vec<(Medium, String)> {
        let can = |it: &Threepid| Section::of(&it.medium).is_some();
        let shown = self.shown().into_iter().filter(can);
        shown.map(|it| (it.medium, it.address)).collect()
    }

    fn look_up_these(&mut self, addresses: Vec<(Medium, String)>, anew: bool) {
        let details = self.identity.as_ref().and_then(|it| it.details.clone());
        let Some(hash_details::Response { algorithm, pepper }) = details else {
            return self.ask(IdentityPhase::ReadingDetails { anew }, Question::HashDetails);
        };
        let plain = addresses.iter().map(|(medium, it)| lookup::plain(medium, it)).collect();
        let question = Question::LookUp { algorithm, pepper, addresses: plain };
        self.ask(IdentityPhase::LookingUp { addresses, anew }, question);
    }

    fn ask(&mut self, phase: IdentityPhase, question: Question) {
        if let Some(identity) = &mut self.identity {
            identity.phase = phase;
            self.effects.push(Effect::Ask(question));
        }
    }

    /// The person accepts these documents.
    pub(super) fn accept_terms(&mut self, urls: Vec<String>) {
        let Some(identity) = &mut self.identity else { return };
        if let IdentityPhase::Terms(terms) = &identity.phase {
            let terms = terms.clone();
            identity.asked = true;
            let question = Question::Accept(urls.clone());
            self.ask(IdentityPhase::Accepting { terms, urls }, question);
        }
    }

    /// What was asked is answered; all but whose the addresses are.
    pub(super) fn told(&mut self, result: Result<Json, Failure>) {
        let Some(identity) = &mut self.identity else { return };
        match (std::mem::replace(&mut identity.phase, IdentityPhase::New), result) {
            (IdentityPhase::ReadingTerms, Ok(body)) => {
                let policies = accepted_terms::missing(&terms::read(&body), &[]);
                if policies != Json::Object(Vec::new()) {
                    let phase = IdentityPhase::ReadingAccepted { policies };
                    self.ask(phase, Question::Accepted);
                } else if identity.unsigned {
                    identity.phase = IdentityPhase::New;
                    self.not_found(Problem::ConsentMissing { terms: None });
                } else {
                    self.opened();
                }
            }
            (IdentityPhase::ReadingAccepted { policies }, Ok(kept)) => {
                self.told_accepted(policies, kept);
            }
            // Nothing was accepted yet.
            (IdentityPhase::ReadingAccepted { policies }, Err(failure))
                if failure.errcode() == Some(&Errcode::NotFound) =>
            {
                self.told_accepted(policies, Json::Null);
            }
            (IdentityPhase::Accepting { terms, urls }, Ok(_)) => {
                identity.unsigned = false;
                let kept = accepted_terms::with(terms.kept, &urls);
                self.ask(IdentityPhase::Keeping, Question::Keep(kept));
            }
            (IdentityPhase::Keeping, result) => {
                // The identity server knows; that the account does not means
                // that it is asked once more, some day.
                if let Err(failure) = result {
                    self.trouble(Action::Find, &failure);
                }
                self.opened();
            }
            (IdentityPhase::ReadingDetails { anew }, Ok(body)) => {
                identity.phase = IdentityPhase::Open;
                identity.details = hash_details::read(&body, identity.can_hash);
                if identity.details.is_some() {
                    let addresses = self.shared_or_not();
                    self.look_up_these(addresses, anew);
                } else {
                    // Nobody can know.
                    self.found();
                }
            }
            (phase, Err(failure)) => {
                identity.phase = phase;
                self.not_told(failure);
            }
            // Nothing was asked.
            (
                phase @ (IdentityPhase::New
                | IdentityPhase::Terms(_)
                | IdentityPhase::Open
                | IdentityPhase::LookingUp { .. }),
                Ok(_),
            ) => identity.phase = phase,
        }
    }

    fn told_accepted(&mut self, policies: Json, kept: Json) {
        let Some(identity) = &mut self.identity else { return };
        let accepted = accepted_terms::read(&kept);
        let accepted = if identity.unsigned { &[][..] } else { &accepted };
        let policies = accepted_terms::missing(&policies, accepted);
        if policies == Json::Object(Vec::new()) {
            return self.opened();
        }
        identity.phase = IdentityPhase::Terms(Terms { policies, kept });
        identity.problem = None;
        // They stand in the way of what the person was about.
        let waits =
            std::mem::take(&mut identity.asked) || self.pending.iter().any(Verification::is_share);
        if waits {
            self.focus(Focus::Terms);
        }
        self.finish_sharing();
    }

    /// Nothing stands in between any more.
    fn opened(&mut self) {
        if let Some(identity) = &mut self.identity {
            identity.phase = IdentityPhase::Open;
        }
        self.look_up();
        self.go_on_after(&Problem::ConsentMissing { terms: None });
        // What is pending from before may be through.
        if self.may_try() && self.presence.is_here() {
            let shares = |it: &&Verification| it.is_share();
            let ids: Vec<_> = self.pending.iter().filter(shares).map(|it| it.id).collect();
            ids.into_iter().for_each(|id| self.may_be_tried(id));
            self.try_what_came_back();
        }
    }

    /// Whose the addresses are.
    pub(super) fn looked_up(&mut self, result: Result<Vec<bool>, Failure>) {
        let Some(identity) = &mut self.identity else { return };
        let IdentityPhase::LookingUp { addresses, anew } = &mut identity.phase else { return };
        let (addresses, again) = (std::mem::take(addresses), *anew);
        identity.phase = IdentityPhase::Open;
        match result {
            Ok(shared) => {
                self.edit_list(&mut |entries| {
                    for entry in entries {
                        let is = |(medium, address): &(Medium, String)| {
                            entry.medium == *medium && entry.address == *address
                        };
                        if let Some(at) = addresses.iter().position(is) {
                            entry.shared = shared.get(at).copied();
                        }
                    }
                });
                self.found();
            }
            // It changes now and then: once more, with the new one.
            Err(failure) if !again && failure.errcode() == Some(&Errcode::InvalidPepper) => {
                identity.details = None;
                self.look_up_these(addresses, true);
            }
            Err(failure) => {
                identity.details = None;
                self.not_told(failure);
            }
        }
    }

    fn found(&mut self) {
        self.finish_sharing();
        let Some(identity) = &mut self.identity else { return };
        identity.problem = None;
        if std::mem::take(&mut identity.asked) {
            // What was pressed is gone.
            if let Some(section) = self.sections.first().copied() {
                let empty = self.entries(section).is_empty();
                self.focus(if empty { Focus::Field(section) } else { Focus::Entry(section, 0) });
            }
        }
    }

    fn not_told(&mut self, failure: Failure) {
        let was_open = self.identity.as_ref().is_some_and(Identity::is_open);
        let problem = self.trouble(Action::Find, &failure);
        if was_open && failure.errcode() == Some(&Errcode::TermsNotSigned) {
            // They are being read by now.
            self.finish_sharing();
        } else {
            self.not_found(problem);
        }
    }

    fn not_found(&mut self, problem: Problem) {
        if let Some(identity) = &mut self.identity {
            identity.detach();
            identity.problem = Some(problem);
        }
        self.finish_sharing();
    }

    /// The identity server's terms have to be accepted (again).
    pub(super) fn terms_again(&mut self) {
        let Some(identity) = &mut self.identity else { return };
        match identity.phase {
            IdentityPhase::New
            | IdentityPhase::Open
            | IdentityPhase::ReadingDetails { .. }
            | IdentityPhase::LookingUp { .. } => {
                identity.unsigned = true;
                self.ask(IdentityPhase::ReadingTerms, Question::Terms);
            }
            // They are on their way.
            IdentityPhase::ReadingTerms | IdentityPhase::ReadingAccepted { .. } => {
                identity.unsigned = true;
            }
            IdentityPhase::Terms(_) | IdentityPhase::Accepting { .. } | IdentityPhase::Keeping => {}
        }
    }

    /// What went wrong with the identity server.
    pub(super) fn identity_problem(&self) -> Option<&Problem> {
        self.identity.as_ref().and_then(Identity::problem)
    }

    /// A limit may be over: nobody has to press a button for it.
    pub(super) fn identity_woke(&mut self) {
        let until = self.identity_problem().and_then(Problem::until);
        if until.is_some_and(|until| until <= self.now)
            && let Some(identity) = &mut self.identity
        {
            identity.problem = None;
            if self.access == Access::Granted {
                self.look_up();
            }
        }
    }
}
