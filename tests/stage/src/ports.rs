//! TCP ports on loopback.

use std::net::TcpListener;
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result};

/// First port to try. Systems assign higher ports to outgoing connections (Linux:
/// from 32,768; others: from 49,152), so such a port can be taken at any moment.
const FIRST: u16 = 10_000;
const COUNT: u16 = 20_000;

/// Number of ports that this process has tried.
static TRIED: AtomicU16 = AtomicU16::new(0);

/// Finds a port without a listener, a different one at each call.
pub fn find_free() -> Result<u16> {
    for _ in 0..COUNT {
        // Processes start at different ports.
        let begin = process::id().wrapping_mul(97) % u32::from(COUNT);
        let tried = u32::from(TRIED.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + u16::try_from((begin + tried) % u32::from(COUNT))?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    anyhow::bail!("no port is free")
}

/// An error in words if somebody listens there.
pub fn check(port: u16) -> Result<()> {
    TcpListener::bind(("127.0.0.1", port))
        .map(drop)
        .with_context(|| format!("port {port} is taken; choose another with --port"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::net::TcpListener;

    #[test]
    fn free_ports_are_unique_and_below_ephemeral_range() {
        let ports: Vec<u16> = (0..100).map(|_| super::find_free().unwrap()).collect();
        assert_eq!(ports.iter().collect::<BTreeSet<_>>().len(), ports.len());
        assert!(ports.iter().all(|port| (10_000..30_000).contains(port)));
    }

    #[test]
    fn occupied_port_is_skipped() {
        let next = super::find_free().unwrap() + 1;
        let _taken = TcpListener::bind(("127.0.0.1", next));
        assert!((0..50).all(|_| super::find_free().unwrap() != next));
    }
}
