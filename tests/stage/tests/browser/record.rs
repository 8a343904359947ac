//! What is told of the tests beside whether they passed: how long each took,
//! and which lost their browser. `cargo xtask test` reads both.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Result;

use crate::engine::Engine;

/// How the tests went.
#[derive(Default)]
pub struct Record {
    took: Mutex<Vec<Took>>,
    lost: Mutex<Vec<&'static str>>,
}

struct Took {
    test: &'static str,
    /// Until it had a browser.
    start: Duration,
    run: Duration,
}

impl Record {
    /// A test took so long until it had a browser, and then.
    pub fn took(&self, test: &'static str, start: Duration, run: Duration) {
        self.took.lock().expect("nothing panics with it").push(Took { test, start, run });
    }

    /// The driver has lost the browser of this test.
    pub fn lost(&self, test: &'static str) {
        self.lost.lock().expect("nothing panics with it").push(test);
    }

    /// Writes `target/test-record/<engine>-times.tsv` (test; ms until it had a
    /// browser; ms from then on) and `<engine>-lost.txt` (a test per line).
    pub fn write(&self, target: &Path, engine: Engine) -> Result<()> {
        let folder = target.join("test-record");
        fs::create_dir_all(&folder)?;
        let mut times = String::new();
        for Took { test, start, run } in &*self.took.lock().expect("nothing panics with it") {
            writeln!(times, "{test}\t{}\t{}", start.as_millis(), run.as_millis())?;
        }
        fs::write(folder.join(format!("{}-times.tsv", engine.name())), times)?;
        let lost = self.lost.lock().expect("nothing panics with it").join("\n");
        fs::write(folder.join(format!("{}-lost.txt", engine.name())), lost)?;
        Ok(())
    }
}
