//! Programs that run beside us, and end with us.

use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::process::{Child, Command};

/// A program that is ended when this is dropped.
pub struct Process(Child);

impl Process {
    /// Starts it, without standard input or output unless set before.
    pub fn start(command: &mut Command) -> Result<Process> {
        let name = command.as_std().get_program().to_owned();
        let child = command
            .stdin(Stdio::null())
            .kill_on_drop(true)
            // A group of its own, so that what it starts ends with it.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", name.display()))?;
        Ok(Process(child))
    }

    /// What it prints, line by line. Once.
    pub fn stdout(&mut self) -> Result<tokio::process::ChildStdout> {
        self.0.stdout.take().context("standard output is not piped")
    }

    /// An error if it has ended.
    pub fn check(&mut self) -> Result<()> {
        match self.0.try_wait()? {
            Some(status) => anyhow::bail!("ended early: {status}"),
            None => Ok(()),
        }
    }

    /// Ends it, without waiting.
    pub fn kill(&self) {
        if let Some(id) = self.0.id() {
            let _ = std::process::Command::new("kill").args(["--", &format!("-{id}")]).status();
        }
    }

    /// Asks it to end and waits until it did.
    pub async fn stop(mut self) -> Result<()> {
        if let Some(id) = self.0.id() {
            // SIGTERM, so that it can put its things in order.
            Command::new("kill").args(["--", &format!("-{id}")]).status().await?;
        }
        let end = tokio::time::timeout(std::time::Duration::from_secs(10), self.0.wait());
        if end.await.is_err() {
            self.0.kill().await?;
        }
        Ok(())
    }
}

/// Process that another program has started. It is killed when this is dropped.
pub struct Foreign(u32);

impl Foreign {
    /// Creates it from the process id, which is also that of its process group.
    pub fn new(number: u32) -> Foreign {
        Foreign(number)
    }

    /// An error if it has ended.
    pub fn check(&self) -> Result<()> {
        anyhow::ensure!(self.is_there(), "ended early");
        Ok(())
    }

    /// Ends it, without waiting.
    pub fn kill(&self) {
        let _ = self.signal("-KILL").status();
    }

    /// Asks it to end and waits until it did.
    pub async fn stop(self) -> Result<()> {
        Command::from(self.signal("-TERM")).status().await?;
        let mut every = tokio::time::interval(std::time::Duration::from_millis(20));
        for _ in 0..500 {
            every.tick().await;
            if !self.is_there() {
                break;
            }
        }
        // If it is still there, it is killed now.
        Ok(())
    }

    fn is_there(&self) -> bool {
        std::path::Path::new("/proc").join(self.0.to_string()).exists()
    }

    fn signal(&self, signal: &str) -> std::process::Command {
        let mut kill = std::process::Command::new("kill");
        kill.args([signal, "--", &format!("-{}", self.0)]).stderr(Stdio::null());
        kill
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        if self.is_there() {
            self.kill();
        }
    }
}
