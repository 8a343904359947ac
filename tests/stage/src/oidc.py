# An OpenID provider in which everybody is who they say they are.
import os
import re
import sys
import warnings

import authlib.deprecate
import uvicorn

warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
# Only ever on loopback.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from oidc_provider_mock import app

port, opener_policy = int(sys.argv[1]), sys.argv[2]
provider = app()


@provider.after_request
def as_served(response):
    response.headers["Cross-Origin-Opener-Policy"] = opener_policy
    if response.mimetype == "text/html":
        # Its style sheet is elsewhere: nothing is loaded from there.
        response.set_data(re.sub(r"<link\b[^>]*>", "", response.get_data(as_text=True)))
    return response


uvicorn.run(provider, interface="wsgi", host="127.0.0.1", port=port, log_level="critical")
