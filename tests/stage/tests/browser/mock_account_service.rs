//! What a Synapse leaves its accounts to, as far as it asks: whose a token is,
//! and where people manage their account.

use anyhow::Result;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use stage::synapse::{Session, Synapse};
use stage::web::{WebServer, serve};

/// What the two share.
const SECRET: &str = "shared";
/// The one there is.
const NAME: &str = "mara";

/// The service.
pub struct AccountService {
    /// Its base URL.
    pub url: String,
    _server: WebServer,
}

impl AccountService {
    /// Starts it.
    pub async fn start() -> Result<AccountService> {
        let whose = || async {
            Json(json!({"active": true, "scope": "urn:matrix:client:api:*", "username": NAME,
                "sub": "1", "expires_in": 300}))
        };
        let port = stage::ports::find_free()?;
        let url = format!("http://127.0.0.1:{port}");
        let metadata = json!({
            "issuer": format!("{url}/"),
            "account_management_uri": format!("{url}/account"),
            "account_management_actions_supported": ["org.matrix.profile"],
        });
        let page = || async { stage::web::html("<h1>Your account</h1>".to_owned()) };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(|| async { Json(metadata) }))
            .route("/oauth2/introspect", post(whose))
            .route("/account", get(page));
        Ok(AccountService { url, _server: serve(port, routes).await? })
    }

    /// The settings of a Synapse that leaves its accounts to it.
    pub fn settings(&self) -> Value {
        json!({
            "matrix_authentication_service":
                {"enabled": true, "endpoint": self.url, "secret": SECRET},
            "password_config": {"enabled": false},
            "enable_registration": false,
        })
    }

    /// Somebody whose account is here.
    pub async fn user(&self, synapse: &Synapse) -> Result<Session> {
        let url = format!("{}/_synapse/mas/provision_user", synapse.url());
        let user = json!({"localpart": NAME});
        let answer =
            reqwest::Client::new().post(url).bearer_auth(SECRET).json(&user).send().await?;
        anyhow::ensure!(answer.status().is_success(), "{}", answer.text().await?);
        Ok(Session { user_id: format!("@{NAME}:localhost"), token: "mat_1".to_owned() })
    }
}
