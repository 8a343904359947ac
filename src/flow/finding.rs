//! Lookup of the listed addresses at the identity server, after its terms are
//! accepted, to find out which are shared.

use super::identity::IdentityPhase as Phase;
use super::{Flow, Focus, Problem, Question, Section};
use crate::matrix::identity::lookup;
use crate::matrix::threepids::Threepid;
use crate::matrix::{Errcode, Failure};

impl Flow {
    /// Repeats the failed request of the identity server.
    pub(super) fn find_again(&mut self) {
        if let Some(identity) = &mut self.identity {
            identity.asked = true;
            self.look_up();
        }
    }

    /// Sends the next request of a lookup. Called after each list, and when an
    /// obstacle is gone.
    pub(super) fn look_up(&mut self) {
        let Some(identity) = &self.identity else { return };
        let limited = identity.problem.as_ref().and_then(Problem::until);
        match identity.phase {
            _ if limited.is_some_and(|until| until > self.now) => self.finish_sharing(),
            Phase::New => self.ask(Phase::ReadingTerms, Question::Terms),
            Phase::Open
            | Phase::ReadingDetails
            | Phase::LookingUp
            | Phase::ReadingDetailsAnew
            | Phase::LookingUpAnew => self.look_up_now(false),
            // Something is under way, or waits for the person.
            Phase::ReadingTerms
            | Phase::ReadingAccepted
            | Phase::Terms
            | Phase::Accepting
            | Phase::Keeping => self.finish_sharing(),
        }
    }

    pub(super) fn look_up_now(&mut self, anew: bool) {
        let can = |it: &Threepid| Section::of(&it.medium).is_some();
        let shown = self.shown().into_iter().filter(can);
        let addresses: Vec<_> = shown.map(|it| lookup::plain(&it.medium, &it.address)).collect();
        let Some(identity) = &mut self.identity else { return };
        if addresses.is_empty() {
            identity.phase = Phase::Open;
            return self.found();
        }
        let (reading, looking) = match anew {
            false => (Phase::ReadingDetails, Phase::LookingUp),
            true => (Phase::ReadingDetailsAnew, Phase::LookingUpAnew),
        };
        match identity.details.clone() {
            Some(details) => self.ask(looking, Question::LookUp { details, addresses }),
            None => self.ask(reading, Question::HashDetails),
        }
    }

    /// Handles the response of `lookup`.
    pub(super) fn looked_up(&mut self, result: Result<Vec<String>, Failure>) {
        let Some(identity) = &mut self.identity else { return };
        let again = match identity.phase {
            Phase::LookingUp => false,
            Phase::LookingUpAnew => true,
            Phase::New
            | Phase::ReadingTerms
            | Phase::ReadingAccepted
            | Phase::Terms
            | Phase::Accepting
            | Phase::Keeping
            | Phase::Open
            | Phase::ReadingDetails
            | Phase::ReadingDetailsAnew => return,
        };
        identity.phase = Phase::Open;
        match result {
            Ok(shared) => {
                self.mark_shared(&mut |it| {
                    let is = |_| shared.contains(&lookup::plain(&it.medium, &it.address));
                    Section::of(&it.medium).map(is)
                });
                self.found();
            }
            Err(failure) => {
                // It changes now and then: once more, with the new one.
                identity.details = None;
                if !again && failure.errcode() == Some(&Errcode::InvalidPepper) {
                    self.look_up_now(true);
                } else {
                    self.not_told(&failure);
                }
            }
        }
    }

    pub(super) fn found(&mut self) {
        self.finish_sharing();
        let Some(identity) = &mut self.identity else { return };
        identity.problem = None;
        if std::mem::take(&mut identity.asked)
            && let Some(section) = self.sections.first().copied()
        {
            // What was pressed is gone.
            let empty = self.entries(section).is_empty();
            self.focus(if empty { Focus::Field(section) } else { Focus::Entry(section, 0) });
        }
    }
}
