//! What the flow wants sent: the request of each effect, and the input that its
//! answer is.

use super::random;
use super::session::{Abort, Session};
use crate::flow::{Effect, Input};
use crate::matrix::{
    Failure, HttpRequest, Json, add, add_deprecated, capabilities, change_password, delete,
    request_email_token, request_msisdn_token, request_proof, submit_token, threepids,
};

/// Sends what an effect asks for; what came of it is the next input.
pub async fn perform(session: &Session, mut effect: Effect, abort: &Abort) -> Input {
    if let Effect::Discover = effect {
        return Input::Managed(session.discover().await);
    }
    if let Effect::RequestProof { secret: secret @ None, .. } = &mut effect {
        *secret = Some(random::client_secret());
    }
    let result = exchange(session, &mut effect, abort).await;
    match effect {
        Effect::ReadList { number } => {
            Input::ListRead { number, result: result.map(|body| threepids::read(&body)) }
        }
        Effect::RequestToken { id, .. } => {
            Input::TokenRequested { id, result: result.and_then(read_sid) }
        }
        Effect::RequestProof { subject, secret: Some(secret), .. } => {
            Input::ProofRequested { subject, secret, result: result.and_then(read_sid) }
        }
        Effect::SubmitProof { subject, .. } => {
            let result = result.map(|body| submit_token::read(&body));
            Input::ProofSubmitted { subject, result }
        }
        // What fails or is not there forbids nothing.
        Effect::ReadCapabilities(capability) => Input::MayChange(
            result.as_ref().map_or(true, |body| capabilities::allows(body, capability)),
        ),
        Effect::SubmitToken { id, .. } => {
            Input::Submitted { id, result: result.map(|body| submit_token::read(&body)) }
        }
        Effect::Add { id, .. } => Input::Added { id, result: result.map(drop) },
        Effect::Delete { .. } => Input::Deleted(result.map(|body| delete::read(&body))),
        Effect::ChangePassword { logout_devices, .. } => {
            Input::PasswordChanged { logout_devices, result: result.map(drop) }
        }
        // Not requests.
        Effect::RequestProof { secret: None, .. }
        | Effect::Discover
        | Effect::OpenPage(_)
        | Effect::Abort(_)
        | Effect::AbortDelete
        | Effect::Before(..)
        | Effect::Challenge { .. }
        | Effect::Emit(_)
        | Effect::Settle(..)
        | Effect::SettleAll(_)
        | Effect::Focus(_)
        | Effect::FillField(..)
        | Effect::SubmitDialog
        | Effect::TellOpened(_)
        | Effect::TellChanged
        | Effect::TidyAddress(_) => Input::Woke,
    }
}

async fn exchange(session: &Session, effect: &mut Effect, abort: &Abort) -> Result<Json, Failure> {
    if let Effect::Add { auth, .. }
    | Effect::Delete { auth, .. }
    | Effect::ChangePassword { auth, .. } = effect
    {
        session.complete(auth.as_mut(), abort).await?;
    }
    match effect {
        Effect::SubmitToken { url, sid, secret, code, .. }
        | Effect::SubmitProof { url, sid, secret, code, .. } => {
            let request = submit_token::Request { sid, client_secret: secret, token: code };
            session.submit(url, &request.http(), abort).await
        }
        effect => {
            let beside = matches!(effect, Effect::ReadCapabilities(_));
            session.send(&|| request(session, effect), beside, abort).await
        }
    }
}

/// The request that an effect asks for, as the server understands it.
fn request(session: &Session, effect: &Effect) -> HttpRequest {
    let id_server = session.id_server();
    match effect {
        Effect::RequestToken { dialled: Some(dialled), secret, attempt, next_link, .. } => {
            request_msisdn_token::Request {
                client_secret: secret,
                dialled,
                send_attempt: *attempt,
                next_link: next_link.as_deref(),
                id_server: id_server.as_deref(),
            }
            .http()
        }
        Effect::RequestToken { dialled: None, address, secret, attempt, next_link, .. } => {
            request_email_token::Request {
                client_secret: secret,
                email: address,
                send_attempt: *attempt,
                next_link: next_link.as_deref(),
                id_server: id_server.as_deref(),
            }
            .http()
        }
        Effect::RequestProof { phone, address, secret: Some(secret), attempt, .. } => {
            let (phone, send_attempt) = (*phone, *attempt);
            request_proof::Request { client_secret: secret, phone, address, send_attempt }.http()
        }
        Effect::Add { sid, secret, auth, .. } => {
            let auth = auth.as_ref();
            match &id_server {
                Some(id_server) => {
                    add_deprecated::Request { sid, client_secret: secret, id_server, auth }.http()
                }
                None => add::Request { sid, client_secret: secret, auth }.http(),
            }
        }
        Effect::Delete { medium, address, auth } => {
            delete::Request { medium: medium.as_str(), address, auth: auth.as_ref() }.http()
        }
        Effect::ChangePassword { new_password, logout_devices, auth } => {
            let (logout_devices, auth) = (*logout_devices, auth.as_ref());
            change_password::Request { new_password, logout_devices, auth }.http()
        }
        Effect::ReadCapabilities(_) => capabilities::request(),
        // The list, and what is no request.
        _ => threepids::request(),
    }
}

/// The answer to a request for a message.
fn read_sid(body: Json) -> Result<request_email_token::Response, Failure> {
    request_email_token::read(&body).ok_or(Failure::NotMatrix { status: 200 })
}
