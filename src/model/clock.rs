//! The machine's clock. Durations use the monotonic time of the inputs. Stored
//! times, and times for other tabs, use the machine's clock, which all tabs
//! share.

use super::Model;

/// Smallest jump that means that the clock was set or that the machine has
/// slept, in ms.
const CLOCK_JUMP_MS: f64 = 10_000.0;

impl Model {
    /// Sets the difference between the machine's clock and the time of the
    /// inputs, in ms.
    pub(super) fn set_clock(&mut self, ahead: f64) {
        let jumped = ahead - self.clock_offset > CLOCK_JUMP_MS;
        self.clock_offset = ahead;
        if jumped {
            // A limit may be over: whoever asks is told. Links keep their age:
            // the server knows it.
            self.end_rate_limits(f64::INFINITY);
            if self.page_state.visible {
                self.on_bfcache_restore();
            }
        }
    }

    /// Time of the machine's clock at this time of the inputs, in ms since the
    /// epoch.
    pub fn to_system_time(&self, at: f64) -> f64 {
        at + self.clock_offset
    }
}
