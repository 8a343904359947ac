//! What is asked of the identity server, and of the homeserver because of it.

use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::matrix::identity_service::{
    hash_details, lookup, register, request_token, terms,
};
use matrix_threepids::matrix::phone_number::PhoneInput;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::uia::StageAnswer;
use matrix_threepids::matrix::{
    Destination, HttpRequest, Json, Method, accepted_terms, add_3pid_r0, bind_3pid, delete_3pid,
    json, request_3pid_token_via_email, request_3pid_token_via_msisdn, request_openid_token,
    submit_token, unbind_3pid,
};
use ruma_client_api::account as ruma_account;
use ruma_client_api::account::ThirdPartyIdRemovalStatus;
use ruma_client_api::config::{get_global_account_data, set_global_account_data};
use ruma_common::api::{IncomingRequest, IncomingRequestExt as _};
use ruma_common::authentication::TokenType;
use ruma_common::thirdparty::Medium as RumaMedium;
use ruma_common::user_id;
use ruma_identity_service_api::association::email::create_email_validation_session;
use ruma_identity_service_api::association::msisdn::{
    create_msisdn_validation_session, validate_msisdn,
};
use ruma_identity_service_api::authentication::register as ruma_register;
use ruma_identity_service_api::lookup::{
    IdentifierHashingAlgorithm, get_hash_parameters, lookup_3pid,
};
use ruma_identity_service_api::tos::{accept_terms_of_service, get_terms_of_service};

use crate::{answered, arrives, arrives_at, auth, body, secret};

const ID_SERVER: &str = "id.example.org:8090";
/// With everything in it that a path must not take for its own.
const USER: &str = "@al/ice?#%:example.org";

/// What Ruma's identity server makes of a request.
#[track_caller]
fn arrives_there<R: IncomingRequest>(request: &HttpRequest) -> R {
    arrives_at(&["https://id.example.org", &request.path].concat(), request)
}

#[track_caller]
fn parse(text: &str) -> Json {
    json::parse(text).expect("JSON")
}

#[test]
fn bind_and_unbind_requests_and_responses() {
    let (client_secret, auth) = (&secret(), auth(Some("s"), StageAnswer::SessionOnly));
    for auth in [None, Some(&auth)] {
        let (sid, id_access_token) = ("sid-1", "tök");
        let request =
            bind_3pid::Request { sid, client_secret, id_server: ID_SERVER, id_access_token, auth };
        let got: ruma_account::bind_3pid::v3::Request = arrives(&request.http());
        assert_eq!((got.sid.as_str(), got.client_secret.as_str()), (sid, client_secret.as_str()));
        let server = &got.identity_server_info;
        assert_eq!((&*server.id_server, &*server.id_access_token), (ID_SERVER, "tök"));
        assert_eq!(body(&request.http()).get("auth").is_some(), auth.is_some());

        let (medium, address) = ("msisdn", "447700900001");
        let request = delete_3pid::Request { medium, address, id_server: Some(ID_SERVER), auth };
        let got: ruma_account::unbind_3pid::v3::Request = arrives(&unbind_3pid::http(&request));
        assert_eq!((got.medium, &*got.address), (RumaMedium::Msisdn, address));
        assert_eq!(got.id_server.as_deref(), Some(ID_SERVER));
        let got: ruma_account::delete_3pid::v3::Request = arrives(&request.http());
        assert_eq!((got.medium, &*got.address), (RumaMedium::Msisdn, address));
        assert_eq!(got.id_server.as_deref(), Some(ID_SERVER));
        assert_eq!(body(&request.http()).get("auth").is_some(), auth.is_some());
    }
    for (result, text) in [
        (ThirdPartyIdRemovalStatus::Success, "success"),
        (ThirdPartyIdRemovalStatus::NoSupport, "no-support"),
    ] {
        let answer =
            answered(ruma_account::unbind_3pid::v3::Response::new(result)).expect("a success");
        assert_eq!(delete_3pid::parse_response(&answer).as_deref(), Some(text));
    }
}

#[test]
fn r0_add_request_has_bind() {
    let client_secret = &secret();
    let request = |bind| {
        let (sid, id_server, auth) = ("1", Some(ID_SERVER), None);
        body(&add_3pid_r0::Request { sid, client_secret, id_server, bind, auth }.http())
    };
    assert_eq!(request(true)["bind"], true);
    assert_eq!(request(true)["three_pid_creds"], request(false)["three_pid_creds"]);
    assert_eq!(request(false).get("bind"), None);
}

#[test]
fn openid_and_register_requests_and_responses() {
    let request = request_openid_token::request(USER);
    let uri = ["https://example.org/_matrix/client/v3/", &request.path].concat();
    assert!(uri.ends_with("/user/%40al%2Fice%3F%23%25%3Aexample.org/openid/request_token"));
    assert_eq!((request.method, body(&request)), (Method::Post, serde_json::json!({})));

    let answer = ruma_account::request_openid_token::v3::Response::new(
        "openid-token".to_owned(),
        TokenType::Bearer,
        "example.org".try_into().expect("a server"),
        std::time::Duration::from_secs(3600),
    );
    let openid = answered(answer).expect("a success");
    // It is handed on as it came.
    let got: ruma_register::v2::Request = arrives_there(&register::request(&openid));
    assert_eq!((&*got.access_token, got.token_type), ("openid-token", TokenType::Bearer));
    assert_eq!(got.matrix_server_name, "example.org");
    assert_eq!(got.expires_in.as_secs(), 3600);

    let answer = answered(ruma_register::v2::Response::new("its-token".to_owned()));
    assert_eq!(register::read(&answer.expect("a success")).as_deref(), Some("its-token"));
    for (text, token) in [
        (r#"{"access_token":"old"}"#, Some("old")),
        (r#"{"access_token":"old","token":"new"}"#, Some("new")),
        (r#"{"access_token":"old","token":""}"#, Some("old")),
        (r#"{"token":7}"#, None),
        ("{}", None),
    ] {
        assert_eq!(register::read(&parse(text)).as_deref(), token, "{text}");
    }
}

#[test]
fn terms_requests_and_responses() {
    let _: get_terms_of_service::v2::Request = arrives_there(&terms::request());
    assert_eq!(terms::request().method, Method::Get);
    let policy = |language: &str, url: &str| {
        let text = get_terms_of_service::v2::LocalizedPolicy::new("Terms".into(), url.into());
        (language.to_owned(), text)
    };
    let languages = [policy("en", "https://x/en"), policy("fr", "https://x/fr")];
    let policies = get_terms_of_service::v2::Policies::new("1".into(), languages.into());
    let policies = [("terms".to_owned(), policies)].into();
    let answer = answered(get_terms_of_service::v2::Response::new(policies)).expect("a success");
    let policies = terms::read(&answer);
    assert!(accepted_terms::unaccepted(&policies, &[]).is_some());
    assert_eq!(accepted_terms::unaccepted(&policies, &["https://x/fr".to_owned()]), None);
    for odd in ["{}", "[]", r#"{"policies":[]}"#, r#"{"policies":{"a":null,"b":{"en":"x"}}}"#] {
        assert_eq!(accepted_terms::unaccepted(&terms::read(&parse(odd)), &[]), None, "{odd}");
    }

    let urls = ["https://x/en".to_owned(), "https://y/en".to_owned()];
    let got: accept_terms_of_service::v2::Request = arrives_there(&terms::accept(&urls));
    assert_eq!(got.user_accepts, urls);
}

#[test]
fn accepted_terms_account_data_requests() {
    // Percent signs are the URI's: Ruma's server side wants them taken off.
    let user = "@alice:example.org";
    let get = accepted_terms::get_request(user);
    assert_eq!(&*get.path, "user/%40alice%3Aexample.org/account_data/m.accepted_terms");
    let arguments = [user, "m.accepted_terms"];
    fn incoming(request: &HttpRequest) -> http::Request<&[u8]> {
        let uri = ["https://example.org/_matrix/client/v3/", &request.path].concat();
        http::Request::builder()
            .method(request.method.as_str())
            .uri(uri)
            .header("Authorization", "Bearer token")
            .body(request.body.as_deref().unwrap_or_default().as_bytes())
            .expect("a request")
    }
    let got =
        get_global_account_data::v3::Request::try_from_http_request(incoming(&get), &arguments);
    let got = got.expect("a request that the server takes");
    assert_eq!(got.user_id, user_id!("@alice:example.org"));
    assert_eq!(got.event_type.to_string(), "m.accepted_terms");

    let content = parse(r#"{"accepted":["https://x/en"]}"#);
    let put = accepted_terms::put_request(user, &content);
    assert_eq!(put.method, Method::Put);
    let got =
        set_global_account_data::v3::Request::try_from_http_request(incoming(&put), &arguments);
    let got = got.expect("a request that the server takes");
    assert_eq!(got.event_type.to_string(), "m.accepted_terms");
    assert_eq!(parse(got.data.json().get()), content);
    assert_eq!(accepted_terms::read(&content), ["https://x/en"]);
}

#[test]
fn hash_details_and_lookup_requests_and_responses() {
    let _: get_hash_parameters::v2::Request = arrives_there(&hash_details::request());
    let answer = get_hash_parameters::v2::Response::new(
        "matrixrocks".to_owned(),
        vec![IdentifierHashingAlgorithm::None, IdentifierHashingAlgorithm::Sha256],
    );
    let answer = answered(answer).expect("a success");
    assert_eq!(hash_details::read(&answer, false), None, "no address is sent as it is");
    let details = &hash_details::read(&answer, true).expect("a way");
    let addresses = &["a".to_owned(), "b c".to_owned()];
    let request = lookup::Request { details, addresses }.http();
    let got: lookup_3pid::v2::Request = arrives_there(&request);
    let sha256 = IdentifierHashingAlgorithm::Sha256;
    assert_eq!((got.algorithm, &*got.pepper), (sha256, "matrixrocks"));
    assert_eq!(got.addresses, addresses);

    assert_eq!(lookup::lookup_key(&Medium::Email, "Älice@Example.ORG"), "älice@example.org email");
    assert_eq!(
        lookup::lookup_key(&Medium::Email, "Straße@Example.ORG"),
        "strasse@example.org email"
    );
    assert_eq!(lookup::lookup_key(&Medium::Msisdn, "447700900001"), "447700900001 msisdn");

    let mine = user_id!("@alice:example.org").to_owned();
    let theirs = user_id!("@bob:example.org").to_owned();
    let mappings = [("h1".to_owned(), theirs), ("h3".to_owned(), mine)].into();
    let answer = answered(lookup_3pid::v2::Response::new(mappings)).expect("a success");
    let plain = || ["1", "2", "3"].map(str::to_owned).to_vec();
    let hashed = ["h1", "h2", "h3"].map(str::to_owned);
    assert_eq!(lookup::read(&answer, &plain(), &hashed, "@alice:example.org"), ["3"]);
    // The browser could not hash them, or the answer is odd.
    assert_eq!(lookup::read(&answer, &plain(), &[], "@alice:example.org"), [""; 0]);
    assert_eq!(lookup::read(&parse("[]"), &plain(), &hashed, "@alice:example.org"), [""; 0]);
}

#[test]
fn identity_server_token_and_submit_requests() {
    let client_secret = &secret();
    for next_link in [None, Some("https://example.org/account?a=b#c")] {
        let mail = request_3pid_token_via_email::Request {
            client_secret,
            email: "alice@example.org",
            send_attempt: 3,
            next_link,
            id_server: None,
        };
        let got: create_email_validation_session::v2::Request =
            arrives_there(&request_token::for_identity_server(mail.http(), false));
        assert_eq!((&*got.email, u64::from(got.send_attempt)), ("alice@example.org", 3));
        assert_eq!(got.client_secret.as_str(), client_secret.as_str());
        assert_eq!(got.next_link.as_deref(), next_link);
    }
    let dialled = &PhoneInput { country: "GB".to_owned(), number: "+447700900001".to_owned() };
    let message = request_3pid_token_via_msisdn::Request {
        client_secret,
        phone: dialled,
        send_attempt: 1,
        next_link: None,
        id_server: None,
    };
    let got: create_msisdn_validation_session::v2::Request =
        arrives_there(&request_token::for_identity_server(message.http(), true));
    assert_eq!((&*got.phone_number, &*got.country), ("+447700900001", "GB"));
    assert_eq!(got.client_secret.as_str(), client_secret.as_str());

    let sid: ruma_common::OwnedSessionId = "1449899592".try_into().expect("a session");
    let answer = create_msisdn_validation_session::v2::Response::new(sid.clone());
    let answer = request_3pid_token_via_email::read(&answered(answer).expect("a success"));
    assert_eq!(answer.expect("a sid").sid, "1449899592");
    let answer = create_email_validation_session::v2::Response::new(sid);
    let answer = request_3pid_token_via_email::read(&answered(answer).expect("a success"));
    assert_eq!(answer.expect("a sid").sid, "1449899592");

    let token = &Code("123456".to_owned());
    let code = submit_token::Request { sid: "1449899592", client_secret, token }
        .http(Destination::IdentityServer, request_token::SUBMIT_MSISDN);
    let got: validate_msisdn::v2::Request = arrives_there(&code);
    assert_eq!((got.sid.as_str(), &*got.token), ("1449899592", "123456"));
    assert_eq!(got.client_secret.as_str(), client_secret.as_str());
    for right in [true, false] {
        let answer = answered(validate_msisdn::v2::Response::new(right)).expect("a success");
        assert_eq!(submit_token::read(&answer), right);
    }
}
