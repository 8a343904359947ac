//! A proxy between the page and a server. Requests go through, unless the
//! test has told it what is to go wrong.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use stage::ports;

use crate::http_wire::{Answer, Request};

/// What goes wrong with one request.
#[derive(Clone, Debug, PartialEq)]
pub enum Trick {
    /// It does not get through; of an answer, half a body comes, then a reset.
    Reset,
    /// It does not get through, and nothing is answered.
    Silence,
    /// It does not get through; this is answered.
    Instead(u16, &'static str),
    /// It does not get through: 429, for so many ms.
    Limited(u32),
    /// Nothing of it, its preflight neither, says that the page may have it.
    NoCors,
    /// It gets through, but nothing says that the page may have the answer.
    Hidden,
    /// It gets through, but the answer is cut off by a reset.
    CutOff,
}

/// A request that came in.
#[derive(Clone, Debug)]
pub struct Passed {
    /// Method and path below `/_matrix/client/v3/`.
    pub what: String,
    /// The header `Authorization`.
    pub authorization: String,
    /// The body.
    pub body: Value,
}

/// The proxy; it ends when it is dropped.
pub struct Proxy {
    /// What the page takes for the homeserver's base URL.
    pub url: String,
    inner: Arc<Inner>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

struct Inner {
    port: u16,
    /// The homeserver's base URL.
    behind: String,
    http: reqwest::Client,
    /// What the next request of this kind meets.
    next: watch::Sender<Option<(String, Trick)>>,
    /// Which kind of request has its answer held, and how far that is.
    hold: watch::Sender<Hold>,
    passed: watch::Sender<Vec<Passed>>,
    /// Whether anybody listens.
    open: watch::Sender<bool>,
}

/// An answer that is there, but waits for the test's word.
#[derive(Clone, Debug, PartialEq)]
enum Hold {
    Nothing,
    /// The next answer to this.
    Of(String),
    Held,
}

impl Proxy {
    /// A proxy before this homeserver.
    pub async fn start(behind: &str) -> Result<Proxy> {
        // It listens there again after it was closed.
        let port = ports::find_free()?;
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let inner = Arc::new(Inner {
            port,
            behind: behind.to_owned(),
            http: reqwest::Client::new(),
            next: watch::Sender::new(None),
            hold: watch::Sender::new(Hold::Nothing),
            passed: watch::Sender::default(),
            open: watch::Sender::new(true),
        });
        let accepting = Mutex::new(Some(accept(listener, inner.clone())));
        Ok(Proxy { url: format!("http://127.0.0.1:{port}"), inner, accepting })
    }

    /// The next request of this kind meets this.
    pub fn meets(&self, what: &str, trick: Trick) {
        self.inner.next.send_replace(Some((what.to_owned(), trick)));
    }

    /// Waits until a request has met what was set for it.
    pub async fn met(&self) -> Result<()> {
        wait(&self.inner.next, Option::is_none, "no request met what was set for it").await
    }

    /// The next answer to this waits for [`Proxy::let_go`].
    pub fn hold(&self, what: &str) {
        self.inner.hold.send_replace(Hold::Of(what.to_owned()));
    }

    /// Waits until the answer is there that is to be held.
    pub async fn held(&self) -> Result<()> {
        wait(&self.inner.hold, |hold| *hold == Hold::Held, "there is no answer to hold").await
    }

    /// Lets the answer go that is held.
    pub fn let_go(&self) {
        self.inner.hold.send_replace(Hold::Nothing);
    }

    /// From now on nobody listens: connections are refused. What is being
    /// answered is still answered.
    pub async fn close(&self) {
        self.inner.open.send_replace(false);
        let accepting = self.accepting.lock().expect("no test panics with it").take();
        if let Some(accepting) = accepting {
            accepting.abort();
            // Only then the listener is gone.
            let _ = accepting.await;
        }
    }

    /// Listens again, on the same port.
    pub async fn open(&self) -> Result<()> {
        if *self.inner.open.borrow() {
            return Ok(());
        }
        let listener = TcpListener::bind(("127.0.0.1", self.inner.port)).await?;
        self.inner.open.send_replace(true);
        let accepting = accept(listener, self.inner.clone());
        *self.accepting.lock().expect("no test panics with it") = Some(accepting);
        Ok(())
    }

    /// The requests of this kind so far.
    pub fn passed(&self, what: &str) -> Vec<Passed> {
        self.inner.passed.borrow().iter().filter(|it| it.what == what).cloned().collect()
    }

    /// All requests so far.
    pub fn all(&self) -> Vec<Passed> {
        self.inner.passed.borrow().clone()
    }

    /// Waits for the `nth` request of this kind (from 1).
    pub async fn wait_for(&self, what: &str, nth: usize) -> Result<Passed> {
        let of = |all: &Vec<Passed>| all.iter().filter(|it| it.what == what).nth(nth - 1).cloned();
        wait(&self.inner.passed, |all| of(all).is_some(), "the request did not come")
            .await
            .with_context(|| format!("request {nth} of {what}"))?;
        of(&self.inner.passed.borrow()).context("it was waited for")
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.inner.open.send_replace(false);
        let accepting = self.accepting.lock().map(|mut it| it.take());
        if let Ok(Some(accepting)) = accepting {
            accepting.abort();
        }
    }
}

async fn wait<T>(
    value: &watch::Sender<T>,
    is: impl FnMut(&T) -> bool,
    otherwise: &'static str,
) -> Result<()> {
    let mut value = value.subscribe();
    tokio::time::timeout(Duration::from_secs(15), value.wait_for(is))
        .await
        .context(otherwise)??;
    Ok(())
}

fn accept(listener: TcpListener, inner: Arc<Inner>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let inner = inner.clone();
            tokio::spawn(async move {
                // A browser that goes away in the middle is none of our business.
                let _ = connection(stream, &inner).await;
            });
        }
    })
}

/// A connection: one request, one answer.
async fn connection(mut stream: TcpStream, inner: &Inner) -> Result<()> {
    let mut open = inner.open.subscribe();
    let request = tokio::select! {
        request = Request::read(&mut stream) => request?,
        _ = open.wait_for(|open| !open) => return Ok(()),
    };
    let trick = inner.trick(&request);
    if !request.is_preflight {
        let (what, body) = (request.what.clone(), request.body.as_slice());
        let body = serde_json::from_slice(body).unwrap_or(Value::Null);
        let authorization = request.header("authorization").unwrap_or_default().to_owned();
        inner.passed.send_modify(|all| all.push(Passed { what, authorization, body }));
    }
    let answer = match &trick {
        None | Some(Trick::CutOff) => inner.forward(&request).await?,
        Some(Trick::NoCors | Trick::Hidden) => inner.forward(&request).await?.without_cors(),
        Some(Trick::Instead(status, body)) => Answer::new(*status, body),
        Some(Trick::Limited(ms)) => Answer::limit(*ms),
        Some(Trick::Reset) => Answer::new(200, "{\"threepids\": []}"),
        Some(Trick::Silence) => {
            // Until the browser gives up.
            let _ = stream.read(&mut [0]).await;
            return Ok(());
        }
    };
    inner.hold_back(&request).await?;
    match trick {
        Some(Trick::Reset | Trick::CutOff) => {
            let whole = answer.bytes();
            let half = answer.body.len().div_ceil(2);
            stream.write_all(&whole[..whole.len() - half]).await?;
            // Closed like this, it is reset.
            stream.set_zero_linger()?;
        }
        None
        | Some(
            Trick::Silence | Trick::Instead(..) | Trick::Limited(_) | Trick::NoCors | Trick::Hidden,
        ) => {
            stream.write_all(&answer.bytes()).await?;
            stream.shutdown().await?;
        }
    }
    Ok(())
}

impl Inner {
    /// What this request meets. A preflight stands for its request only where
    /// the request itself would then never come.
    fn trick(&self, request: &Request) -> Option<Trick> {
        let mut met = None;
        self.next.send_if_modified(|next| {
            let is = |(what, trick): &mut (String, Trick)| {
                *what == request.what && (!request.is_preflight || *trick == Trick::NoCors)
            };
            met = next.take_if(is).map(|(_, trick)| trick);
            met.is_some()
        });
        met
    }

    /// Keeps the answer until it is let go, if that is what the test wants.
    async fn hold_back(&self, request: &Request) -> Result<()> {
        let held = self.hold.send_if_modified(|hold| {
            let is = !request.is_preflight && *hold == Hold::Of(request.what.clone());
            if is {
                *hold = Hold::Held;
            }
            is
        });
        if held {
            self.hold.subscribe().wait_for(|hold| *hold == Hold::Nothing).await?;
        }
        Ok(())
    }

    async fn forward(&self, request: &Request) -> Result<Answer> {
        let url = format!("{}{}", self.behind, request.target);
        let mut forwarded = self.http.request(request.method.parse()?, url);
        for (name, value) in &request.headers {
            let ours = ["host", "connection", "content-length", "accept-encoding"];
            if !ours.contains(&name.as_str()) {
                forwarded = forwarded.header(name, value);
            }
        }
        let answer = forwarded.body(request.body.clone()).send().await?;
        let status = answer.status().as_u16();
        let text = |name: &reqwest::header::HeaderName| {
            let value = answer.headers().get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        };
        let headers = answer.headers().keys().filter_map(text);
        let ours =
            |name: &str| ["connection", "content-length", "transfer-encoding"].contains(&name);
        let headers = headers.filter(|(name, _)| !ours(name)).collect();
        Ok(Answer { status, headers, body: answer.bytes().await?.to_vec() })
    }
}
