//! Limits the rate of automatic requests, whatever servers, networks and
//! handlers respond.

use super::{Action, Effect, Flow, Problem, Slot};

/// Period of the limit, in ms.
const MINUTE_MS: f64 = 60_000.0;
/// Largest number of automatic requests in a period.
const MOST: usize = 10;
/// Largest number of them that poll for a link.
const MOST_TRIES: usize = 7;

/// Shortest length of a first rate limit, in ms. Each further one is twice as
/// long,
const SHORTEST_LIMIT_MS: f64 = 1_000.0;
/// up to this length, in ms.
const LONGEST_FLOOR_MS: f64 = 300_000.0;

/// Rate limit of a server.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Limit {
    action: Action,
    until: f64,
    /// Shortest length of the limit, in ms.
    floor: f64,
}

impl Flow {
    /// Returns the effects of an input, without the requests that have to wait.
    #[inline(never)]
    pub(super) fn hold_back(&mut self, asked: bool) -> Vec<Effect> {
        let now = self.now;
        self.unasked.retain(|at| !asked && *at > now - MINUTE_MS);
        let fresh = std::mem::take(&mut self.effects);
        self.held.retain(|held| !fresh.iter().any(|it| it.is_instead_of(held)));
        let held = std::mem::take(&mut self.held);
        let old = held.len();
        let mut sent = Vec::new();
        for (at, effect) in held.into_iter().chain(fresh).enumerate() {
            if effect.slot().is_some() && !(asked && at >= old) {
                if self.unasked.len() >= most(&effect) {
                    self.held.push(effect);
                    continue;
                }
                self.unasked.push(now);
            }
            self.pressing |= matches!(effect, Effect::SubmitDialog);
            sent.push(effect);
        }
        sent
    }

    /// Drops the waiting requests.
    pub(super) fn drop_held(&mut self, slot: Slot) {
        self.held.retain(|it| it.slot() != Some(slot));
    }

    /// Returns the waiting requests that may be sent now.
    pub fn held(&self) -> impl Iterator<Item = Slot> {
        self.held.iter().filter_map(Effect::slot)
    }

    /// Time at which the next waiting request may be sent, in ms.
    pub(super) fn next_sending(&self) -> f64 {
        let at = |held| self.unasked.len().checked_sub(most(held)).map(|at| self.unasked[at]);
        let next = |wake: f64, held| wake.min(at(held).unwrap_or(self.now) + MINUTE_MS);
        self.held.iter().fold(f64::INFINITY, next)
    }

    /// Length of a rate limit, in ms. Consecutive limits get longer.
    pub(super) fn limit(&mut self, action: Action, problem: Problem) -> Problem {
        let Problem::RateLimited { until, .. } = problem else { return problem };
        let now = self.now;
        let mut floor = SHORTEST_LIMIT_MS;
        self.limits.retain(|before| {
            let same = before.action == action;
            if same && now < before.until + MINUTE_MS {
                floor = (before.floor * 2.0).min(LONGEST_FLOOR_MS);
            }
            !same
        });
        let until = until.max(now + floor);
        self.limits.push(Limit { action, until, floor });
        Problem::limit(until, now)
    }
}

fn most(effect: &Effect) -> usize {
    match effect {
        Effect::Add { patient: false, .. } => MOST_TRIES,
        _ => MOST,
    }
}
