//! Months of an account in minutes: people with several tabs, a homeserver that
//! answers as real ones do, a network and clocks that fail; and what must always
//! hold. `cargo xtask soak` runs it for long, `cargo test` for a moment.
//!
//! `SOAK_SECONDS` is for how long, `SOAK_SEED` with which world it begins.

mod checks;
mod counts;
mod server;
mod simulator;
mod tab;
mod user;

use std::time::{Duration, Instant, SystemTime};

use counts::Counts;
use simulator::World;

/// How long a world lasts, in simulated days.
const DAYS: f64 = 30.0;
/// So many worlds meet everything that can happen.
const THOROUGH: u64 = 40;
/// Worlds in which something was wrong once.
const KEPT: [u64; 0] = [];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|it| it.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn invariants_hold_over_months_of_simulation() {
    let limit = Duration::from_secs(number("SOAK_SECONDS").unwrap_or(3));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    let first = number("SOAK_SEED").unwrap_or(now.as_secs());
    let began = Instant::now();
    let mut counts = Counts::default();
    for seed in KEPT.into_iter().chain(first..) {
        if began.elapsed() > limit {
            break;
        }
        // Said before it is lived through: a panic in it needs no other word.
        println!("World {seed} (again by SOAK_SEED={seed})");
        World::new(seed, &mut counts).live(DAYS);
    }
    println!("{counts}");
    if counts.worlds >= THOROUGH {
        counts.lack_nothing();
    }
}

#[test]
fn same_seed_gives_same_simulation() {
    let lived = |seed| {
        let mut counts = Counts::default();
        World::new(seed, &mut counts).live(2.0);
        counts.to_string()
    };
    assert_eq!(lived(7), lived(7));
    assert_ne!(lived(7), lived(8));
}
