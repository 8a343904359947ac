//! What is asked for a phone number, and what is answered, judged by Ruma's
//! server side.

use matrix_threepids::matrix::get_3pids::{self, Threepid};
use matrix_threepids::matrix::phone_number::PhoneInput;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::{
    Destination, json, request_3pid_token_via_email, request_3pid_token_via_msisdn, submit_token,
};
use ruma_client_api::account as ruma_account;
use ruma_client_api::account::request_3pid_management_token_via_msisdn;
use ruma_common::MilliSecondsSinceUnixEpoch;
use ruma_common::thirdparty::{Medium, ThirdPartyIdentifier, ThirdPartyIdentifierInit};
use ruma_identity_service_api::association::msisdn::validate_msisdn;

use crate::{answered, arrives, arrives_at, body, secret};

#[test]
fn msisdn_token_request() {
    for (number, next_link) in
        [("07700900001", None), ("+447700900001", Some("https://example.org/account?a=b"))]
    {
        let (client_secret, country) = (&secret(), "GB".to_owned());
        let dialled = &PhoneInput { country, number: number.to_owned() };
        let request = request_3pid_token_via_msisdn::Request {
            client_secret,
            phone: dialled,
            send_attempt: 3,
            next_link,
            id_server: None,
        };
        let request = request.http();
        let got: request_3pid_management_token_via_msisdn::v3::Request = arrives(&request);
        assert_eq!(got.client_secret.as_str(), client_secret.as_str());
        assert_eq!((got.country.as_str(), got.phone_number.as_str()), ("GB", number));
        assert_eq!(got.send_attempt, 3_u32.into());
        assert_eq!(got.next_link.as_deref(), next_link);
        let members = body(&request).as_object().map(|it| it.len());
        assert_eq!(members, Some(4 + usize::from(next_link.is_some())), "nothing beside");
    }
}

#[test]
fn msisdn_submit_token_request_and_response() {
    let (client_secret, token) = (&secret(), &Code("123456".to_owned()));
    let uri = "https://id.example.org/_matrix/identity/v2/validate/msisdn/submitToken";
    let request =
        submit_token::Request { sid: "sid-1", client_secret, token }.http(Destination::Url, uri);
    let got: validate_msisdn::v2::Request = arrives_at(uri, &request);
    assert_eq!((got.sid.as_str(), got.token.as_str()), ("sid-1", "123456"));
    assert_eq!(got.client_secret.as_str(), client_secret.as_str());
    for right in [true, false] {
        let answer = answered(validate_msisdn::v2::Response::new(right)).expect("a success");
        assert_eq!(submit_token::read(&answer), right);
    }
}

#[test]
fn msisdn_token_response_with_optional_msisdn() {
    let sid = "Az09.=_-".try_into().expect("a sid");
    let mut answer = request_3pid_management_token_via_msisdn::v3::Response::new(sid);
    answer.submit_url = Some("https://example.org/submit".to_owned());
    let got =
        request_3pid_token_via_email::read(&answered(answer).expect("a success")).expect("a sid");
    assert_eq!(
        (&*got.sid, got.submit_url.as_deref(), got.msisdn),
        ("Az09.=_-", Some("https://example.org/submit"), None)
    );
    // As Synapse passes it on from Sydent.
    for (msisdn, read) in [
        (r#""447700900001""#, Some("447700900001")),
        (r#""+44 7700 900001""#, None),
        ("447700900001", None),
        ("null", None),
    ] {
        let body = format!(r#"{{"success":true,"sid":"1","msisdn":{msisdn},"intl_fmt":"+44"}}"#);
        let got =
            request_3pid_token_via_email::read(&json::parse(&body).expect("JSON")).expect("a sid");
        assert_eq!(got.msisdn.as_deref(), read, "{msisdn}");
    }
}

#[test]
fn get_3pids_response_with_msisdn() {
    let at = MilliSecondsSinceUnixEpoch(1_u32.into());
    let address = "447700900001".to_owned();
    let entry = ThirdPartyIdentifierInit {
        address: address.clone(),
        medium: Medium::Msisdn,
        validated_at: at,
        added_at: at,
    };
    let answer =
        ruma_account::get_3pids::v3::Response::new(vec![ThirdPartyIdentifier::from(entry)]);
    let want = Threepid {
        medium: get_3pids::Medium::Msisdn,
        address,
        added_at: Some(1.0),
        validated_at: Some(1.0),
        shared: None,
        nth: 0,
    };
    assert_eq!(get_3pids::read(&answered(answer).expect("a success")), [want]);
}
