//! What reads answers, limits, URLs and the configuration.

use matrix_threepids::account_page::config::Config;
use matrix_threepids::account_page::server_input::ServerInput;
use matrix_threepids::matrix::capabilities::{Capability, is_enabled};
use matrix_threepids::matrix::identity_service::{hash_details, lookup, register, terms};
use matrix_threepids::matrix::{
    ApiVersion, BaseUrl, HttpResponse, Json, RequestError, Secrets, ServerName, accepted_terms,
    auth_metadata, delete_3pid, discovery, email, get_3pids, json, login, phone_number, profile,
    request_3pid_token_via_email, server_name_of, submit_token, whoami,
};
use matrix_threepids::model::{Action, ErrorReport, UserError};

pub const TOKEN: &str = "syt_Zm9vYmFy_QwErTzUiOp_0a1b2c";
pub const PASSWORD: &str = "Correct Horse\"Ünïcode\\42";

/// Whether a part of a secret is in there; `Debug` writes some letters otherwise.
pub fn tells(shown: &str, secret: &str) -> bool {
    let secret: Vec<char> = secret.to_lowercase().chars().collect();
    let shown = shown.to_lowercase();
    secret.windows(6).any(|part| {
        let part = String::from_iter(part);
        shown.contains(&part) || shown.contains(part.escape_debug().to_string().as_str())
    })
}

/// A status, whether there is a header, then the body.
pub fn answers(bytes: &[u8]) {
    let (status, header, body) = match bytes {
        [status, header, body @ ..] => (*status, *header, body),
        short => (0, 0, short),
    };
    let status = [200, 400, 401, 403, 404, 429, 500, 502][usize::from(status % 8)];
    let body = String::from_utf8_lossy(body).into_owned();
    let retry_after = (header % 2 == 1).then(|| body.chars().take(30).collect());
    let answer = HttpResponse { status, retry_after, body };
    let sent = json::object().string("new_password", PASSWORD).build();
    let sent = Some(serde_json::to_string(&sent).expect("JSON"));
    let result = answer.json_without(|| Secrets::of(Some(TOKEN), sent.as_deref()));
    match &result {
        Ok(body) => success(body),
        Err(failure) => {
            refusal(failure);
            let mut shown = format!("{failure:?}");
            for action in [Action::List, Action::RequestToken, Action::Add, Action::ChangePassword]
            {
                let problem = UserError::from_failure(action, failure, 1.7e12);
                shown += &format!("{problem:?}{:?}", ErrorReport::from_failure(failure, &problem));
            }
            // A session is handed back as it came, and shown to nobody.
            if !matches!(failure, RequestError::Challenge(it) if it.session.is_some()) {
                assert!(!tells(&shown, TOKEN) && !tells(&shown, PASSWORD), "{shown}");
            }
        }
    }
    let _ = discovery::read_well_known(&answer);
}

fn refusal(failure: &RequestError) {
    let code = |code: &str| {
        let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_' || c == '.';
        assert!((1..=64).contains(&code.len()) && code.chars().all(fits), "{code:?}");
    };
    match failure {
        RequestError::Server(error) => {
            code(error.errcode.as_str());
            assert!(error.message.chars().count() <= 300);
            assert!(error.retry_after_ms.is_none_or(|ms| (1e3..=3.6e6).contains(&ms)));
        }
        RequestError::Challenge(challenge) => {
            challenge.errcode.iter().for_each(|it| code(it.as_str()));
            let names = challenge.flows.iter().flatten().chain(&challenge.completed);
            assert!(names.into_iter().all(|name| name.chars().count() <= 300));
        }
        _ => {}
    }
}

fn success(body: &Json) {
    let addresses = ["alice@example.org email".to_owned()];
    let _ = get_3pids::read(body);
    let _ = request_3pid_token_via_email::read(body);
    let _ = submit_token::read(body);
    let unbound = delete_3pid::parse_response(body).unwrap_or_default();
    assert!(!tells(&unbound, TOKEN) && !tells(&unbound, PASSWORD), "{unbound}");
    let _ = whoami::read(body).and_then(|it| server_name_of(&it));
    let _ = is_enabled(body, Capability::ThreepidChanges);
    let _ = auth_metadata::read(body);
    let _ = auth_metadata::read_well_known(body);
    let _ = discovery::read_versions(body);
    let _ = discovery::account_management(body);
    let _ = hash_details::read(body, true);
    let _ = lookup::read(body, &addresses, &addresses, "@alice:example.org");
    let _ = register::read(body);
    let _ = login::read(body);
    let _ = profile::read(body);
    let _ = ApiVersion::from_versions(body);
    if let Ok(homeserver) = BaseUrl::parse("https://example.org") {
        let _ = login::read_methods(&homeserver, body);
    }
    let accepted = accepted_terms::read(body);
    let _ = accepted_terms::unaccepted(&terms::read(body), &accepted);
    let mut content = body.clone();
    accepted_terms::with_accepted(&mut content, &accepted);
    for url in accepted {
        assert!(accepted_terms::read(&content).contains(&url));
    }
}

/// What stands in `Retry-After`, and beside it.
pub fn waits(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (header, body) = text.split_once('\n').unwrap_or((&text, ""));
    for body in [body.to_owned(), format!(r#"{{"retry_after_ms":{body}}}"#)] {
        let answer = HttpResponse { status: 429, retry_after: Some(header.to_owned()), body };
        match answer.json() {
            Err(RequestError::Server(error)) => {
                let wait = error.retry_after_ms;
                assert!(wait.is_none_or(|ms| (1e3..=3.6e6).contains(&ms)), "{wait:?}");
            }
            Err(RequestError::InvalidResponse { .. }) | Ok(_) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// URLs, names of servers, Matrix IDs, addresses: as typed, or as named.
pub fn urls(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(url) = BaseUrl::parse(&text) {
        let again = BaseUrl::parse(url.as_str());
        assert!(again.is_ok_and(|it| it == url), "{url:?}");
        assert!(url.as_str().starts_with("https://") || url.as_str().starts_with("http://"));
        let _ = url.display_name();
    }
    if let Some(name) = ServerName::parse(&text) {
        let _ = BaseUrl::parse(name.base_url().as_str()).expect("a URL");
    }
    let _ = server_name_of(&text);
    let _ = ServerInput::parse(&text);
    let _ = submit_token::is_safe(&text, "https://example.org");
    if submit_token::is_safe(&text, "https://example.org") {
        assert!(text.starts_with("https://"), "{text}");
    }
    let _ = login::Identifier::parse(&text);
    if let Some(address) = email::parse(&text) {
        assert!(email::is_same_address(&address, &address) && address.contains('@'));
    }
    let _ = phone_number::is_msisdn(&text);
    let _ = phone_number::is_same_number(&text, "447700900001");
}

/// `config.json`
pub fn config(bytes: &[u8]) {
    if let Err(mistakes) = Config::read(Some(&String::from_utf8_lossy(bytes))) {
        assert!(!mistakes.is_empty());
    }
}
