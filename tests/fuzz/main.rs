//! Bytes of all kinds, to whatever reads them, and to the state machine as any
//! inputs in any order: nothing panics, nothing hangs, and no secret comes out.
//!
//! What has failed once is in `corpus/`, beside good beginnings; all of it is
//! tried each time. `FUZZ_SECONDS` says for how long others are made of it.

mod model;
mod parsers;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How many targets there are, which share the time.
const TARGETS: u32 = 6;
/// One input may take this long.
const PATIENCE: Duration = Duration::from_secs(20);
/// No input is longer.
const LONGEST: usize = 4_096;

/// Words that are worth more than chance.
const WORDS: &[&str] = &[
    "{\"",
    "\":",
    "[]",
    "{}",
    "null",
    "true",
    "1e300",
    "-1",
    "0.5",
    "\\ud800",
    "\u{202e}",
    "é",
    "errcode",
    "M_FORBIDDEN",
    "M_UNKNOWN_TOKEN",
    "error",
    "flows",
    "stages",
    "session",
    "params",
    "completed",
    "retry_after_ms",
    "threepids",
    "medium",
    "address",
    "email",
    "msisdn",
    "sid",
    "submit_url",
    "added_at",
    "pending",
    "shares",
    "validations",
    "secret",
    "at",
    "limitedUntil",
    "limitedFor",
    "attempt",
    "country",
    "number",
    "idServer",
    "https://",
    "http://",
    "javascript:",
    "@",
    ":",
    "//",
    "example.org",
    "[::1]",
    ":8448",
    "..",
    "%00",
    "homeserver",
    "sections",
    "theme",
    "--threepids-",
    "policies",
    "algorithms",
    "sha256",
    "mappings",
    " GMT",
    "Sun, 06 Nov 1994",
    parsers::TOKEN,
    parsers::PASSWORD,
];

/// Chance that can be repeated.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    /// Another input, made of these.
    fn input(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(input.len() + 1);
            match self.below(7) {
                0 => input.insert(at, self.below(256) as u8),
                1 if at < input.len() => input[at] = self.below(256) as u8,
                2 if at < input.len() => drop(input.remove(at)),
                3 => {
                    let word = WORDS[self.below(WORDS.len())].bytes();
                    let _ = input.splice(at..at, word).count();
                }
                4 => input.truncate(at),
                5 => {
                    let other = &corpus[self.below(corpus.len())];
                    let from = self.below(other.len() + 1);
                    let to = from + self.below(other.len() - from + 1);
                    let _ = input.splice(at..at, other[from..to].iter().copied()).count();
                }
                _ => input
                    .extend((0..self.below(40)).map(|_| self.below(256) as u8).collect::<Vec<_>>()),
            }
        }
        input.truncate(LONGEST);
        input
    }
}

/// Tries the corpus, then what chance makes of it.
fn fuzz(name: &'static str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder).expect("a corpus").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let corpus: Vec<_> = files.iter().map(|file| fs::read(file).expect("readable")).collect();
    assert!(!corpus.is_empty(), "{name} begins with nothing");

    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let time = Duration::from_secs_f64(seconds.unwrap_or(6.0)) / TARGETS;
    // A seed of its own each day is chance enough, and can be repeated.
    let day = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let mut chance =
        Chance(0x9e37_79b9_7f4a_7c15 ^ (day.map_or(1, |it| it.as_secs() / 86_400) << 8));

    let (begun, heard) = channel::<Vec<u8>>();
    let (ended, over) = channel::<Result<usize, Vec<u8>>>();
    std::thread::spawn(move || {
        let until = Instant::now() + time;
        let mut known = corpus.clone().into_iter();
        let mut count = 0;
        let result = loop {
            let input = match known.next() {
                Some(input) => input,
                None if Instant::now() >= until => break Ok(count),
                None => chance.input(&corpus),
            };
            count += 1;
            if begun.send(input.clone()).is_err() {
                return;
            }
            if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
                break Err(input);
            }
        };
        drop(begun);
        let _ = ended.send(result);
    });

    let mut last = Vec::new();
    loop {
        match heard.recv_timeout(PATIENCE) {
            Ok(input) => last = input,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => fail(&folder, name, "takes for ever", &last),
        }
    }
    match over.recv().expect("an end") {
        Ok(count) => println!("{name}: {count} inputs"),
        Err(input) => fail(&folder, name, "failed", &input),
    }
}

/// Keeps the input, so that it is tried from now on.
fn fail(folder: &Path, name: &str, what: &str, input: &[u8]) -> ! {
    let sum = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    let file = folder.join(format!("found-{sum:016x}"));
    fs::write(&file, input).expect("the corpus is there");
    panic!("{name} {what}: {}", file.display());
}

#[test]
fn response_parsers_survive_any_bytes_and_reveal_no_secret() {
    fuzz("answers", parsers::answers);
}

#[test]
fn retry_after_stays_in_range_for_any_bytes() {
    fuzz("waits", parsers::waits);
}

#[test]
fn url_and_address_parsers_survive_any_bytes() {
    fuzz("urls", parsers::urls);
}

#[test]
fn config_parser_survives_any_bytes() {
    fuzz("config", parsers::config);
}

#[test]
fn stored_state_survives_any_bytes() {
    fuzz("records", model::records);
}

#[test]
fn model_survives_any_input_sequence() {
    fuzz("flow", model::model);
}
