//! TCP ports on loopback.

use std::net::TcpListener;

use anyhow::{Context, Result};

/// A port that nobody listens on at the moment.
pub fn free() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// An error in words if somebody listens there.
pub fn check(port: u16) -> Result<()> {
    TcpListener::bind(("127.0.0.1", port))
        .map(drop)
        .with_context(|| format!("port {port} is taken; choose another with --port"))
}
