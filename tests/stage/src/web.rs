//! A web server for pages, on loopback.

use std::path::Path;

use anyhow::Result;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

/// The content policy of a strict page: scripts and styles of its own, requests
/// to itself and to servers on loopback, and Trusted Types.
pub const STRICT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self'; manifest-src 'self'; \
    connect-src 'self' http://127.0.0.1:* https://127.0.0.1:*; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'";

/// A server that runs until it is dropped.
pub struct WebServer {
    /// Its address, without a slash at the end.
    pub url: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves these routes on this port; 0 is any.
pub async fn serve(port: u16, routes: Router) -> Result<WebServer> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, routes).await {
            eprintln!("the web server has ended: {error}");
        }
    });
    Ok(WebServer { url, task })
}

/// The files of a folder.
pub fn folder(folder: &Path) -> ServeDir {
    ServeDir::new(folder)
}

/// A page, under the strict policy.
pub fn html(text: String) -> Response {
    let mut response = typed("text/html; charset=utf-8", text);
    let policy = HeaderValue::from_static(STRICT);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A page that has itself in frames, otherwise under the strict policy.
pub fn framed_html(text: String) -> Response {
    let mut response = html(text);
    let policy =
        STRICT.replace("frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A script.
pub fn script(text: String) -> Response {
    typed("text/javascript; charset=utf-8", text)
}

/// A style sheet.
pub fn style(text: String) -> Response {
    typed("text/css; charset=utf-8", text)
}

fn typed(mime: &'static str, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, mime), (header::CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}
