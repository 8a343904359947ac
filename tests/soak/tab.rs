//! A tab with an element: its state, and the requests that it has under way.

use matrix_threepids::matrix::get_3pids;
use matrix_threepids::matrix::{
    ClientSecret, Json, RequestError, delete_3pid, request_3pid_token_via_email,
};
use matrix_threepids::model::{
    ApiRequest, Effect, Input, ListRequest, Model, PageState, Request, RequestKey,
};

use crate::server::Fault;

/// A request that was sent.
pub struct UnderWay {
    /// When it is answered; never, while it waits for another tab.
    pub due: f64,
    /// The request.
    pub effect: Effect,
    /// What goes wrong with it.
    pub fault: Option<Fault>,
}

/// A tab.
pub struct Tab {
    /// The element.
    pub model: Model,
    /// What its clock was ahead of the world's when it was opened.
    pub base: f64,
    /// Requests.
    pub under_way: Vec<UnderWay>,
    /// When the page has another access token.
    pub renewed_at: f64,
    /// What it keeps.
    pub kept: Option<Json>,
    /// Whether somebody looks.
    pub is_visible: bool,
    /// What it sent in the last minute that nobody had asked for, and when.
    pub unasked: Vec<(f64, RequestKey)>,
}

impl Tab {
    /// One that is new, in a world whose clock is so far ahead.
    pub fn new(model: Model, base: f64) -> Tab {
        Tab {
            model,
            base,
            under_way: Vec::new(),
            renewed_at: f64::INFINITY,
            kept: None,
            is_visible: true,
            unasked: Vec::new(),
        }
    }

    /// What is told of whether somebody looks.
    pub fn presence(&self) -> Input {
        let here = self.is_visible;
        Input::PageStateChanged(PageState {
            visible: here,
            focused: here,
            offline: false,
            shown: true,
        })
    }

    /// When something is to be done without anybody's doing, by the world's time.
    pub fn next(&self) -> f64 {
        let answer = self.under_way.iter().map(|it| it.due).fold(f64::INFINITY, f64::min);
        let wake = self.model.next_timer().map_or(f64::INFINITY, |it| it - self.base);
        answer.min(wake).min(self.renewed_at)
    }

    /// Gives up the requests for these, and gives them back.
    pub fn give_up(&mut self, slots: &[RequestKey]) -> Vec<UnderWay> {
        let is = |it: &UnderWay| it.effect.request_key().is_some_and(|slot| slots.contains(&slot));
        let (gone, left) = std::mem::take(&mut self.under_way).into_iter().partition(is);
        self.under_way = left;
        gone
    }
}

/// An answer, as the element takes it.
pub fn input(effect: Effect, result: Result<Json, RequestError>, fresh: ClientSecret) -> Input {
    let sid = |body: Json| {
        request_3pid_token_via_email::read(&body)
            .ok_or(RequestError::InvalidResponse { status: 200 })
    };
    match effect {
        Effect::Request(Request::List(ListRequest::ReadList { number })) => {
            Input::ListLoaded { number, result: result.map(|body| get_3pids::read(&body)) }
        }
        Effect::Request(Request::Api(ApiRequest::RequestToken { id, .. })) => {
            Input::TokenResponded { id, result: result.and_then(sid) }
        }
        Effect::Request(Request::Api(ApiRequest::Add { id, .. })) => {
            Input::AddResponded { id, result: result.map(drop) }
        }
        Effect::Request(Request::Api(ApiRequest::SubmitCode { id, .. })) => {
            Input::CodeResponded { id, result: result.map(|body| body.is_true("success")) }
        }
        Effect::Request(Request::Api(ApiRequest::Delete { .. })) => {
            Input::DeleteResponded(result.map(|body| delete_3pid::parse_response(&body)))
        }
        Effect::Request(Request::Api(ApiRequest::ChangePassword { logout_devices, .. })) => {
            Input::PasswordChangeResponded { logout_devices, result: result.map(drop) }
        }
        Effect::Request(Request::Api(ApiRequest::RequestUiaToken { subject, .. })) => {
            Input::UiaTokenRequested { subject, secret: fresh, result: result.and_then(sid) }
        }
        Effect::Request(Request::List(ListRequest::ReadCapabilities(_))) => {
            Input::CapabilityLoaded(true)
        }
        Effect::Request(Request::DiscoverAccountManagement) => Input::ManagementUrlLoaded(None),
        other => panic!("this account has no use for {other:?}"),
    }
}
