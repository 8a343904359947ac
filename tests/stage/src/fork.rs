//! Starts Synapses with the program `fork_synapse.py`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

use crate::process::Foreign;

/// The program, started with the first Synapse. It ends when this process ends,
/// because its standard input is closed then.
static STARTER: Mutex<Option<Starter>> = Mutex::const_new(None);

struct Starter {
    _process: Child,
    orders: ChildStdin,
    numbers: Lines<BufReader<ChildStdout>>,
}

impl Starter {
    fn new(python: &Path) -> Result<Starter> {
        let mut command = Command::new(python);
        command.args(["-c", include_str!("fork_synapse.py")]);
        // A separate process group: Ctrl-C must not end the program before it has
        // ended the Synapses.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut process = command.spawn().context("cannot start what starts Synapse")?;
        let orders = process.stdin.take().context("it is piped")?;
        let numbers = BufReader::new(process.stdout.take().context("it is piped")?).lines();
        Ok(Starter { _process: process, orders, numbers })
    }
}

/// Starts an old Synapse with the settings in this folder. It ends with the second
/// process. Its output is in `output.log` of the folder.
pub async fn start_old(python: &Path, folder: &Path) -> Result<(Foreign, Child)> {
    let mut command = Command::new(python);
    command.args(["-c", include_str!("old_synapse.py")]);
    command.args([folder.join("homeserver.yaml"), folder.join("output.log")]);
    command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
    let mut process = command.spawn().context("cannot start an old Synapse")?;
    let output = process.stdout.take().context("it is piped")?;
    let number = BufReader::new(output).lines().next_line().await?;
    let number = number.context("what starts the old Synapse has ended")?;
    Ok((Foreign::new(number.parse()?), process))
}

/// Starts a Synapse with the settings in this folder and these environment
/// variables. Its output is in `output.log` of the folder.
pub async fn start(
    python: &Path,
    folder: &Path,
    environment: &BTreeMap<&str, PathBuf>,
) -> Result<Foreign> {
    let settings = folder.join("homeserver.yaml");
    let order = json!({"folder": folder, "settings": settings, "environment": environment});
    let mut starter = STARTER.lock().await;
    let starter = match &mut *starter {
        Some(starter) => starter,
        none => none.insert(Starter::new(python)?),
    };
    starter.orders.write_all(format!("{order}\n").as_bytes()).await?;
    let number = starter.numbers.next_line().await?.context("what starts Synapse has ended")?;
    Ok(Foreign::new(number.parse()?))
}
