//! The change of the password.

use matrix_threepids::matrix::change_password;
use matrix_threepids::matrix::uia::{DUMMY, SecretText, StageAnswer};
use ruma_client_api::account::change_password as ruma;

use crate::{answered, arrives, auth, body, password};

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
fn change_password_response() {
    assert!(answered(ruma::v3::Response::new()).is_ok());
}
