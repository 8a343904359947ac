//! TLS on loopback, by a certificate authority of the tests' own.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Result, ensure};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::process::Process;

/// Makes the authority, for a Python that has `cryptography`.
const AUTHORITY: &str = include_str!("certificate_authority.py");
/// An end of TLS.
const END: &str = include_str!("tls.py");

/// An authority, and a certificate of it for this machine.
#[derive(Clone)]
pub struct Authority {
    folder: PathBuf,
}

impl Authority {
    /// Makes one, with its files in this folder.
    pub async fn make(python: &Path, folder: &Path) -> Result<Authority> {
        let made = Command::new(python).args(["-c", AUTHORITY]).arg(folder).output().await?;
        ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Ok(Authority { folder: folder.to_owned() })
    }

    /// The authority's own certificate: what others are to trust.
    pub fn file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// The certificate for `127.0.0.1` and `localhost`.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("certificate.pem")
    }

    /// Its key.
    pub fn key(&self) -> PathBuf {
        self.folder.join("key.pem")
    }
}

/// A port where TLS ends, before one that speaks in the clear.
pub struct End {
    process: Process,
}

impl End {
    /// Starts it on this port, before that one.
    pub async fn start(
        python: &Path,
        authority: &Authority,
        port: u16,
        behind: u16,
    ) -> Result<End> {
        let mut command = Command::new(python);
        command.args(["-c", END, &port.to_string()]);
        command.arg(authority.certificate()).arg(authority.key()).arg(behind.to_string());
        let mut process = Process::start(command.stdout(Stdio::piped()))?;
        let mut lines = BufReader::new(process.stdout()?).lines();
        let ready = lines.next_line().await?;
        ensure!(ready.as_deref() == Some("ready"), "the end of TLS did not start");
        Ok(End { process })
    }

    /// Ends it.
    pub async fn stop(self) -> Result<()> {
        self.process.stop().await
    }
}
