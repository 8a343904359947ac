//! Server of the pages that are measured: compressed files, and a homeserver with
//! lists of any length.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use stage::web::{WebServer, serve};

use super::subjects::Subjects;
use crate::budget;

/// The server. The first part of a path is the number of a visit, so that no
/// visit finds files of another in a cache.
pub struct Site {
    server: WebServer,
    visits: AtomicUsize,
    files: Arc<Files>,
}

/// Files by their path, after the number of the visit.
#[derive(Default)]
struct Files(Mutex<HashMap<String, File>>);

#[derive(Clone)]
struct File {
    mime: &'static str,
    brotli: Vec<u8>,
}

impl Site {
    /// Starts the server with the files of all subjects.
    pub async fn start(subjects: &Subjects) -> Result<Site> {
        println!("Compressing");
        let files = Arc::new(Files::default());
        for (name, folder) in subjects.packages() {
            add_folder(&files, name, folder)?;
        }
        if let Some(others) = &subjects.others {
            add_folder(&files, "peer", &others.peer)?;
            add_folder(&files, "counter", &others.counter)?;
            add_folder(&files, "account-page", &others.account_page)?;
            if let Some(before) = &others.account_page_before {
                add_folder(&files, "account-page-before", before)?;
            }
        }
        let routes = Router::new().fallback(respond).with_state(files.clone());
        let server = serve(0, routes).await?;
        Ok(Site { server, visits: AtomicUsize::new(0), files })
    }

    /// URL of a folder that was not visited before.
    pub fn visit(&self, folder: &str) -> String {
        let visit = self.visits.fetch_add(1, Ordering::Relaxed);
        format!("{}/{visit}/{folder}", self.server.url)
    }

    /// Adds a page.
    pub fn add_page(&self, path: &str, head: &str, body: &str) -> Result<()> {
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Page</title>\
             <link rel=\"icon\" href=\"data:,\">{head}</head><body>{body}</body></html>"
        );
        self.add_html(path, &html)
    }

    /// Adds a complete page.
    pub fn add_html(&self, path: &str, html: &str) -> Result<()> {
        add_file(&self.files, path, html.as_bytes())
    }
}

fn add_folder(files: &Files, name: &str, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let file_name = path.file_name().context("a file has a name")?.display().to_string();
        let name = format!("{name}/{file_name}");
        if path.is_dir() {
            add_folder(files, &name, &path)?;
        } else if find_mime(&name).is_some() {
            add_file(files, &name, &fs::read(&path)?)?;
        }
    }
    Ok(())
}

fn add_file(files: &Files, path: &str, bytes: &[u8]) -> Result<()> {
    let mime = find_mime(path).with_context(|| format!("{path} has no MIME type"))?;
    let file = File { mime, brotli: budget::compress_brotli(bytes)? };
    files.0.lock().expect("nothing panics with it").insert(path.to_owned(), file);
    Ok(())
}

/// MIME type of a file that a page may load.
fn find_mime(path: &str) -> Option<&'static str> {
    let mimes = [
        (".html", "text/html; charset=utf-8"),
        (".js", "text/javascript; charset=utf-8"),
        (".wasm", "application/wasm"),
        (".css", "text/css; charset=utf-8"),
        (".svg", "image/svg+xml"),
        ("config.json", "application/json"),
    ];
    mimes.iter().find(|(end, _)| path.ends_with(end)).map(|(_, mime)| *mime)
}

async fn respond(State(files): State<Arc<Files>>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let path = path.split_once('/').map_or("", |(_visit, path)| path);
    let file = files.0.lock().expect("nothing panics with it").get(path).cloned();
    match file {
        Some(file) => {
            let mut response = Response::new(Body::from(file.brotli));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.mime));
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=600"));
            response
        }
        None => match answer(path) {
            Some(body) => axum::Json(body).into_response(),
            None => (StatusCode::NOT_FOUND, axum::Json(json!({"errcode": "M_UNRECOGNIZED"})))
                .into_response(),
        },
    }
}

/// Answers of a homeserver, and of the peer's server. Each has one email address.
fn answer(path: &str) -> Option<Value> {
    let (_, endpoint) = path.split_once("server/")?;
    let email = json!({
        "id": "1",
        "address": "user0@example.org",
        "is_verified": true,
        "is_primary": true,
    });
    // An action of the peer's server, with a choice of email addresses.
    let action = |name: &str| {
        let input = json!({"name": "email_id", "type": "string", "allowed_values": []});
        json!({"action": name, "href": "/profile", "inputs": {"email_id": input, "email": input}})
    };
    let endpoint = endpoint.trim_start_matches("_matrix/client/").trim_start_matches("v3/");
    Some(match endpoint {
        "versions" => json!({"versions": ["v1.11"]}),
        "account/3pid" => json!({"threepids": [
            {"medium": "email", "address": "user0@example.org", "added_at": 1.7e12}
        ]}),
        "account/whoami" => json!({"user_id": "@alice:example.org"}),
        "capabilities" => json!({"capabilities": {}}),
        "profile" => json!({
            "name": "profile_init",
            "status": 200,
            "csrf_token": "token",
            "actions": {
                "email_create": action("email_create"),
                "email_delete": action("email_delete"),
                "email_set_primary": action("email_set_primary"),
                "email_verify": action("email_verify"),
            },
            "payload": {"user": {"user_id": "1", "emails": [email], "passkeys": []}},
        }),
        "sessions/validate" => json!({"is_valid": true}),
        _ => return None,
    })
}
