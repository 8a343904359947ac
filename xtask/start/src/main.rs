//! `cargo xtask`: builds the build tool, and says so. It has no dependencies, so it
//! runs a second after the first `cargo xtask` on a machine. The tool itself takes
//! minutes to compile the first time.

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Time between two lines where the output is no terminal.
const PAUSE: Duration = Duration::from_secs(30);
/// Most lines of the log that a failure prints.
const MAX_LINES: usize = 20;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    if !target.join("debug/xtask").exists()
        && let Err(error) = build(&root, &target)
    {
        eprintln!("Error: {error}");
        return ExitCode::FAILURE;
    }
    let mut tool = cargo();
    tool.args(["run", "--quiet", "--package", "xtask", "--"]).args(env::args_os().skip(1));
    // Only an error returns.
    let error = tool.exec();
    eprintln!("Error: cannot start {tool:?}: {error}");
    ExitCode::FAILURE
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Compiles the tool. What cargo prints goes into a log file.
fn build(root: &Path, target: &Path) -> io::Result<()> {
    println!("Compiling the build tool: 1 to 3 minutes, the first time only.");
    fs::create_dir_all(target)?;
    let log = target.join("build-tool.log");
    let mut file = File::create(&log)?;
    let mut build = cargo();
    build.args(["build", "--package", "xtask"]).current_dir(root);
    let mut child = build.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut progress = Progress::begin();
    let mut end: Vec<String> = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            writeln!(file, "{line}")?;
            progress.read(&line)?;
            end.push(line);
            if end.len() > MAX_LINES {
                end.remove(0);
            }
        }
    }
    let status = child.wait()?;
    progress.finish();
    if !status.success() {
        let message = format!(
            "cargo build: {status}\n{}\nThe whole output is in {}",
            end.join("\n"),
            log.display()
        );
        return Err(io::Error::other(message));
    }
    Ok(())
}

/// Number of crates and time so far.
struct Progress {
    started: Instant,
    printed: Instant,
    downloaded: usize,
    compiled: usize,
    is_terminal: bool,
}

impl Progress {
    fn begin() -> Progress {
        let now = Instant::now();
        let is_terminal = io::stdout().is_terminal();
        Progress { started: now, printed: now, downloaded: 0, compiled: 0, is_terminal }
    }

    fn read(&mut self, line: &str) -> io::Result<()> {
        match line.split_whitespace().next() {
            Some("Downloaded") => self.downloaded += 1,
            Some("Compiling") => self.compiled += 1,
            _ => {}
        }
        let text = format!(
            "  {} crates downloaded, {} compiled, {} s",
            self.downloaded,
            self.compiled,
            self.started.elapsed().as_secs()
        );
        if self.is_terminal {
            print!("\r{text}");
            io::stdout().flush()?;
        } else if self.printed.elapsed() > PAUSE {
            self.printed = Instant::now();
            println!("{text}");
        }
        Ok(())
    }

    fn finish(&self) {
        if self.is_terminal {
            println!();
        }
    }
}
