//! Too many requests: counted down, and over by itself.

use matrix_threepids::flow::{Input, Notice, Resend};

use crate::rows::*;
use crate::stage::*;

#[test]
fn a_limit_ends_by_itself_wherever_it_was_met() {
    let limit = r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500}"#;
    for waits in ALL {
        for late in [0.0, 700.0, 1e9] {
            let mut stage = Stage::set(waits);
            stage.answer(waits, Err(failure(429, limit)));
            let mut now = NOW;
            while let Some(at) = stage.flow.next_wake().filter(|_| now < NOW + 2500.0) {
                assert!(at > now && at <= now + 1000.0, "the figure counts down each second");
                now = at;
                stage.effects = stage.flow.apply(now, Input::Woke);
            }
            assert_eq!(now, NOW + 2500.0);
            assert!(!stage.phase(waits).contains("RateLimited"), "{}", stage.phase(waits));
            match waits {
                Waits::FirstList | Waits::List => assert_eq!(stage.requests().len(), 1),
                _ => assert_eq!(stage.flow.notice, Some(Notice::LimitOver), "{waits:?}"),
            }

            // Something else happening at that moment does not hide it.
            let mut stage = Stage::set(waits);
            stage.answer(waits, Err(failure(429, limit)));
            stage.flow.apply(NOW + 2500.0 + late, Input::MayAdd(Section::Emails, true));
            assert!(!stage.phase(waits).contains("RateLimited"), "{}", stage.phase(waits));
        }
    }
}

#[test]
fn a_limit_of_no_time_at_all_ends_too() {
    let limit = r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":0}"#;
    for waits in ALL {
        let mut stage = Stage::set(waits);
        stage.answer(waits, Err(failure(429, limit)));
        assert_eq!(stage.flow.next_wake(), Some(NOW + 1.0));
        stage.flow.apply(NOW + 1.0, Input::Woke);
        assert!(!stage.phase(waits).contains("RateLimited"), "{}", stage.phase(waits));
    }
}

#[test]
fn limits_of_resend_and_of_continue_end_each_in_its_time() {
    let mut stage = Stage::set(Waits::Continue);
    let limit = |ms: u32| {
        Err(failure(429, &format!(r#"{{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":{ms}}}"#)))
    };
    stage.feed(Input::Resend(stage.id, secret(7)));
    stage.answer(Waits::Resend, limit(10_000));
    stage.answer(Waits::Continue, limit(500));
    assert_eq!(stage.flow.next_wake(), Some(NOW + 500.0));
    stage.flow.apply(NOW + 500.0, Input::Woke);
    assert!(stage.phase(Waits::Resend).contains("RateLimited"));
    assert!(!stage.phase(Waits::Continue).contains("RateLimited"));
    stage.flow.apply(NOW + 10_000.0, Input::Woke);
    let pending = stage.flow.verification(stage.id).expect("pending");
    assert_eq!((pending.problem(), &pending.resend), (None, &Resend::Ready));
}
