"""An organisation's sign-in on loopback over TLS, in a process of its own: a real provider, which
authlib's server side makes. ``python -m tests.portal.openid_provider CERTIFICATE KEY`` prints its
address and serves until its standard input is closed.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings

PEOPLE = {
    "eleni": {"email": "Eleni@Bluebird.example", "email_verified": True, "name": "Eleni Markou"},
    "mallory": {"email": "mallory@elsewhere.example", "email_verified": True, "name": "Mallory"},
    "unsure": {"email": "unsure@bluebird.example", "email_verified": False, "name": "Unsure"},
    "nameless": {"name": "Nobody"},
}


def main(certificate: str, key: str) -> None:
    warnings.simplefilter("ignore")  # how it is written is not our business
    from flask import Flask
    from oidc_provider_mock import User, init_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = Flask(__name__)
    init_app(
        app,
        require_nonce=True,
        user_claims=[User(sub=name, claims=claims) for name, claims in PEOPLE.items()],
    )
    app.secret_key = "chance"
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=(certificate, key))
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    sys.stdout.write(f"https://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
