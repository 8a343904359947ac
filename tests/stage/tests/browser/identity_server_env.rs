//! A real identity server for a test, and the real Synapse that speaks with it:
//! each asks the other by TLS, as they do out there.

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use stage::ports;
use stage::sydent::{Settings, Sydent};
use stage::synapse::{Federation, Session, Synapse};
use stage::tls::{Authority, End};
use tokio::sync::OnceCell;

use crate::harness::stage;
use crate::homeserver::{Answer, Homeserver, error};
use crate::page_object::Page;
use crate::proxy::{Passed, Proxy};

/// What the paths of an identity server begin with.
pub const API: &str = "/_matrix/identity/v2";

/// The Synapse of all these tests, started when it is first asked for; and whom
/// it trusts.
static HOMESERVER: OnceCell<(Synapse, Authority)> = OnceCell::const_new();

async fn homeserver() -> Result<&'static (Synapse, Authority)> {
    HOMESERVER
        .get_or_try_init(|| async {
            let stage = stage();
            let folder = stage.target.join("test-homeserver/authority");
            let authority = Authority::make(&stage.python, &folder).await?;
            let federation = Federation { port: ports::find_free()?, authority: authority.clone() };
            let federation = Some(federation);
            let synapse = stage.federated_synapse("sharing", federation, Value::Null).await?;
            Ok((synapse, authority))
        })
        .await
}

/// Ends what is static, and so not dropped.
pub fn kill() {
    if let Some((synapse, _)) = HOMESERVER.get() {
        synapse.kill();
    }
}

/// An identity server of a test's own.
pub struct Identity {
    /// Its base URL.
    pub url: String,
    /// Its name: host and port.
    pub name: String,
    /// The server itself.
    pub sydent: Sydent,
    /// Between it and everybody, behind the end of TLS.
    pub proxy: Proxy,
    /// The homeserver.
    pub synapse: &'static Synapse,
    /// Between that and the page.
    pub homeserver: Proxy,
    _end: End,
}

impl Identity {
    /// One with these policies; with none, if null.
    pub async fn start(test: &str, terms: Value) -> Result<Identity> {
        let stage = stage();
        let (synapse, authority) = homeserver().await?;
        let port = ports::find_free()?;
        let name = format!("127.0.0.1:{port}");
        let sydent = Sydent::start(Settings {
            python: stage.target.join("tools/sydent/bin/python"),
            folder: stage.target.join("test-homeserver").join([test, "-identity"].concat()),
            name: name.clone(),
            smtp_port: Some(stage.mails.port),
            terms,
        })
        .await?;
        let proxy = Proxy::start(&sydent.url).await?;
        let (_, behind) = proxy.url.rsplit_once(':').context("a port")?;
        let end = End::start(&stage.python, authority, port, behind.parse()?).await?;
        let homeserver = Proxy::start(&synapse.url()).await?;
        let url = format!("https://{name}");
        Ok(Identity { url, name, sydent, proxy, synapse, homeserver, _end: end })
    }

    /// What it was asked by the page, without what the homeserver asked.
    pub fn asked(&self) -> Vec<String> {
        let by_homeserver = |it: &Passed| it.what.starts_with(&format!("POST {API}/3pid/"));
        let all = self.proxy.all();
        let asked = all.into_iter().filter(|it| !by_homeserver(it));
        asked.map(|it| it.what.replace(&format!("{API}/"), "")).collect()
    }

    /// A token of it for this person, got without a page.
    pub async fn token(&self, session: &Session) -> Result<String> {
        let path = format!("user/{}/openid/request_token", session.user_id);
        let (_, openid) = self.synapse.post(&path, Some(session), &json!({})).await?;
        let answer = self.post("account/register", "", &openid).await?;
        answer["token"].as_str().map(str::to_owned).with_context(|| format!("no token: {answer}"))
    }

    /// Whom somebody else finds by this address.
    pub async fn finds(&self, medium: &str, address: &str) -> Result<Option<String>> {
        let somebody = self.synapse.user("somebody", "secret").await?;
        let token = self.token(&somebody).await?;
        let http = Client::new();
        let get = |path: &str| http.get(format!("{}{API}/{path}", self.sydent.url));
        let terms: Value = get("terms").send().await?.json().await?;
        let policies = terms["policies"].as_object().cloned().unwrap_or_default();
        let url = |policy: &Value| policy["en"]["url"].clone();
        let urls: Vec<Value> = policies.values().map(url).collect();
        self.post("terms", &token, &json!({"user_accepts": urls})).await?;
        let details: Value = get("hash_details").bearer_auth(&token).send().await?.json().await?;
        let asked = format!("{address} {medium}");
        let lookup = json!({"addresses": [asked], "algorithm": "none",
            "pepper": details["lookup_pepper"]});
        let answer = self.post("lookup", &token, &lookup).await?;
        ensure!(answer["mappings"].is_object(), "{answer}");
        Ok(answer["mappings"][asked].as_str().map(str::to_owned))
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> Result<Value> {
        let url = format!("{}{API}/{path}", self.sydent.url);
        let request = Client::new().post(url).bearer_auth(token).json(body);
        Ok(request.send().await?.json().await?)
    }
}

/// In the place of a real one, where nothing real speaks with it: a server of
/// answers, without terms.
pub async fn stand_in() -> Result<Homeserver> {
    let identity = Homeserver::old(error(404, "M_UNRECOGNIZED")).await?;
    for (what, answer) in [
        ("GET terms", json!({"policies": {}})),
        ("POST account/register", json!({"token": "of the identity server"})),
        ("GET hash_details", json!({"algorithms": ["sha256"], "lookup_pepper": "pepper"})),
        ("POST lookup", json!({"mappings": {}})),
        ("POST validate/email/requestToken", json!({"sid": "abc123987"})),
    ] {
        identity.answers(&request(what), [Answer::Json(200, answer)]);
    }
    Ok(identity)
}

/// A request of this API, as [`Homeserver`] and [`Proxy`] have it.
pub fn request(what: &str) -> String {
    what.replacen(' ', &format!(" {API}/"), 1)
}

/// A Matrix ID, as it stands in a path.
pub fn in_path(user_id: &str) -> String {
    user_id.replace('@', "%40").replace(':', "%3A")
}

/// From now on, the page's element has this one.
pub async fn use_identity_server(page: &Page, identity: &Homeserver) -> Result<()> {
    page.run(&format!("window.element.identityServer = {{ url: '{}/' }}", identity.url)).await?;
    Ok(())
}

/// Two policies, of which one is there in two languages.
pub fn terms(version: &str) -> Value {
    let document = |name: &str, path: &str, lang: &str| json!({"name": name, "url": format!("https://id.example.org/{path}/{version}/{lang}")});
    json!({
        "master_version": version,
        "docs": {
            "terms_of_service": {"version": version, "langs": {
                "en": document("Terms of Service", "terms", "en"),
                "de": document("Nutzungsbedingungen", "terms", "de"),
            }},
            "privacy_policy": {"version": version, "langs": {
                "en": document("Privacy Policy", "privacy", "en"),
            }},
        },
    })
}
