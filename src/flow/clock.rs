//! The clock of the machine. Durations go by the time that is passed in, which
//! nobody sets; what is kept, or told to other tabs, goes by the clock, which
//! they have in common.

use super::Flow;

/// A clock that is ahead by so much more than before was set, or the machine
/// slept (ms).
const JUMP_MS: f64 = 10_000.0;

impl Flow {
    /// The clock is so far ahead of the time that is passed in (ms).
    pub(super) fn set_clock(&mut self, ahead: f64) {
        let jumped = ahead - self.ahead > JUMP_MS;
        self.ahead = ahead;
        if jumped {
            // A limit may be over: whoever asks is told. Links keep their age:
            // the server knows it.
            self.end_limits(f64::INFINITY);
            if self.presence.visible {
                self.thawed();
            }
        }
    }

    /// What the clock showed, or will show, at this time.
    pub fn by_clock(&self, at: f64) -> f64 {
        at + self.ahead
    }
}
