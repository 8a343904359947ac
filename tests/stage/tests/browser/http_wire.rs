//! HTTP as far as the proxy speaks it: one request and one answer to each
//! connection. By hand, because what is to break there is what a server's
//! library takes care never to break.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// A request of a browser.
pub struct Request {
    /// Method and path below `/_matrix/client/v3/`; a preflight's are those of
    /// the request that it is for.
    pub what: String,
    /// The browser asks whether it may be sent.
    pub is_preflight: bool,
    /// Of the request itself.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// What comes in.
    pub async fn read(stream: &mut TcpStream) -> Result<Request> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            ensure!(stream.read_buf(&mut bytes).await? > 0, "no request");
        };
        let head = str::from_utf8(&bytes[..end])?.to_owned();
        let mut lines = head.lines();
        let mut first = lines.next().unwrap_or_default().split(' ');
        let method = first.next().context("a method")?.to_owned();
        let target = first.next().context("a path")?.to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        let headers: Vec<_> = lines.filter_map(header).collect();
        let of = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, it)| it);
        let length = of("content-length").map_or(Ok(0), |length| length.parse())?;
        let mut body = bytes.split_off(end);
        while body.len() < length {
            ensure!(stream.read_buf(&mut body).await? > 0, "half a request");
        }
        let path = target.split('?').next().unwrap_or_default();
        let path = path.trim_start_matches("/_matrix/client/v3/");
        let asked = of("access-control-request-method");
        let what = format!("{} {path}", asked.unwrap_or(&method));
        let is_preflight = method == "OPTIONS";
        Ok(Request { what, is_preflight, method, target, headers, body })
    }

    /// A header, by its name in small letters.
    pub fn header(&self, wanted: &str) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

/// An answer.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// One of our own, that the page may have.
    pub fn new(status: u16, body: &str) -> Answer {
        let allowed = ("access-control-allow-origin".to_owned(), "*".to_owned());
        Answer { status, headers: vec![allowed], body: body.into() }
    }

    /// A rate limit, said in both ways.
    pub fn limit(ms: u32) -> Answer {
        let error = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": ms});
        let mut answer = Answer::new(429, &error.to_string());
        answer.headers.push(("retry-after".to_owned(), (ms / 1000).to_string()));
        answer
    }

    /// One that the page may not have.
    pub fn without_cors(mut self) -> Answer {
        self.headers.retain(|(name, _)| !name.starts_with("access-control-"));
        self
    }

    /// As it is sent.
    pub fn bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} -\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        // Each request has a preflight and a connection of its own: no test
        // depends on what a browser has kept.
        head += "access-control-max-age: 0\r\nconnection: close\r\n";
        head += &format!("content-length: {}\r\n\r\n", self.body.len());
        [head.as_bytes(), &self.body].concat()
    }
}
