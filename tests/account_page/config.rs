//! `config.json`, right and wrong.

use matrix_threepids::account_page::config::{Config, Homeserver, OperatorLink};
use matrix_threepids::account_page::server_input::ServerInput;

#[test]
fn every_config_member_is_optional() {
    for nothing in [None, Some("{}")] {
        let config = Config::read(nothing).expect("a configuration");
        assert_eq!(config.homeserver, Homeserver::Any);
        assert_eq!((&*config.mediums, config.password), ("email", true));
    }
    let all = r#"{"homeserver":"https://m.example/","homeserverFixed":true,"name":"Example",
        "logo":"logo.svg","theme":{"--threepids-color-accent":"teal"},"languages":["fr","en"],
        "sections":["msisdn","email"]}"#;
    let config = Config::read(Some(all)).expect("a configuration");
    assert!(
        matches!(&config.homeserver, Homeserver::Fixed(ServerInput::Url(url)) if url.as_str() == "https://m.example")
    );
    assert_eq!(
        (config.name.as_deref(), config.logo.as_deref()),
        (Some("Example"), Some("logo.svg"))
    );
    assert_eq!(config.theme, [("--threepids-color-accent".to_owned(), "teal".to_owned())]);
    assert_eq!(config.languages, ["fr", "en"]);
    assert_eq!((&*config.mediums, config.password), ("msisdn email", false));
    let all = r#"{"sections":["password","email"]}"#;
    let config = Config::read(Some(all)).expect("a configuration");
    assert_eq!((&*config.mediums, config.password), ("email", true));
    let config = Config::read(Some(r#"{"sections":["password"]}"#)).expect("a configuration");
    assert_eq!((&*config.mediums, config.password), ("", true));
    let all = r#"{"operator":"Example Ltd","links":{"help":"mailto:help@example.org",
        "imprint":"/imprint","privacy":"https://example.org/privacy"}}"#;
    let config = Config::read(Some(all)).expect("a configuration");
    assert_eq!(config.operator.as_deref(), Some("Example Ltd"));
    let links = [
        (OperatorLink::Imprint, "/imprint"),
        (OperatorLink::Privacy, "https://example.org/privacy"),
        (OperatorLink::Help, "mailto:help@example.org"),
    ];
    assert_eq!(config.links, links.map(|(link, url)| (link, url.to_owned())));
    for logo in
        ["a:b/logo.svg", "./a:b.svg", "/logo.svg", "//a.example/l.svg", "HTTPS://a.example/l"]
    {
        let text = format!(r#"{{"logo":"{logo}"}}"#);
        assert_eq!(Config::read(Some(&text)).is_ok(), !logo.starts_with("a:"), "{logo}");
    }
    let suggested = Config::read(Some(r#"{"homeserver":"example.org"}"#)).expect("a configuration");
    assert_eq!(suggested.homeserver, Homeserver::Suggested("example.org".to_owned()));
}

#[test]
fn each_config_mistake_names_its_member() {
    for (text, named) in [
        ("", "config.json is not"),
        ("[]", "config.json is not"),
        (r#"{"homeserver":"a b"}"#, "\"homeserver\""),
        (r#"{"homeserver":1}"#, "\"homeserver\""),
        (r#"{"homeserver":"http://m.example"}"#, "https://"),
        (r#"{"homeserver":"@alice:example.org"}"#, "\"homeserver\""),
        (r#"{"homeserverFixed":true}"#, "\"homeserverFixed\""),
        (r#"{"homeserver":"m.example","homeserverFixed":1}"#, "\"homeserverFixed\""),
        (r#"{"name":""}"#, "\"name\""),
        (r#"{"logo":"javascript:alert(1)"}"#, "\"logo\""),
        (r#"{"logo":"DATA:image/svg+xml,<svg/>"}"#, "\"logo\""),
        (r#"{"logo":"blob:https://a.example/1"}"#, "\"logo\""),
        (r#"{"operator":1}"#, "\"operator\""),
        (r#"{"links":"https://example.org"}"#, "\"links\""),
        (r#"{"links":{"terms":"https://example.org"}}"#, "\"links.terms\""),
        (r#"{"links":{"help":"javascript:alert(1)"}}"#, "\"links.help\""),
        (r#"{"links":{"imprint":""}}"#, "\"links.imprint\""),
        (r#"{"links":{"privacy":1}}"#, "\"links.privacy\""),
        (r#"{"theme":[]}"#, "\"theme\""),
        (r#"{"theme":{"--threepids-radius":4}}"#, "\"theme.--threepids-radius\""),
        (r#"{"theme":{"color":"red"}}"#, "\"theme.color\""),
        (r#"{"languages":[]}"#, "\"languages\""),
        (r#"{"languages":["en",1]}"#, "\"languages\""),
        (r#"{"sections":["fax"]}"#, "email, msisdn, password"),
        (r#"{"Homeserver":"m.example"}"#, "\"Homeserver\" is unknown"),
    ] {
        let mistakes = Config::read(Some(text)).expect_err(text);
        assert_eq!(mistakes.len(), 1, "{text}: {mistakes:?}");
        assert!(mistakes[0].contains(named), "{text}: {mistakes:?}");
    }
}
