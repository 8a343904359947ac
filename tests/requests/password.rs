//! The change of the password.

use matrix_threepids::matrix::change_password;
use matrix_threepids::matrix::uia::{DUMMY, EMAIL_IDENTITY, SecretText, StageAnswer};
use ruma_client_api::account::change_password as ruma;

use crate::{answered, arrives, auth, body, password, secret};

#[test]
fn change_password_request_with_logout_devices_and_auth() {
    let new_password = &SecretText("nöw \"\\ñ".to_owned());
    for logout_devices in [true, false] {
        let request = change_password::Request { new_password, logout_devices, auth: None }.http();
        let got: ruma::v3::Request = arrives(&request);
        assert_eq!(
            (&*got.new_password, got.logout_devices, got.auth.is_none()),
            (&*new_password.0, logout_devices, true)
        );
        // The default is said, too.
        assert_eq!(body(&request)["logout_devices"], logout_devices);
    }
    for answer in
        [password(Some("@alice:example.org")), StageAnswer::Stage(DUMMY), StageAnswer::SessionOnly]
    {
        let auth = auth(Some("s"), answer);
        let auth = Some(&auth);
        let request = change_password::Request { new_password, logout_devices: true, auth }.http();
        let got: ruma::v3::Request = arrives(&request);
        assert_eq!(got.auth.expect("an auth").session(), Some("s"));
        assert_eq!(&*got.new_password, &*new_password.0, "with each step");
    }
}

#[test]
fn forgotten_password_is_replaced_with_a_validated_address() {
    let new_password = &SecretText("a new one".to_owned());
    for session in [None, Some("s")] {
        let (stage, sid) = (EMAIL_IDENTITY, "sid-1".to_owned());
        let answer = StageAnswer::Threepid { stage, sid, client_secret: secret() };
        let auth = auth(session, answer);
        let auth = Some(&auth);
        let request = change_password::Request { new_password, logout_devices: false, auth }.http();
        let got: ruma::v3::Request = arrives(&request);
        let auth = got.auth.expect("an auth");
        assert_eq!(auth.session(), session);
        assert_eq!(body(&request)["auth"]["type"], EMAIL_IDENTITY);
        assert_eq!(body(&request)["auth"]["threepid_creds"]["sid"], "sid-1");
    }
}

#[test]
fn change_password_response() {
    assert!(answered(ruma::v3::Response::new()).is_ok());
}
