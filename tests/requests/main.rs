//! Both directions of each endpoint, judged by Ruma's server side: what we
//! send is what it takes, with the values that were meant; what it answers is
//! what we read.

mod identity;
mod password;
mod phones;
mod uia;

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::uia::{AuthData, Challenge, DUMMY, SecretText, StageAnswer};
use matrix_threepids::matrix::{
    ClientSecret, Destination, Errcode, HttpRequest, HttpResponse, Json, RequestError, ServerError,
    add_3pid, delete_3pid, get_3pids, json, request_3pid_token_via_email, submit_token, whoami,
};
use ruma_client_api::account as ruma_account;
use ruma_client_api::account::{
    ThirdPartyIdRemovalStatus, request_3pid_management_token_via_email, whoami as ruma_whoami,
};
use ruma_client_api::uiaa::{
    AuthData as RumaAuthData, AuthFlow, AuthType, UiaaInfo, UiaaResponse, UserIdentifier,
};
use ruma_common::api::error::{
    Error, ErrorBody, ErrorKind, LimitExceededErrorData, ResourceLimitExceededErrorData,
    RetryAfter, StandardErrorBody, UnknownTokenErrorData,
};
use ruma_common::api::path_builder::PathBuilder as _;
use ruma_common::api::{
    IncomingRequest, IncomingRequestExt as _, OutgoingResponse, OutgoingResponseExt as _,
};
use ruma_common::thirdparty::{Medium, ThirdPartyIdentifier, ThirdPartyIdentifierInit};
use ruma_common::{MilliSecondsSinceUnixEpoch, owned_user_id};
use ruma_identity_service_api::association::email::validate_email;

/// What Ruma's server side makes of a request.
#[track_caller]
fn arrives<R: IncomingRequest>(request: &HttpRequest) -> R {
    arrives_at(&["https://example.org/_matrix/client/v3/", &request.path].concat(), request)
}

#[track_caller]
fn arrives_at<R: IncomingRequest>(uri: &str, request: &HttpRequest) -> R {
    assert!(
        R::PATH_BUILDER.all_paths().any(|path| uri.ends_with(path)),
        "{} is none of the endpoint's paths",
        &*request.path
    );
    let incoming = http::Request::builder()
        .method(request.method.as_str())
        .uri(uri)
        .header("Authorization", "Bearer token")
        .header("Content-Type", "application/json")
        .body(request.body.as_deref().unwrap_or_default().as_bytes())
        .expect("a request");
    R::try_from_http_request(incoming, &[]).expect("a request that the server takes")
}

/// What we make of an answer of Ruma's server side.
#[track_caller]
fn answered(answer: impl OutgoingResponse) -> Result<Json, RequestError> {
    let answer = answer.try_into_http_response::<Vec<u8>>().expect("an answer");
    let header = answer.headers().get("Retry-After");
    let response = HttpResponse {
        status: answer.status().as_u16(),
        retry_after: header.map(|value| value.to_str().expect("ASCII").to_owned()),
        body: String::from_utf8(answer.into_body()).expect("UTF-8"),
    };
    response.json()
}

fn body(request: &HttpRequest) -> serde_json::Value {
    serde_json::from_str(request.body.as_deref().expect("a body")).expect("JSON")
}

fn secret() -> ClientSecret {
    ClientSecret::from_random(std::array::from_fn(|at| (at * 7) as u8))
}

fn with_auth(auth: Option<&AuthData>) -> HttpRequest {
    add_3pid::Request { sid: "sid-1", client_secret: &secret(), auth }.http()
}

fn auth(session: Option<&str>, answer: StageAnswer) -> AuthData {
    AuthData { session: session.map(str::to_owned), answer }
}

fn password(user_id: Option<&str>) -> StageAnswer {
    let password = SecretText("pässword \"\\\n".to_owned());
    StageAnswer::Password { user_id: user_id.map(str::to_owned), password }
}

/// The `auth` as Ruma's server side gets it.
#[track_caller]
fn auth_arrives(auth: &AuthData) -> RumaAuthData {
    arrives::<ruma_account::add_3pid::v3::Request>(&with_auth(Some(auth))).auth.expect("an auth")
}

#[test]
fn get_3pids_request() {
    let _: ruma_account::get_3pids::v3::Request = arrives(&get_3pids::request());
    assert_eq!(get_3pids::request().body, None);
}

#[test]
fn whoami_request() {
    let _: ruma_whoami::v3::Request = arrives(&whoami::request());
    assert_eq!(whoami::request().body, None);
}

#[test]
fn email_token_request_with_and_without_next_link() {
    for send_attempt in [1, 2, u32::MAX] {
        for next_link in [None, Some("https://example.org/account?a=b&c=%20#threepids")] {
            let client_secret = &secret();
            let email = "ålice+\"x\"@exämple.org";
            let request = request_3pid_token_via_email::Request {
                client_secret,
                email,
                send_attempt,
                next_link,
                id_server: None,
            };
            let request = request.http();
            let got: request_3pid_management_token_via_email::v3::Request = arrives(&request);
            assert_eq!(got.client_secret.as_str(), client_secret.as_str());
            assert_eq!(got.email, email);
            assert_eq!(u64::from(got.send_attempt), u64::from(send_attempt));
            assert_eq!(got.next_link.as_deref(), next_link);
            let members = 3 + usize::from(next_link.is_some());
            assert_eq!(body(&request).as_object().map(|it| it.len()), Some(members));
        }
    }
}

#[test]
fn submit_token_request() {
    let secret = secret();
    let token = &Code("12 34é".to_owned());
    let url = "https://id.example.org/_matrix/identity/v2/validate/email/submitToken";
    let request = submit_token::Request { sid: "sid-1", client_secret: &secret, token }
        .http(Destination::Url, url);
    let got: validate_email::v2::Request = arrives_at(url, &request);
    assert_eq!((got.sid.as_str(), got.token.as_str()), ("sid-1", "12 34é"));
    assert_eq!(got.client_secret.as_str(), secret.as_str());
    assert_eq!(body(&request).as_object().map(|members| members.len()), Some(3));
}

#[test]
fn submit_token_response() {
    for right in [true, false] {
        let answer = validate_email::v2::Response::new(right);
        assert_eq!(submit_token::read(&answered(answer).expect("an answer")), right);
    }
}

#[test]
fn add_3pid_request_without_auth() {
    let request = with_auth(None);
    let got: ruma_account::add_3pid::v3::Request = arrives(&request);
    assert_eq!(got.sid.as_str(), "sid-1");
    assert_eq!(got.client_secret.as_str(), secret().as_str());
    assert!(got.auth.is_none());
    assert!(body(&request).get("auth").is_none(), "not even as null");
}

#[test]
fn password_stage_sends_session_identifier_and_user() {
    let auth = auth(Some("session-1"), password(Some("@alice:example.org")));
    let got = auth_arrives(&auth);
    assert_eq!(got.auth_type(), Some(AuthType::Password));
    assert_eq!(got.session(), Some("session-1"));
    let RumaAuthData::Password(got) = got else { panic!("no password") };
    assert_eq!(got.password, "pässword \"\\\n");
    let UserIdentifier::Matrix(user) = got.identifier else { panic!("no Matrix ID") };
    assert_eq!(user.user, "@alice:example.org");

    let sent = &body(&with_auth(Some(&auth)))["auth"];
    assert_eq!(sent["identifier"]["type"], "m.id.user");
    assert_eq!(sent["user"], "@alice:example.org", "for servers from before `identifier`");
    assert_eq!(sent.as_object().map(|members| members.len()), Some(5));
}

#[test]
fn password_stage_without_user_id_sends_no_user() {
    let request = with_auth(Some(&auth(Some("s"), password(None))));
    let sent = &body(&request)["auth"];
    assert_eq!(sent["type"], "m.login.password");
    assert_eq!(sent["session"], "s");
    assert!(sent.get("user").is_none() && sent.get("identifier").is_none());
}

#[test]
fn fallback_stage_sends_only_session() {
    let auth = auth(Some("session-2"), StageAnswer::SessionOnly);
    let RumaAuthData::FallbackAcknowledgement(got) = auth_arrives(&auth) else {
        panic!("something beside the session")
    };
    assert_eq!(got.session, "session-2");
    let sent = &body(&with_auth(Some(&auth)))["auth"];
    assert_eq!(*sent, serde_json::json!({ "session": "session-2" }));
}

#[test]
fn dummy_stage_sends_optional_session() {
    for session in [Some("s"), None] {
        let got = auth_arrives(&auth(session, StageAnswer::Stage(DUMMY)));
        assert_eq!(got.auth_type(), Some(AuthType::Dummy));
        assert_eq!(got.session(), session);
    }
}

#[test]
fn custom_auth_reply_is_sent_unchanged_with_uia_session() {
    let custom = |text| StageAnswer::Custom(json::parse(text).expect("JSON"));
    let token = custom(r#"{"type":"m.login.registration_token","token":"t","session":"theirs"}"#);
    let got = auth_arrives(&auth(Some("ours"), token.clone()));
    assert_eq!(got.session(), Some("ours"));
    let RumaAuthData::RegistrationToken(got) = got else { panic!("another stage") };
    assert_eq!(got.token, "t");
    // A server that names no session gets what the embedder found right.
    assert_eq!(auth_arrives(&auth(None, token)).session(), Some("theirs"));

    let unknown = custom(r#"{"type":"org.example.stage","deep":{"a":[1,2.5,null,true,"x"]}}"#);
    let got = auth_arrives(&auth(Some("s"), unknown));
    assert_eq!(got.auth_type(), Some(AuthType::from("org.example.stage")));
    assert_eq!(got.session(), Some("s"));
    assert_eq!(got.data()["deep"], serde_json::json!({ "a": [1, 2.5, null, true, "x"] }));
}

#[test]
fn delete_3pid_request_without_auth() {
    for (medium, want) in [
        ("email", Medium::Email),
        ("msisdn", Medium::Msisdn),
        ("org.example.fax", Medium::from("org.example.fax")),
    ] {
        let request = delete_3pid::Request {
            medium,
            address: "Alice@example.org",
            id_server: None,
            auth: None,
        }
        .http();
        let got: ruma_account::delete_3pid::v3::Request = arrives(&request);
        assert_eq!((got.medium, &*got.address), (want, "Alice@example.org"));
        assert_eq!(got.id_server, None);
        assert!(body(&request).get("auth").is_none());
    }
}

#[test]
fn delete_3pid_request_with_auth() {
    let auth = auth(Some("s"), password(Some("@alice:example.org")));
    let request = delete_3pid::Request {
        medium: "email",
        address: "a@example.org",
        id_server: None,
        auth: Some(&auth),
    }
    .http();
    let got: ruma_account::delete_3pid::v3::Request = arrives(&request);
    assert_eq!(got.address, "a@example.org");
    assert_eq!(body(&request)["auth"], body(&with_auth(Some(&auth)))["auth"]);
}

fn at(ms: u64) -> MilliSecondsSinceUnixEpoch {
    let time = UNIX_EPOCH + Duration::from_millis(ms);
    MilliSecondsSinceUnixEpoch::from_system_time(time).expect("a time")
}

#[test]
fn get_3pids_response() {
    let entry = |medium: Medium, address: &str, validated_at, added_at| {
        ThirdPartyIdentifier::from(ThirdPartyIdentifierInit {
            address: address.to_owned(),
            medium,
            validated_at: at(validated_at),
            added_at: at(added_at),
        })
    };
    let answer = ruma_account::get_3pids::v3::Response::new(vec![
        entry(Medium::Email, "ålice@example.org", 1_535_176_800_000, 1_535_336_848_756),
        entry(Medium::Msisdn, "441234567890", 1, 0),
        entry(Medium::from("org.example.fax"), "x", 2, 3),
    ]);
    let got = get_3pids::read(&answered(answer).expect("a list"));
    let want = |medium, address: &str, validated_at, added_at| get_3pids::Threepid {
        medium,
        address: address.to_owned(),
        validated_at: Some(validated_at),
        added_at,
        shared: None,
        nth: 0,
    };
    assert_eq!(
        got,
        [
            want(
                get_3pids::Medium::Email,
                "ålice@example.org",
                1_535_176_800_000.0,
                Some(1_535_336_848_756.0)
            ),
            want(get_3pids::Medium::Msisdn, "441234567890", 1.0, None),
            want(get_3pids::Medium::Other("org.example.fax".to_owned()), "x", 2.0, Some(3.0)),
        ]
    );
    let empty = answered(ruma_account::get_3pids::v3::Response::new(Vec::new())).expect("a list");
    assert_eq!(get_3pids::read(&empty), []);
}

#[test]
fn email_token_response() {
    let sid = "Az09.=_-".try_into().expect("a sid");
    let mut answer = request_3pid_management_token_via_email::v3::Response::new(sid);
    answer.submit_url = Some("https://example.org/submit".to_owned());
    let got = request_3pid_token_via_email::read(&answered(answer).expect("a sid"));
    let want = request_3pid_token_via_email::Response {
        sid: "Az09.=_-".to_owned(),
        submit_url: Some("https://example.org/submit".to_owned()),
        msisdn: None,
    };
    assert_eq!(got, Some(want));
}

#[test]
fn add_3pid_response() {
    assert_eq!(answered(ruma_account::add_3pid::v3::Response::new()), Ok(Json::Object(Vec::new())));
}

#[test]
fn delete_3pid_response_with_unbind_result() {
    for (status, want) in [
        (ThirdPartyIdRemovalStatus::Success, "success"),
        (ThirdPartyIdRemovalStatus::NoSupport, "no-support"),
    ] {
        let got = answered(ruma_account::delete_3pid::v3::Response::new(status)).expect("a result");
        assert_eq!(delete_3pid::parse_response(&got).as_deref(), Some(want));
    }
}

#[test]
fn whoami_response() {
    let answer = ruma_whoami::v3::Response::new(owned_user_id!("@alice:example.org"), false);
    let got = whoami::read(&answered(answer).expect("a user"));
    assert_eq!(got.as_deref(), Some("@alice:example.org"));
}

#[track_caller]
fn challenge(info: UiaaInfo) -> Arc<Challenge> {
    match answered(UiaaResponse::AuthResponse(info)) {
        Err(RequestError::Challenge(challenge)) => challenge,
        other => panic!("no challenge, but {other:?}"),
    }
}

#[test]
fn challenge_response_with_flows_and_params() {
    let mut info = UiaaInfo::new(vec![
        AuthFlow::new(vec![AuthType::Password, AuthType::EmailIdentity]),
        AuthFlow::new(vec![AuthType::from("org.example.stage")]),
    ]);
    info.session = Some("xxxyz".to_owned());
    info.completed = vec![AuthType::Password];
    let params = r#"{"org.example.stage":{"key":"value"}}"#.to_owned();
    info.params = Some(serde_json::value::RawValue::from_string(params).expect("JSON"));
    let got = challenge(info);
    assert_eq!(got.session.as_deref(), Some("xxxyz"));
    assert_eq!(
        got.flows,
        [vec!["m.login.password", "m.login.email.identity"], vec!["org.example.stage"]]
    );
    assert_eq!(got.completed, ["m.login.password"]);
    let key = got.params.get("org.example.stage").and_then(|stage| stage.str("key"));
    assert_eq!(key, Some("value"));
    assert_eq!(got.errcode, None);
}

#[test]
fn challenge_response_with_error() {
    let mut info = UiaaInfo::new(vec![AuthFlow::new(vec![AuthType::Password])]);
    let wrong = StandardErrorBody::new(ErrorKind::Forbidden, "Invalid password".to_owned());
    info.auth_error = Some(Box::new(wrong));
    let got = challenge(info);
    assert_eq!(got.errcode, Some(Errcode::Forbidden));
    assert_eq!((&got.session, got.completed.len()), (&None, 0));
    assert_eq!(got.params, Json::Object(Vec::new()));
}

#[test]
fn challenge_response_without_flows() {
    assert_eq!(challenge(UiaaInfo::new(Vec::new())).flows, Vec::<Vec<String>>::new());
}

#[track_caller]
fn refusal(status: u16, kind: ErrorKind) -> ServerError {
    let status = status.try_into().expect("a status");
    let body = StandardErrorBody::new(kind, "In English".to_owned());
    let error = Error::new(status, ErrorBody::Standard(body));
    match answered(UiaaResponse::MatrixError(error)) {
        Err(RequestError::Server(error)) => error,
        other => panic!("no error of the server's, but {other:?}"),
    }
}

#[test]
fn error_responses_map_to_errcodes() {
    for (status, kind, want) in [
        (403, ErrorKind::Forbidden, Errcode::Forbidden),
        (403, ErrorKind::GuestAccessForbidden, Errcode::GuestAccessForbidden),
        (400, ErrorKind::InvalidParam, Errcode::InvalidParam),
        (401, ErrorKind::MissingToken, Errcode::MissingToken),
        (404, ErrorKind::NotFound, Errcode::NotFound),
        (400, ErrorKind::ThreepidAuthFailed, Errcode::ThreepidAuthFailed),
        (400, ErrorKind::WeakPassword, Errcode::WeakPassword),
        (403, ErrorKind::ThreepidDenied, Errcode::ThreepidDenied),
        (400, ErrorKind::ThreepidInUse, Errcode::ThreepidInUse),
        (400, ErrorKind::ThreepidMediumNotSupported, Errcode::ThreepidMediumNotSupported),
        (400, ErrorKind::ThreepidNotFound, Errcode::ThreepidNotFound),
        (500, ErrorKind::Unknown, Errcode::Unknown),
        (404, ErrorKind::Unrecognized, Errcode::Unrecognized),
        (403, ErrorKind::UserDeactivated, Errcode::UserDeactivated),
        (401, ErrorKind::UserLocked, Errcode::UserLocked),
        (403, ErrorKind::UserSuspended, Errcode::UserSuspended),
        (400, ErrorKind::TooLarge, Errcode::Other("M_TOO_LARGE".to_owned())),
    ] {
        let got = refusal(status, kind);
        assert_eq!((got.status, &got.errcode), (status, &want));
        assert_eq!(got.message, "In English");
        assert_eq!(got.retry_after_ms, None);
        assert_eq!(got.soft_logout, got.errcode == Errcode::UserLocked);
    }
}

#[test]
fn rate_limit_response_has_optional_retry_after() {
    let limit = |retry_after| {
        let mut data = LimitExceededErrorData::new();
        data.retry_after = retry_after;
        let got = refusal(429, ErrorKind::LimitExceeded(data));
        assert_eq!(got.errcode, Errcode::LimitExceeded);
        got.retry_after_ms
    };
    assert_eq!(limit(Some(RetryAfter::Delay(Duration::from_secs(298)))), Some(298_000.0));
    assert_eq!(limit(None), None);
}

#[test]
fn unknown_token_response_has_soft_logout() {
    for soft_logout in [true, false] {
        let mut data = UnknownTokenErrorData::new();
        data.soft_logout = soft_logout;
        let got = refusal(401, ErrorKind::UnknownToken(data));
        assert_eq!((got.errcode, got.soft_logout), (Errcode::UnknownToken, soft_logout));
    }
}

#[test]
fn resource_limit_response_has_admin_contact() {
    let data = ResourceLimitExceededErrorData::new("mailto:admin@example.org".to_owned());
    let got = refusal(403, ErrorKind::ResourceLimitExceeded(data));
    assert_eq!(got.errcode, Errcode::ResourceLimitExceeded);
    assert_eq!(got.admin_contact.as_deref(), Some("mailto:admin@example.org"));
}
