//! `POST /_matrix/client/v3/account/3pid/unbind`: have an identity server tell
//! nobody any more whose address it is. It stays on the account.
//!
//! Spec: <https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3account3pidunbind>

use super::{HttpRequest, delete_3pid};

/// Creates the HTTP request. Members and response are those of a removal.
pub fn http(request: &delete_3pid::Request) -> HttpRequest {
    HttpRequest { path: "account/3pid/unbind".into(), ..request.http() }
}
