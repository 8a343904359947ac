# Sydent on loopback, with SQLite. Its text messages go to whoever listens at a
# URL, in the place of the provider that it knows.
import json
import sys

from sydent.config import SydentConfig
from sydent.sms import openmarket
from sydent.sydent import Sydent

openmarket.API_BASE_URL, settings = sys.argv[1:]
config = SydentConfig()
config.parse_config_dict(json.loads(settings))
Sydent(config).run()
