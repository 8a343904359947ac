//! Requests of effects, and the inputs that their responses become.

use std::rc::Rc;

use super::identity_client::hash;
use super::matrix_client::{Abort, Destination, MatrixClient};
use super::random;
use crate::matrix::identity_service::{hash_details, lookup, register, request_token, terms};
use crate::matrix::uia::StageAnswer;
use crate::matrix::{
    HttpRequest, Json, RequestError, accepted_terms, add_3pid, add_3pid_r0, bind_3pid,
    capabilities, change_password, delete_3pid, get_3pids, request_3pid_token_via_email,
    request_3pid_token_via_msisdn, request_openid_token, request_password_change_token,
    submit_token, unbind_3pid,
};
use crate::model::{Effect, IdentityRequest, Input, Purpose, RemovalKind};

/// Executes a request effect and converts its response to an input.
pub async fn execute(session: &Rc<MatrixClient>, mut effect: Effect, abort: &Abort) -> Input {
    if let Effect::DiscoverAccountManagement = effect {
        return Input::ManagementUrlLoaded(session.discover().await);
    }
    if let Effect::RequestUiaToken { secret: secret @ None, .. } = &mut effect {
        *secret = Some(random::client_secret());
    }
    let mut disguised = Vec::new();
    if let Effect::IdentityRequest(IdentityRequest::Lookup { hash_details: details, addresses }) =
        &effect
    {
        disguised = hash(&session.hooks, addresses, &details.pepper).await;
    }
    let result = exchange(session, &mut effect, &disguised, abort).await;
    to_input(session, &effect, &disguised, result)
}

/// Input for the response of an effect.
fn to_input(
    session: &MatrixClient,
    effect: &Effect,
    disguised: &[String],
    result: Result<Json, RequestError>,
) -> Input {
    match effect {
        Effect::IdentityRequest(IdentityRequest::Lookup { addresses, .. }) => {
            let user_id = session.known_user_id().unwrap_or_default();
            Input::LookupResponded(
                result.map(|body| lookup::read(&body, addresses, disguised, &user_id)),
            )
        }
        Effect::IdentityRequest(_) => Input::IdentityResponded(result),
        Effect::ReadList { number } => {
            Input::ListLoaded { number: *number, result: result.map(|body| get_3pids::read(&body)) }
        }
        Effect::RequestToken { id, .. } => {
            Input::TokenResponded { id: *id, result: result.and_then(read_sid) }
        }
        Effect::RequestUiaToken { subject, secret: Some(secret), .. } => {
            let (subject, secret) = (*subject, secret.clone());
            Input::UiaTokenRequested { subject, secret, result: result.and_then(read_sid) }
        }
        Effect::SubmitUiaToken { subject, .. } => {
            let result = result.map(|body| submit_token::read(&body));
            Input::UiaTokenSubmitted { subject: *subject, result }
        }
        // What fails or is not there forbids nothing.
        Effect::ReadCapabilities(capability) => Input::CapabilityLoaded(
            result.as_ref().map_or(true, |body| capabilities::is_enabled(body, *capability)),
        ),
        Effect::SubmitToken { id, .. } => {
            Input::CodeResponded { id: *id, result: result.map(|body| submit_token::read(&body)) }
        }
        Effect::Add { id, .. } => Input::AddResponded { id: *id, result: result.map(drop) },
        Effect::Delete { .. } => {
            Input::DeleteResponded(result.map(|body| delete_3pid::parse_response(&body)))
        }
        Effect::ChangePassword { logout_devices, .. } => {
            let logout_devices = *logout_devices;
            Input::PasswordChangeResponded { logout_devices, result: result.map(drop) }
        }
        // Not requests.
        Effect::RequestUiaToken { secret: None, .. }
        | Effect::DiscoverAccountManagement
        | Effect::OpenFallbackPage(_)
        | Effect::Abort(_)
        | Effect::AbortDelete
        | Effect::ConfirmWithHost(..)
        | Effect::OfferChallengeToHost { .. }
        | Effect::EmitEvent(_)
        | Effect::SettlePromise(..)
        | Effect::RejectAllPromises(_)
        | Effect::Focus(_)
        | Effect::SetFieldValue(..)
        | Effect::SubmitDialog
        | Effect::BroadcastLinkOpened(_)
        | Effect::BroadcastListChanged
        | Effect::RemoveSidFromUrl(_) => Input::TimerFired,
    }
}

async fn exchange(
    session: &Rc<MatrixClient>,
    effect: &mut Effect,
    disguised: &[String],
    abort: &Abort,
) -> Result<Json, RequestError> {
    let identity = &session.identity;
    let asks = matches!(effect, Effect::IdentityRequest(_));
    let beside = asks || matches!(effect, Effect::ReadCapabilities(_));
    // Where the server said, without the access token.
    let is_code = matches!(
        effect,
        Effect::SubmitToken { purpose: Purpose::Add, .. } | Effect::SubmitUiaToken { .. }
    );
    // Its token is in the body; old homeservers know of none.
    let binds = matches!(effect, Effect::Add { purpose: Purpose::Share, .. })
        && session.id_server().is_none();
    let to_identity = !is_code && identity.has(&request(session, effect, disguised, "").path);
    let needs_token = binds
        || (to_identity && !matches!(effect, Effect::IdentityRequest(IdentityRequest::GetTerms)));
    let unnamed = lacks_user_id(effect);
    if needs_token || asks || unnamed.is_some() {
        let user_id = session.user_id(abort).await?;
        if let Some(unnamed) = unnamed {
            *unnamed = user_id;
        }
    }
    // The step before getting a token: what vouches for the person.
    let mut openid = None;
    let mut renewed = false;
    loop {
        let token = if needs_token { identity.token() } else { None };
        // Without it, that is got first.
        let gets_token = needs_token && token.is_none();
        let make = || match &openid {
            _ if !gets_token => {
                request(session, effect, disguised, token.as_deref().unwrap_or_default())
            }
            None => request_openid_token::request(&session.known_user_id().unwrap_or_default()),
            Some(openid) => register::request(openid),
        };
        let path = make().path;
        let to = if is_code {
            if !submit_token::is_safe(&path, &session.homeserver) {
                return Err(RequestError::InsecureUrl);
            }
            Destination::Url(path.into_owned(), None)
        } else if identity.has(&path) {
            Destination::Url(identity.url(&path), token.clone())
        } else {
            Destination::Homeserver { skip_version_probe: beside || gets_token }
        };
        let result = session.send(&make, &to, abort).await;
        if gets_token {
            let body = result?;
            match to {
                Destination::Homeserver { .. } | Destination::Whoami => openid = Some(body),
                Destination::Url(..) => identity.register(&body)?,
            }
            continue;
        }
        // One of our own is got anew, once.
        match result {
            Err(failure)
                if needs_token
                    && !renewed
                    && failure.is_invalid_identity_token()
                    && identity.forget() =>
            {
                renewed = true;
                openid = None;
            }
            result => return result,
        }
    }
}

/// Authentication whose user is not filled in yet.
fn lacks_user_id(effect: &mut Effect) -> Option<&mut Option<String>> {
    let (Effect::Add { auth, .. }
    | Effect::Delete { auth, .. }
    | Effect::ChangePassword { auth, .. }) = effect
    else {
        return None;
    };
    match &mut auth.as_mut()?.answer {
        StageAnswer::Password { user_id: user_id @ None, .. } => Some(user_id),
        _ => None,
    }
}

/// HTTP request of an effect.
fn request(
    session: &MatrixClient,
    effect: &Effect,
    disguised: &[String],
    token: &str,
) -> HttpRequest {
    let user_id = session.known_user_id();
    let user_id = user_id.as_deref().unwrap_or_default();
    let id_server = session.id_server();
    let identity_server = session.identity.server_name.as_deref();
    match effect {
        Effect::RequestToken {
            purpose,
            address,
            phone: dialled,
            secret,
            attempt,
            next_link,
            ..
        } => {
            let (client_secret, send_attempt) = (secret, *attempt);
            let id_server = id_server.filter(|_| *purpose == Purpose::Add);
            let next_link = next_link.as_deref();
            let request = match dialled {
                Some(dialled) => request_3pid_token_via_msisdn::Request {
                    client_secret,
                    phone: dialled,
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
                Purpose::Share => request_token::for_identity_server(request, dialled.is_some()),
            }
        }
        Effect::RequestUiaToken { phone, address, secret: Some(secret), attempt, .. } => {
            let (phone, send_attempt) = (*phone, *attempt);
            request_password_change_token::Request {
                client_secret: secret,
                phone,
                address,
                send_attempt,
            }
            .http()
        }
        Effect::SubmitToken { url, sid, secret, code, .. }
        | Effect::SubmitUiaToken { url, sid, secret, code, .. } => {
            let request = submit_token::Request { sid, client_secret: secret, token: code };
            // Only the identity server's is a path.
            HttpRequest { path: url.clone().into(), ..request.http() }
        }
        Effect::Add { purpose, sid, secret, auth, .. } => {
            let (auth, client_secret) = (auth.as_ref(), secret);
            match (purpose, id_server) {
                (purpose, Some(id_server)) => {
                    let bind = *purpose == Purpose::Share;
                    add_3pid_r0::Request { sid, client_secret, id_server, bind, auth }.http()
                }
                (Purpose::Add, None) => add_3pid::Request { sid, client_secret, auth }.http(),
                (Purpose::Share, None) => {
                    let id_server = identity_server.unwrap_or_default();
                    let id_access_token = token;
                    bind_3pid::Request { sid, client_secret, id_server, id_access_token, auth }
                        .http()
                }
            }
        }
        Effect::Delete { kind: wish, is_bound: shared, medium, address, auth } => {
            let request = delete_3pid::Request {
                medium: medium.as_str(),
                address,
                id_server: identity_server.filter(|_| *shared),
                auth: auth.as_ref(),
            };
            match wish {
                RemovalKind::Remove => request.http(),
                RemovalKind::Unbind => unbind_3pid::http(&request),
            }
        }
        Effect::IdentityRequest(IdentityRequest::GetTerms) => terms::request(),
        Effect::IdentityRequest(IdentityRequest::GetAcceptedTerms) => {
            accepted_terms::get_request(user_id)
        }
        Effect::IdentityRequest(IdentityRequest::AcceptTerms(urls)) => terms::accept(urls),
        Effect::IdentityRequest(IdentityRequest::StoreAcceptedTerms(content)) => {
            accepted_terms::put_request(user_id, content)
        }
        Effect::IdentityRequest(IdentityRequest::GetHashDetails) => hash_details::request(),
        Effect::IdentityRequest(IdentityRequest::Lookup { hash_details: details, .. }) => {
            lookup::Request { details, addresses: disguised }.http()
        }
        Effect::ChangePassword { new_password, logout_devices, auth } => {
            let (logout_devices, auth) = (*logout_devices, auth.as_ref());
            change_password::Request { new_password, logout_devices, auth }.http()
        }
        Effect::ReadCapabilities(_) => capabilities::request(),
        // The list, and what is no request.
        _ => get_3pids::request(),
    }
}

/// Parses the response of a token request.
fn read_sid(body: Json) -> Result<request_3pid_token_via_email::Response, RequestError> {
    request_3pid_token_via_email::read(&body).ok_or(RequestError::InvalidResponse { status: 200 })
}
