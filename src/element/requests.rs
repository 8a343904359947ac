//! What the flow wants sent: the request of each effect, and the input that its
//! answer is.

use super::random;
use super::session::{Abort, Session};
use crate::flow::{Effect, Input, Purpose, Question, Wish};
use crate::matrix::identity::{hash_details, lookup, terms, validate};
use crate::matrix::{
    Failure, HttpRequest, Json, accepted_terms, add, add_deprecated, bind, capabilities, delete,
    request_email_token, request_msisdn_token, request_proof, submit_token, threepids, unbind,
};

/// Sends what an effect asks for; what came of it is the next input.
pub async fn perform(session: &Session, mut effect: Effect, abort: &Abort) -> Input {
    if let Effect::Discover = effect {
        return Input::Managed(session.discover().await);
    }
    if let Effect::RequestProof { secret: secret @ None, .. } = &mut effect {
        *secret = Some(random::client_secret());
    }
    if let Effect::Ask(Question::LookUp { algorithm, pepper, addresses }) = &mut effect
        && *algorithm == hash_details::Algorithm::Sha256
    {
        *addresses = session.identity.hash(addresses, pepper).await;
    }
    let result = exchange(session, &mut effect, abort).await;
    match effect {
        Effect::Ask(Question::LookUp { addresses, .. }) => {
            let user_id = session.user_id.borrow().clone().unwrap_or_default();
            Input::LookedUp(result.map(|body| lookup::read(&body, &addresses, &user_id)))
        }
        Effect::Ask(_) => Input::Told(result),
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
        Effect::ReadCapabilities => {
            Input::MayChange(result.as_ref().map_or(true, capabilities::may_change_threepids))
        }
        Effect::SubmitToken { id, .. } => {
            Input::Submitted { id, result: result.map(|body| submit_token::read(&body)) }
        }
        Effect::Add { id, .. } => Input::Added { id, result: result.map(drop) },
        Effect::Delete { .. } => Input::Deleted(result.map(|body| delete::read(&body))),
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

/// Where a request goes.
enum To {
    /// To the homeserver; if it knows nothing of it, that says nothing.
    HomeserverBeside,
    /// To the homeserver.
    Homeserver,
    /// To the homeserver, with the identity server's token in it.
    HomeserverForIdentity,
    /// To the identity server, with its token.
    Identity,
    /// To the identity server, without.
    IdentityOpenly,
    /// To where the server said.
    SubmitUrl,
}

fn destination(session: &Session, effect: &Effect) -> To {
    match effect {
        Effect::Ask(Question::Terms) => To::IdentityOpenly,
        Effect::Ask(Question::Accepted | Question::Keep(_)) | Effect::ReadCapabilities => {
            To::HomeserverBeside
        }
        Effect::Ask(Question::Accept(_) | Question::HashDetails | Question::LookUp { .. })
        | Effect::RequestToken { purpose: Purpose::Share(_), .. }
        | Effect::SubmitToken { purpose: Purpose::Share(_), .. } => To::Identity,
        // Old ones know of no such token.
        Effect::Add { purpose: Purpose::Share(_), .. } if session.id_server().is_none() => {
            To::HomeserverForIdentity
        }
        Effect::SubmitToken { .. } | Effect::SubmitProof { .. } => To::SubmitUrl,
        _ => To::Homeserver,
    }
}

async fn exchange(session: &Session, effect: &mut Effect, abort: &Abort) -> Result<Json, Failure> {
    if let Effect::Add { auth, .. } | Effect::Delete { auth, .. } = effect {
        session.complete(auth.as_mut(), abort).await?;
    }
    let mut user_id = String::new();
    if let Effect::Ask(Question::Accepted | Question::Keep(_) | Question::LookUp { .. }) = effect {
        user_id = session.known_user_id(abort).await?;
    }
    let mut renewed = false;
    loop {
        let to = destination(session, effect);
        let token = match to {
            To::Identity | To::HomeserverForIdentity => session.identity_token(abort).await?,
            To::HomeserverBeside | To::Homeserver | To::IdentityOpenly | To::SubmitUrl => {
                String::new()
            }
        };
        let make = || request(session, effect, &user_id, &token);
        let result = match (to, &*effect) {
            (To::SubmitUrl, Effect::SubmitToken { url, .. } | Effect::SubmitProof { url, .. }) => {
                session.submit(url, &make(), abort).await
            }
            (To::Identity | To::IdentityOpenly, _) => {
                let request = make();
                let url = session.identity.url(&request.path);
                let token = Some(&*token).filter(|it| !it.is_empty());
                session.send_to(&url, &request, token, abort).await
            }
            (to, _) => session.send(&make, matches!(to, To::HomeserverBeside), abort).await,
        };
        // One of our own is got anew, once.
        match result {
            Err(failure)
                if failure.is_of_identity_token()
                    && !token.is_empty()
                    && !renewed
                    && session.identity.forget() =>
            {
                renewed = true;
            }
            result => return result,
        }
    }
}

/// The request that an effect asks for, as the server understands it.
fn request(session: &Session, effect: &Effect, user_id: &str, token: &str) -> HttpRequest {
    let id_server = session.id_server();
    let identity_server = session.identity_server.borrow();
    let identity_server = identity_server.as_deref();
    match effect {
        Effect::RequestToken {
            purpose,
            dialled: Some(dialled),
            secret,
            attempt,
            next_link,
            ..
        } => {
            let request = request_msisdn_token::Request {
                client_secret: secret,
                dialled,
                send_attempt: *attempt,
                next_link: next_link.as_deref(),
                id_server: id_server.as_deref().filter(|_| *purpose == Purpose::Add),
            };
            match purpose {
                Purpose::Add => request.http(),
                Purpose::Share(_) => validate::msisdn(&request),
            }
        }
        Effect::RequestToken {
            purpose,
            dialled: None,
            address,
            secret,
            attempt,
            next_link,
            ..
        } => {
            let request = request_email_token::Request {
                client_secret: secret,
                email: address,
                send_attempt: *attempt,
                next_link: next_link.as_deref(),
                id_server: id_server.as_deref().filter(|_| *purpose == Purpose::Add),
            };
            match purpose {
                Purpose::Add => request.http(),
                Purpose::Share(_) => validate::email(&request),
            }
        }
        Effect::RequestProof { phone, address, secret: Some(secret), attempt, .. } => {
            let (phone, send_attempt) = (*phone, *attempt);
            request_proof::Request { client_secret: secret, phone, address, send_attempt }.http()
        }
        Effect::SubmitToken { url, sid, secret, code, .. }
        | Effect::SubmitProof { url, sid, secret, code, .. } => {
            let request = submit_token::Request { sid, client_secret: secret, token: code };
            // Only the identity server's is a path.
            HttpRequest { path: url.clone().into(), ..request.http() }
        }
        Effect::Add { purpose, sid, secret, auth, .. } => {
            let (auth, client_secret) = (auth.as_ref(), secret);
            match (purpose, &id_server) {
                (purpose, Some(id_server)) => {
                    let bind = *purpose != Purpose::Add;
                    add_deprecated::Request { sid, client_secret, id_server, bind, auth }.http()
                }
                (Purpose::Add, None) => add::Request { sid, client_secret, auth }.http(),
                (Purpose::Share(id_server), None) => {
                    let id_access_token = token;
                    bind::Request { sid, client_secret, id_server, id_access_token, auth }.http()
                }
            }
        }
        Effect::Delete { wish, shared, medium, address, auth } => {
            let request = delete::Request {
                medium: medium.as_str(),
                address,
                id_server: identity_server.filter(|_| *shared),
                auth: auth.as_ref(),
            };
            match wish {
                Wish::Remove => request.http(),
                Wish::Unshare => unbind::http(&request),
            }
        }
        Effect::ReadCapabilities => capabilities::request(),
        Effect::Ask(Question::Terms) => terms::request(),
        Effect::Ask(Question::Accepted) => accepted_terms::get(user_id),
        Effect::Ask(Question::Accept(urls)) => terms::accept(urls),
        Effect::Ask(Question::Keep(content)) => accepted_terms::put(user_id, content),
        Effect::Ask(Question::HashDetails) => hash_details::request(),
        Effect::Ask(Question::LookUp { algorithm, pepper, addresses }) => {
            lookup::Request { algorithm: *algorithm, pepper, addresses }.http()
        }
        // The list, and what is no request.
        _ => threepids::request(),
    }
}

/// The answer to a request for a message.
fn read_sid(body: Json) -> Result<request_email_token::Response, Failure> {
    request_email_token::read(&body).ok_or(Failure::NotMatrix { status: 200 })
}
