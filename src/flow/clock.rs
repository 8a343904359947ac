//! The machine's clock. Durations use the monotonic time of the inputs. Stored
//! times, and times for other tabs, use the machine's clock, which all tabs
//! share.

use super::Flow;

/// Smallest jump that means that the clock was set or that the machine has
/// slept, in ms.
const JUMP_MS: f64 = 10_000.0;

impl Flow {
    /// Sets the difference between the machine's clock and the time of the
    /// inputs, in ms.
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

    /// Time of the machine's clock at this time of the inputs, in ms since the
    /// epoch.
    pub fn by_clock(&self, at: f64) -> f64 {
        at + self.ahead
    }
}
