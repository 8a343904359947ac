//! Executes requests: from a request of the model to the HTTP request, and from
//! the response to the input.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use super::identity_client::hash;
use super::list_requests::to_input as to_list_input;
use super::matrix_client::{Abort, MatrixClient, Preparation};
use super::random;
use crate::matrix::identity_service::{hash_details, lookup, register, request_token, terms};
use crate::matrix::uia::StageAnswer;
use crate::matrix::{
    ClientSecret, Destination, Errcode, HttpRequest, Json, RequestError, accepted_terms, add_3pid,
    add_3pid_r0, bind_3pid, capabilities, change_password, delete_3pid, get_3pids,
    request_3pid_token_via_email, request_3pid_token_via_msisdn, request_openid_token,
    request_password_change_token, submit_token, unbind_3pid,
};
use crate::model::{
    ApiRequest, IdentityRequest, Input, ListRequest, Purpose, RemovalKind, Request,
};

/// Values of a request that only the browser or the client knows.
struct Context {
    /// Hashes of the addresses of a lookup, in the same order.
    hashes: Vec<String>,
    /// Client secret for a new validation session.
    new_secret: OnceCell<ClientSecret>,
    /// True if the server does not know `account/3pid/add`.
    uses_deprecated_add: Cell<bool>,
}

impl Context {
    /// Client secret of a request: this one, or a new one.
    fn secret<'a>(&'a self, known: &'a Option<ClientSecret>) -> &'a ClientSecret {
        known.as_ref().unwrap_or_else(|| self.new_secret.get_or_init(random::client_secret))
    }
}

/// Step of a request that needs an access token of the identity server.
enum Step {
    /// Requests an OpenID token of the homeserver.
    RequestOpenIdToken,
    /// Registers at the identity server with this OpenID token.
    Register(Json),
    /// Sends the request, with this access token of the identity server.
    Send(String),
}

/// Sends a request and converts its response to an input.
pub async fn execute(client: &Rc<MatrixClient>, request: Request, abort: &Abort) -> Input {
    match request {
        Request::List(request) => send_list_request(client, request, abort).await,
        Request::DiscoverAccountManagement => Input::ManagementUrlLoaded(client.discover().await),
        Request::Api(mut request) => {
            let mut hashes = Vec::new();
            if let ApiRequest::Identity(IdentityRequest::Lookup { hash_details, addresses }) =
                &request
            {
                hashes = hash(&client.bridge, addresses, &hash_details.pepper).await;
            }
            let context = Context {
                hashes,
                new_secret: OnceCell::new(),
                uses_deprecated_add: Cell::default(),
            };
            let result = send(client, &mut request, &context, abort).await;
            to_input(client, &request, &context, result)
        }
    }
}

async fn send_list_request(
    client: &Rc<MatrixClient>,
    request: ListRequest,
    abort: &Abort,
) -> Input {
    let (make, preparation): (fn() -> HttpRequest, _) = match request {
        ListRequest::ReadList { .. } => (get_3pids::request, Preparation::AccountAndVersion),
        ListRequest::ReadCapabilities(_) => (capabilities::request, Preparation::Account),
    };
    match (client.send(&make, None, preparation, abort).await, request) {
        (Ok(body), request) => to_list_input(&request, &body),
        (Err(error), ListRequest::ReadList { number }) => {
            Input::ListLoaded { number, result: Err(error) }
        }
        // An error forbids nothing.
        (Err(_), ListRequest::ReadCapabilities(_)) => Input::CapabilityLoaded(true),
    }
}

async fn send(
    client: &Rc<MatrixClient>,
    request: &mut ApiRequest,
    context: &Context,
    abort: &Abort,
) -> Result<Json, RequestError> {
    let is_identity_request = matches!(request, ApiRequest::Identity(_));
    let destination = http_request(client, request, context, "").destination;
    // `bind` has the token in its body. Homeservers that need an identity server
    // do not know it.
    let binds = matches!(request, ApiRequest::Add { purpose: Purpose::Share, .. })
        && client.id_server().is_none();
    let needs_token = binds
        || destination == Destination::IdentityServer
            && !matches!(request, ApiRequest::Identity(IdentityRequest::GetTerms));
    let user_id = missing_user_id(request);
    if needs_token || is_identity_request || user_id.is_some() {
        let known = client.user_id(abort).await?;
        if let Some(user_id) = user_id {
            *user_id = known;
        }
    }
    let first_step = |token: Option<String>| token.map_or(Step::RequestOpenIdToken, Step::Send);
    let mut step = match needs_token {
        true => first_step(client.identity.token()),
        false => Step::Send(String::new()),
    };
    let mut renewed = false;
    loop {
        let make = || match &step {
            Step::RequestOpenIdToken => {
                request_openid_token::request(&client.known_user_id().unwrap_or_default())
            }
            Step::Register(openid_token) => register::request(openid_token),
            Step::Send(token) => http_request(client, request, context, token),
        };
        let (token, preparation) = match &step {
            Step::RequestOpenIdToken | Step::Register(_) => (None, Preparation::Account),
            Step::Send(token) if !is_identity_request => {
                (Some(&**token), Preparation::AccountAndVersion)
            }
            Step::Send(token) => (Some(&**token), Preparation::Account),
        };
        let token = token.filter(|_| needs_token);
        let result = client.send(&make, token, preparation, abort).await;
        step = match step {
            Step::RequestOpenIdToken => Step::Register(result?),
            Step::Register(_) => Step::Send(client.identity.register(&result?)?),
            Step::Send(_) => match result {
                // A token that the element has requested is renewed once.
                Err(error)
                    if needs_token
                        && !renewed
                        && error.is_invalid_identity_token()
                        && client.identity.forget() =>
                {
                    renewed = true;
                    Step::RequestOpenIdToken
                }
                Err(error)
                    if error.errcode() == Some(&Errcode::Unrecognized)
                        && matches!(request, ApiRequest::Add { purpose: Purpose::Add, .. })
                        && client.id_server().is_none()
                        && !context.uses_deprecated_add.get() =>
                {
                    context.uses_deprecated_add.set(true);
                    Step::Send(String::new())
                }
                result => return result,
            },
        };
    }
}

/// The missing user of a password stage.
fn missing_user_id(request: &mut ApiRequest) -> Option<&mut Option<String>> {
    let (ApiRequest::Add { auth, .. }
    | ApiRequest::Delete { auth, .. }
    | ApiRequest::ChangePassword { auth, .. }) = request
    else {
        return None;
    };
    match &mut auth.as_mut()?.answer {
        StageAnswer::Password { user_id: user_id @ None, .. } => Some(user_id),
        _ => None,
    }
}

/// Input for the response of a request.
fn to_input(
    client: &MatrixClient,
    request: &ApiRequest,
    context: &Context,
    result: Result<Json, RequestError>,
) -> Input {
    match request {
        ApiRequest::RequestToken { id, purpose, secret, .. } => {
            let result = result.and_then(read_sid);
            let result = match purpose {
                Purpose::Add | Purpose::Share => result,
                Purpose::Reset => {
                    request_password_change_token::hide_unknown_address(result, secret)
                }
            };
            Input::TokenResponded { id: *id, result }
        }
        ApiRequest::Add { id, .. } => Input::AddResponded { id: *id, result: result.map(drop) },
        ApiRequest::SubmitCode { id, .. } => {
            Input::CodeResponded { id: *id, result: result.map(|body| submit_token::read(&body)) }
        }
        ApiRequest::Delete { .. } => {
            Input::DeleteResponded(result.map(|body| delete_3pid::parse_response(&body)))
        }
        ApiRequest::ChangePassword { logout_devices, .. } => {
            let logout_devices = *logout_devices;
            Input::PasswordChangeResponded { logout_devices, result: result.map(drop) }
        }
        ApiRequest::RequestUiaToken { subject, secret, .. } => {
            let secret = context.secret(secret).clone();
            let result = result.and_then(read_sid);
            Input::UiaTokenRequested { subject: *subject, secret, result }
        }
        ApiRequest::SubmitUiaToken { subject, .. } => {
            let result = result.map(|body| submit_token::read(&body));
            Input::UiaTokenSubmitted { subject: *subject, result }
        }
        ApiRequest::Identity(IdentityRequest::Lookup { addresses, .. }) => {
            let user_id = client.known_user_id().unwrap_or_default();
            let hashes = &context.hashes;
            Input::LookupResponded(
                result.map(|body| lookup::read(&body, addresses, hashes, &user_id)),
            )
        }
        ApiRequest::Identity(
            IdentityRequest::GetTerms
            | IdentityRequest::GetAcceptedTerms
            | IdentityRequest::AcceptTerms(_)
            | IdentityRequest::StoreAcceptedTerms(_)
            | IdentityRequest::GetHashDetails,
        ) => Input::IdentityResponded(result),
    }
}

/// HTTP request of a request. `token` is the access token of the identity server.
fn http_request(
    client: &MatrixClient,
    request: &ApiRequest,
    context: &Context,
    token: &str,
) -> HttpRequest {
    let user_id = client.known_user_id();
    let user_id = user_id.as_deref().unwrap_or_default();
    let id_server = client.id_server();
    let identity_server = client.identity.server_name.as_deref();
    match request {
        ApiRequest::RequestToken {
            purpose, address, phone, secret, attempt, next_link, ..
        } => {
            let (client_secret, send_attempt) = (secret, *attempt);
            let id_server = id_server.filter(|_| *purpose == Purpose::Add);
            let next_link = next_link.as_deref();
            let request = match phone {
                Some(phone) => request_3pid_token_via_msisdn::Request {
                    client_secret,
                    phone,
                    send_attempt,
                    next_link,
                    id_server,
                }
                .http(),
                None => request_3pid_token_via_email::Request {
                    client_secret,
                    email: address,
                    send_attempt,
                    next_link,
                    id_server,
                }
                .http(),
            };
            match purpose {
                Purpose::Add => request,
                Purpose::Share => request_token::for_identity_server(request, phone.is_some()),
                Purpose::Reset => {
                    let phone = phone.is_some();
                    request_password_change_token::Request {
                        client_secret,
                        phone,
                        address,
                        send_attempt,
                    }
                    .http()
                }
            }
        }
        ApiRequest::RequestUiaToken { phone, address, secret, attempt, .. } => {
            let (phone, send_attempt) = (*phone, *attempt);
            request_password_change_token::Request {
                client_secret: context.secret(secret),
                phone,
                address,
                send_attempt,
            }
            .http()
        }
        ApiRequest::SubmitCode { purpose, url, sid, secret, code, .. } => {
            let request = submit_token::Request { sid, client_secret: secret, token: code };
            let destination = match purpose {
                Purpose::Add | Purpose::Reset => Destination::Url,
                Purpose::Share => Destination::IdentityServer,
            };
            request.http(destination, url)
        }
        ApiRequest::SubmitUiaToken { url, sid, secret, code, .. } => {
            let request = submit_token::Request { sid, client_secret: secret, token: code };
            request.http(Destination::Url, url)
        }
        ApiRequest::Add { purpose, sid, secret, auth, .. } => {
            let (auth, client_secret) = (auth.as_ref(), secret);
            match purpose {
                _ if id_server.is_some() || context.uses_deprecated_add.get() => {
                    let (id_server, bind) = (identity_server, *purpose == Purpose::Share);
                    add_3pid_r0::Request { sid, client_secret, id_server, bind, auth }.http()
                }
                // A reset adds nothing.
                Purpose::Add | Purpose::Reset => {
                    add_3pid::Request { sid, client_secret, auth }.http()
                }
                Purpose::Share => {
                    let id_server = identity_server.unwrap_or_default();
                    let id_access_token = token;
                    bind_3pid::Request { sid, client_secret, id_server, id_access_token, auth }
                        .http()
                }
            }
        }
        ApiRequest::Delete { kind, is_bound, medium, address, auth } => {
            let request = delete_3pid::Request {
                medium: medium.as_str(),
                address,
                id_server: identity_server.filter(|_| *is_bound),
                auth: auth.as_ref(),
            };
            match kind {
                RemovalKind::Remove => request.http(),
                RemovalKind::Unbind => unbind_3pid::http(&request),
            }
        }
        ApiRequest::Identity(IdentityRequest::GetTerms) => terms::request(),
        ApiRequest::Identity(IdentityRequest::GetAcceptedTerms) => {
            accepted_terms::get_request(user_id)
        }
        ApiRequest::Identity(IdentityRequest::AcceptTerms(urls)) => terms::accept(urls),
        ApiRequest::Identity(IdentityRequest::StoreAcceptedTerms(content)) => {
            accepted_terms::put_request(user_id, content)
        }
        ApiRequest::Identity(IdentityRequest::GetHashDetails) => hash_details::request(),
        ApiRequest::Identity(IdentityRequest::Lookup { hash_details: details, .. }) => {
            lookup::Request { details, addresses: &context.hashes }.http()
        }
        ApiRequest::ChangePassword { new_password, logout_devices, auth } => {
            let (logout_devices, auth) = (*logout_devices, auth.as_ref());
            change_password::Request { new_password, logout_devices, auth }.http()
        }
    }
}

/// Parses the response of a token request.
fn read_sid(body: Json) -> Result<request_3pid_token_via_email::Response, RequestError> {
    request_3pid_token_via_email::read(&body).ok_or(RequestError::InvalidResponse { status: 200 })
}
