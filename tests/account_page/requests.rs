//! Both directions of each endpoint of the page, judged by Ruma's server side.

use matrix_threepids::matrix::discovery::{self, read_versions};
use matrix_threepids::matrix::login::{self, Device, Identifier};
use matrix_threepids::matrix::uia::SecretText;
use matrix_threepids::matrix::{
    AbsoluteRequest, ApiVersion, BaseUrl, HttpResponse, Json, ServerName, logout, profile,
};
use ruma_client_api::discovery::{discover_homeserver, get_supported_versions};
use ruma_client_api::profile::get_profile;
use ruma_client_api::session::get_login_types::v3::{
    self as get_login_types, IdentityProvider, LoginType, PasswordLoginType, SsoLoginType,
};
use ruma_client_api::session::login::v3 as ruma_login;
use ruma_client_api::session::{logout as ruma_logout, sso_login, sso_login_with_provider};
use ruma_client_api::uiaa::UserIdentifier;
use ruma_common::api::path_builder::PathBuilder as _;
use ruma_common::api::{
    IncomingRequest, IncomingRequestExt as _, OutgoingResponse, OutgoingResponseExt as _,
};
use ruma_common::{owned_device_id, owned_mxc_uri, owned_user_id};

fn base() -> BaseUrl {
    BaseUrl::parse("https://m.example").expect("a URL")
}

/// What Ruma's server side makes of a request.
#[track_caller]
fn arrives<R: IncomingRequest>(call: &AbsoluteRequest, path: &[&str]) -> R {
    if path.is_empty() {
        let asked = call.url.split('?').next().unwrap_or_default();
        let known = R::PATH_BUILDER.all_paths().any(|path| asked.ends_with(path));
        assert!(known, "{call:?} is none of the endpoint's paths");
    }
    let mut incoming = http::Request::builder()
        .method(call.method.as_str())
        .uri(&call.url)
        .header("Content-Type", "application/json");
    if let Some(token) = &call.token {
        incoming = incoming.header("Authorization", format!("Bearer {token}"));
    }
    let body = call.body.as_deref().unwrap_or_default().as_bytes();
    let incoming = incoming.body(body).expect("a request");
    R::try_from_http_request(incoming, path).expect("a request that the server takes")
}

/// What we read of an answer of Ruma's server side.
#[track_caller]
fn answered(answer: impl OutgoingResponse) -> HttpResponse {
    let answer = answer.try_into_http_response::<Vec<u8>>().expect("an answer");
    let body = String::from_utf8(answer.body().clone()).expect("UTF-8");
    HttpResponse { status: answer.status().as_u16(), retry_after: None, body }
}

#[track_caller]
fn json(answer: impl OutgoingResponse) -> Json {
    answered(answer).json().expect("a success")
}

#[test]
fn well_known_and_versions_requests_and_responses() {
    let server = ServerName::parse("example.org").expect("a name");
    let call = discovery::well_known(&server);
    assert_eq!(call.url, "https://example.org/.well-known/matrix/client");
    let _: discover_homeserver::Request = arrives(&call, &[]);
    let there = discover_homeserver::HomeserverInfo::new("https://m.example".to_owned());
    let answer = answered(discover_homeserver::Response::new(there));
    assert_eq!(discovery::read_well_known(&answer), discovery::WellKnown::BaseUrl(base()));
    let _: get_supported_versions::Request = arrives(&discovery::versions(&base()), &[]);
    let answer = get_supported_versions::Response::new(vec!["v1.11".to_owned()]);
    assert_eq!(read_versions(&json(answer)), Some(ApiVersion::V3));
}

#[test]
fn login_flows_request_and_response() {
    let _: get_login_types::Request = arrives(&login::methods(&base(), ApiVersion::V3), &[]);
    let mut sso = SsoLoginType::new();
    let mut glass = IdentityProvider::new("glass".to_owned(), "Looking Glass".to_owned());
    glass.icon = Some(owned_mxc_uri!("mxc://example.org/glass"));
    sso.identity_providers = vec![glass];
    let password = LoginType::Password(PasswordLoginType::new());
    let flows = vec![password, LoginType::Sso(sso)];
    let methods = login::read_methods(&base(), &json(get_login_types::Response::new(flows)));
    assert!(methods.password);
    let providers = methods.sso.expect("single sign-on");
    assert_eq!((&*providers[0].id, &*providers[0].name), ("glass", "Looking Glass"));
    let icon = "https://m.example/_matrix/media/v3/download/example.org/glass";
    assert_eq!(providers[0].icon.as_deref(), Some(icon));
}

#[test]
fn password_login_request_and_response() {
    let password = SecretText("secret".to_owned());
    let device = Device { id: Some("D"), name: Some("The page") };
    let call = |who: &str| {
        login::with_password(&base(), ApiVersion::V3, &Identifier::parse(who), &password, device)
    };
    for (who, identifier) in [
        (
            "alice",
            UserIdentifier::Matrix(ruma_client_api::uiaa::MatrixUserIdentifier::new(
                "alice".to_owned(),
            )),
        ),
        (
            "alice@example.org",
            UserIdentifier::Email(ruma_client_api::uiaa::EmailUserIdentifier::new(
                "alice@example.org".to_owned(),
            )),
        ),
        (
            "+44 7700 900123",
            UserIdentifier::Msisdn(ruma_client_api::uiaa::MsisdnUserIdentifier::new(
                "447700900123".to_owned(),
            )),
        ),
    ] {
        let request: ruma_login::Request = arrives(&call(who), &[]);
        let ruma_login::LoginInfo::Password(info) = request.login_info else {
            panic!("no password")
        };
        assert_eq!(format!("{:?}", info.identifier), format!("{:?}", Some(identifier)), "{who}");
        assert_eq!(info.password, "secret");
        assert_eq!(request.device_id, Some(owned_device_id!("D")));
        assert_eq!(request.initial_device_display_name.as_deref(), Some("The page"));
    }
    let user_id = owned_user_id!("@alice:example.org");
    let answer = ruma_login::Response::new(user_id, "token".to_owned(), owned_device_id!("D"));
    let login = login::read(&json(answer)).expect("a session");
    assert_eq!((&*login.user_id, &*login.access_token), ("@alice:example.org", "token"));
    assert_eq!(login.device_id.as_deref(), Some("D"));
}

#[test]
fn sso_redirect_and_token_login_requests() {
    let here = "https://page.example/account/?x=1&y=ä";
    let any = AbsoluteRequest {
        url: login::sso_redirect(&base(), ApiVersion::V3, None, here),
        ..login::methods(&base(), ApiVersion::V3)
    };
    let request: sso_login::v3::Request = arrives(&any, &[]);
    assert_eq!(request.redirect_url, here);
    let one = AbsoluteRequest {
        url: login::sso_redirect(&base(), ApiVersion::V3, Some("a/b"), here),
        ..any
    };
    assert!(one.url.contains("/login/sso/redirect/a%2Fb?redirectUrl="), "{one:?}");
    let request: sso_login_with_provider::v3::Request = arrives(&one, &["a/b"]);
    assert_eq!((&*request.redirect_url, &*request.idp_id), (here, "a/b"));
    let call = login::with_token(&base(), ApiVersion::V3, "once", Device::default());
    let request: ruma_login::Request = arrives(&call, &[]);
    let ruma_login::LoginInfo::Token(info) = request.login_info else { panic!("no token") };
    assert_eq!(info.token, "once");
}

#[test]
fn logout_and_profile_requests() {
    let call = logout::request(&base(), ApiVersion::V3, "token");
    assert_eq!(call.token.as_deref(), Some("token"));
    let _: ruma_logout::v3::Request = arrives(&call, &[]);
    let call = profile::request(&base(), ApiVersion::V3, "token", "@alice:example.org");
    assert!(call.url.ends_with("/_matrix/client/v3/profile/%40alice%3Aexample.org"));
    let request: get_profile::v3::Request = arrives(&call, &["@alice:example.org"]);
    assert_eq!(request.user_id, owned_user_id!("@alice:example.org"));
    let read =
        |body: &str| profile::read(&matrix_threepids::matrix::json::parse(body).expect("JSON"));
    assert_eq!(read(r#"{"displayname":"Alice"}"#).as_deref(), Some("Alice"));
    assert_eq!(read("{}"), None);
}
