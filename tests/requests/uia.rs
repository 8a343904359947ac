//! Answers to challenges, what proves an address, and what old servers get.

use matrix_threepids::matrix::uia::{EMAIL_IDENTITY, MSISDN, SecretText, StageAnswer, TERMS};
use matrix_threepids::matrix::{
    Method, add_3pid_r0, capabilities, request_3pid_token_via_email, request_password_change_token,
};
use ruma_client_api::account::{
    request_password_change_token_via_email, request_password_change_token_via_msisdn,
};
use ruma_client_api::discovery::get_capabilities;
use ruma_client_api::uiaa::{AuthData, AuthType};

use crate::{arrives, auth, auth_arrives, body, secret};

#[test]
fn terms_token_and_threepid_stages_are_sent() {
    let got = auth_arrives(&auth(Some("s"), StageAnswer::Stage(TERMS)));
    assert_eq!((got.auth_type(), got.session()), (Some(AuthType::Terms), Some("s")));

    let token = StageAnswer::RegistrationToken(SecretText("tökén".to_owned()));
    let AuthData::RegistrationToken(got) = auth_arrives(&auth(Some("s"), token)) else {
        panic!("another stage")
    };
    assert_eq!((&*got.token, got.session.as_deref()), ("tökén", Some("s")));

    let client_secret = secret();
    let proof = |stage| StageAnswer::Threepid {
        stage,
        sid: "sid-1".to_owned(),
        client_secret: client_secret.clone(),
    };
    let AuthData::EmailIdentity(got) = auth_arrives(&auth(Some("s"), proof(EMAIL_IDENTITY))) else {
        panic!("another stage")
    };
    assert_eq!(got.thirdparty_id_creds.sid.as_str(), "sid-1");
    assert_eq!(got.thirdparty_id_creds.client_secret.as_str(), client_secret.as_str());
    let AuthData::Msisdn(got) = auth_arrives(&auth(Some("s"), proof(MSISDN))) else {
        panic!("another stage")
    };
    assert_eq!(got.thirdparty_id_creds.sid.as_str(), "sid-1");
}

#[test]
fn password_change_token_requests() {
    let client_secret = &secret();
    let request = |phone, address| {
        request_password_change_token::Request { client_secret, phone, address, send_attempt: 2 }
            .http()
    };
    let got: request_password_change_token_via_email::v3::Request =
        arrives(&request(false, "alice@example.org"));
    assert_eq!((&*got.email, u64::from(got.send_attempt)), ("alice@example.org", 2));
    assert_eq!(got.client_secret.as_str(), client_secret.as_str());
    let got: request_password_change_token_via_msisdn::v3::Request =
        arrives(&request(true, "447700900001"));
    assert_eq!((&*got.phone_number, u64::from(got.send_attempt)), ("+447700900001", 2));
}

#[test]
fn r0_add_request_has_both_credential_names() {
    let client_secret = &secret();
    let id_server = Some("id.example.org:8090");
    let auth = auth(Some("s"), StageAnswer::SessionOnly);
    let request =
        add_3pid_r0::Request { sid: "1", client_secret, id_server, bind: false, auth: Some(&auth) }
            .http();
    assert_eq!((request.method, &*request.path), (Method::Post, "account/3pid"));
    let creds = serde_json::json!({
        "sid": "1", "client_secret": client_secret.as_str(), "id_server": id_server,
    });
    let want = serde_json::json!({
        "three_pid_creds": creds, "threePidCreds": creds, "auth": {"session": "s"},
    });
    assert_eq!(body(&request), want);

    let mail = request_3pid_token_via_email::Request {
        client_secret,
        email: "alice@example.org",
        send_attempt: 1,
        next_link: None,
        id_server,
    };
    let sent = body(&mail.http());
    assert_eq!(sent["id_server"], "id.example.org:8090");
    assert_eq!(sent.get("id_access_token"), None);
}

#[test]
fn capabilities_request() {
    let _: get_capabilities::v3::Request = arrives(&capabilities::request());
}
