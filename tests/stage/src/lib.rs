//! What the demo and the browser tests play on: a real Synapse, a mailbox that
//! catches its mails, and a web server for pages.

pub mod mail;
pub mod oidc;
pub mod ports;
pub mod process;
pub mod synapse;
pub mod web;
