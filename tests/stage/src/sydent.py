# Sydent on loopback, with SQLite. Its text messages go to whoever listens at a
# URL, in the place of the provider that it knows.
import sys

from sydent.config import SydentConfig
from sydent.sms import openmarket
from sydent.sydent import Sydent

port, messages, database = sys.argv[1:]
openmarket.API_BASE_URL = messages
config = SydentConfig()
config.parse_config_dict({
    "general": {
        "server.name": "localhost",
        "enable_v1_access": "true",
        # Its own provider is on loopback.
        "ip.whitelist": "127.0.0.1",
    },
    "db": {"db.file": database},
    "http": {"clientapi.http.bind_address": "127.0.0.1", "clientapi.http.port": port},
    # Only ever on loopback.
    "crypto": {"ed25519.signingkey": "ed25519 0 b29eXMMAYCFvFEtq9mLI42aivMtcg4Hl0wK89a+Vb6c"},
})
Sydent(config).run()
