//! What the demo and the browser tests play on: a real Synapse, a mailbox that
//! catches its mails, a real identity server with its text messages, and a web
//! server for pages.

mod fork;
pub mod mail;
pub mod oidc;
pub mod ports;
pub mod process;
pub mod sydent;
pub mod synapse;
pub mod tls;
pub mod web;
