//! Too many requests: counted down, and over by itself.

use matrix_threepids::model::{
    Effect, Initiator, Input, ListRequest, PageState, Request, ResendState, Section, Status,
};

use crate::harness::*;
use crate::response_table::*;

const SEEN: PageState = PageState { visible: true, focused: false, offline: false, shown: true };

/// Up to the request in question, which somebody waits for.
fn seen(waits: Waits) -> Stage {
    let mut stage = Stage::set(waits);
    if matches!(waits, Waits::FirstList | Waits::List) {
        stage.feed(Input::PageStateChanged(SEEN));
    }
    stage
}

#[test]
fn rate_limit_counts_down_and_ends_in_every_state() {
    let limit = r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500}"#;
    for waits in ALL {
        for late in [0.0, 700.0, 1e9] {
            let mut stage = seen(waits);
            stage.answer(waits, Err(failure(429, limit)));
            let mut now = NOW;
            while let Some(at) = stage.model.next_timer().filter(|_| now < NOW + 2500.0) {
                assert!(at > now && at <= now + 1000.0, "the figure counts down each second");
                now = at;
                stage.effects = stage.model.update(now, Input::TimerFired);
            }
            assert_eq!(now, NOW + 2500.0);
            assert!(!stage.phase(waits).contains("RateLimited"), "{}", stage.phase(waits));
            match waits {
                Waits::FirstList | Waits::List => assert_eq!(stage.requests().len(), 1),
                _ => assert_eq!(stage.model.status, Some(Status::RateLimitExpired), "{waits:?}"),
            }

            // Something else happening at that moment does not hide it.
            let mut stage = seen(waits);
            stage.answer(waits, Err(failure(429, limit)));
            stage.model.update(NOW + 2500.0 + late, Input::HostDecidedAdd(Section::Emails, true));
            assert!(!stage.phase(waits).contains("RateLimited"), "{}", stage.phase(waits));
        }
    }
}

#[test]
fn zero_rate_limits_double_from_one_second_to_five_minutes() {
    let limit = r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":0}"#;
    for waits in ALL {
        let mut stage = seen(waits);
        stage.answer(waits, Err(failure(429, limit)));
        assert_eq!(stage.model.next_timer(), Some(NOW + 1000.0));
        stage.model.update(NOW + 1000.0, Input::TimerFired);
        assert!(!stage.phase(waits).contains("RateLimited"), "{}", stage.phase(waits));
    }
    let mut stage = seen(Waits::List);
    for seconds in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0] {
        stage.answer(Waits::List, Err(failure(429, limit)));
        let over = NOW + seconds * 1000.0;
        assert_eq!(stage.model.list.problem().and_then(|it| it.retry_at()), Some(over));
        let effects = stage.model.update(over, Input::TimerFired);
        let read = effects.iter().find_map(|effect| match effect {
            Effect::Request(Request::List(ListRequest::ReadList { number })) => Some(*number),
            _ => None,
        });
        stage.list = read.expect("the list is read again");
    }
}

#[test]
fn rate_limit_blocks_submit() {
    let mut stage = seen(Waits::Form);
    stage.answer(Waits::Form, Err(failure(429, r#"{"errcode":"M_LIMIT_EXCEEDED"}"#)));
    let (address, secret) = ("dora@example.org".to_owned(), secret(9));
    stage.feed(Input::AddEmail { address, secret, initiator: Initiator::User });
    assert!(stage.effects.is_empty());
    assert!(stage.phase(Waits::Form).contains("RateLimited"));
}

#[test]
fn list_reload_after_rate_limit_waits_for_visible_page() {
    let limit = r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500}"#;
    for waits in [Waits::FirstList, Waits::List] {
        let mut stage = seen(waits);
        stage.answer(waits, Err(failure(429, limit)));
        let away = PageState { visible: false, ..SEEN };
        stage.model.update(NOW, Input::PageStateChanged(away));
        assert_eq!(stage.model.next_timer().filter(|at| *at < NOW + 60_000.0), None);
        assert!(stage.model.update(NOW + 9000.0, Input::TimerFired).is_empty());
        let effects = stage.model.update(NOW + 9500.0, Input::PageStateChanged(SEEN));
        let read = effects
            .iter()
            .filter(|it| matches!(it, Effect::Request(Request::List(ListRequest::ReadList { .. }))))
            .count();
        assert_eq!(read, 1, "{waits:?}");
    }
}

#[test]
fn resend_and_continue_rate_limits_end_independently() {
    let mut stage = Stage::set(Waits::Continue);
    let limit = |ms: u32| {
        Err(failure(429, &format!(r#"{{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":{ms}}}"#)))
    };
    stage.feed(Input::Resend(stage.id, secret(7)));
    stage.answer(Waits::Resend, limit(10_000));
    stage.answer(Waits::Continue, limit(1500));
    assert_eq!(stage.model.next_timer(), Some(NOW + 1000.0));
    stage.model.update(NOW + 1500.0, Input::TimerFired);
    assert!(stage.phase(Waits::Resend).contains("RateLimited"));
    assert!(!stage.phase(Waits::Continue).contains("RateLimited"));
    stage.model.update(NOW + 10_000.0, Input::TimerFired);
    let pending = stage.model.verification(stage.id).expect("pending");
    assert_eq!((pending.problem(), &pending.resend), (None, &ResendState::Ready));
}
