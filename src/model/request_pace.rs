//! Limits the rate of automatic requests, whatever servers, networks and
//! handlers respond.

use super::{Action, ApiRequest, Effect, Model, Request, RequestKey, UiEffect, UserError};

/// Period of the limit, in ms.
const MINUTE_MS: f64 = 60_000.0;
/// Largest number of automatic requests in a period.
const MAX_REQUESTS: usize = 10;
/// Number of automatic requests in a period after which each one is counted again.
const MAX_FEW_REQUESTS: usize = 5;
/// Largest number of them that poll for a link.
const MAX_ADD_ATTEMPTS: usize = 7;

/// Shortest length of a first rate limit, in ms. Each further one is twice as
/// long,
const MIN_LIMIT_MS: f64 = 1_000.0;
/// up to this length, in ms.
const MAX_FLOOR_MS: f64 = 300_000.0;

/// Rate limit of a server.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RateLimit {
    action: Action,
    until: f64,
    /// Shortest length of the limit, in ms.
    floor: f64,
}

impl Model {
    /// Returns the effects of an input, without the requests that have to wait.
    #[inline(never)]
    pub(super) fn delay_automatic_requests(&mut self, asked: bool) -> Vec<Effect> {
        let now = self.now;
        self.automatic_request_times.retain(|at| !asked && *at > now - MINUTE_MS);
        let fresh = std::mem::take(&mut self.effects);
        self.delayed_requests
            .retain(|delayed| !fresh.iter().any(|effect| effect.replaces(delayed)));
        let delayed = std::mem::take(&mut self.delayed_requests);
        let old = delayed.len();
        let mut sent = Vec::new();
        for (at, effect) in delayed.into_iter().chain(fresh).enumerate() {
            if effect.request_key().is_some() && !(asked && at >= old) {
                if self.automatic_request_times.len() >= max_per_minute(&effect) {
                    self.delayed_requests.push(effect);
                    continue;
                }
                self.automatic_request_times.push(now);
            }
            self.is_submitting_dialog |= matches!(effect, Effect::Ui(UiEffect::SubmitDialog));
            sent.push(effect);
        }
        sent
    }

    /// True if no request has to wait, whatever one input sends.
    pub(super) fn has_few_requests(&self) -> bool {
        self.delayed_requests.is_empty() && self.automatic_request_times.len() < MAX_FEW_REQUESTS
    }

    /// Returns the effects of an input, where [`Self::has_few_requests`] was true
    /// before it.
    pub(super) fn take_few_effects(&mut self) -> Vec<Effect> {
        for effect in &self.effects {
            if let Effect::Request(_) = effect {
                self.automatic_request_times.push(self.now);
            }
        }
        std::mem::take(&mut self.effects)
    }

    /// Drops the delayed requests with this key.
    pub(super) fn drop_delayed(&mut self, key: RequestKey) {
        self.delayed_requests.retain(|effect| effect.request_key() != Some(key));
    }

    /// Keys of the delayed requests.
    pub fn delayed_keys(&self) -> impl Iterator<Item = RequestKey> {
        self.delayed_requests.iter().filter_map(Effect::request_key)
    }

    /// Time at which the next waiting request may be sent, in ms.
    pub(super) fn next_delayed_send(&self) -> f64 {
        let at = |held| {
            self.automatic_request_times
                .len()
                .checked_sub(max_per_minute(held))
                .map(|at| self.automatic_request_times[at])
        };
        let next = |wake: f64, held| wake.min(at(held).unwrap_or(self.now) + MINUTE_MS);
        self.delayed_requests.iter().fold(f64::INFINITY, next)
    }

    /// Length of a rate limit, in ms. Consecutive limits get longer.
    pub(super) fn apply_rate_limit(&mut self, action: Action, problem: UserError) -> UserError {
        let UserError::RateLimited { retry_at: until, .. } = problem else { return problem };
        let now = self.now;
        let mut floor = MIN_LIMIT_MS;
        self.limits.retain(|before| {
            let same = before.action == action;
            if same && now < before.until + MINUTE_MS {
                floor = (before.floor * 2.0).min(MAX_FLOOR_MS);
            }
            !same
        });
        let until = until.max(now + floor);
        self.limits.push(RateLimit { action, until, floor });
        UserError::rate_limit(until, now)
    }
}

fn max_per_minute(effect: &Effect) -> usize {
    match effect {
        Effect::Request(Request::Api(ApiRequest::Add { wait_for_lock: false, .. })) => {
            MAX_ADD_ATTEMPTS
        }
        _ => MAX_REQUESTS,
    }
}
