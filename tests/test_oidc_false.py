"""A provider that lies, or somebody between us and it: whatever it answers, nobody gets in and nobody sees an error
page."""

import json
import threading
import time
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from re import search
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from ogsm.accounts.models import User

pytestmark = pytest.mark.django_db

WAY_BACK = "/accounts/oidc/sso/login/callback/"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PERSON = {"sub": "p-1", "email": "lotte@example.org", "email_verified": True, "name": "Lotte Bakker"}


class Answers(BaseHTTPRequestHandler):
    """Answers what the test has put on the server."""

    def do_GET(self):
        self._answer()

    def do_POST(self):
        self._answer()

    def _answer(self):
        body = self.server.says[self.path]
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def false(settings):
    """The provider; what is in `says` may be changed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    address = f"http://127.0.0.1:{server.server_port}"
    key = {**json.loads(RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "1", "alg": "RS256", "use": "sig"}
    server.address = address
    server.says = {
        "/.well-known/openid-configuration": {
            "issuer": address,
            "authorization_endpoint": f"{address}/authorize",
            "token_endpoint": f"{address}/token",
            "userinfo_endpoint": f"{address}/userinfo",
            "jwks_uri": f"{address}/keys",
        },
        "/keys": {"keys": [key]},
        "/userinfo": PERSON,
    }
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = address, "ogsm", "secret"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def come_back(client, false):
    """Goes there and comes back with an identity token that says these things instead of the right ones."""

    def come(key=KEY, algorithm="RS256", headers=None, token=None, **claims):
        page = client.post("/accounts/oidc/sso/login/").text
        address = unescape(search(r'content="0;url=([^"]+)"', page)[1])
        asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
        now = int(time.time())
        right = {"iss": false.address, "aud": "ogsm", "iat": now, "exp": now + 300, "nonce": asked["nonce"], **PERSON}
        said = {name: value for name, value in {**right, **claims}.items() if value is not None}
        token = token or jwt.encode(said, key, algorithm=algorithm, headers=headers or {"kid": "1"})
        false.says.setdefault("/token", {"access_token": "x", "token_type": "Bearer", "id_token": token})
        return client.get(WAY_BACK, {"code": "c", "state": asked["state"]})

    return come


def test_the_right_answer_lets_the_person_in(come_back, client, member):
    assert come_back().status_code == 302
    assert client.session["_auth_user_id"] == str(member.pk)


@pytest.mark.parametrize(
    ("claims", "userinfo", "gets_in"),
    [
        ({}, {"email_verified": None}, True),
        ({"email": "other@example.org"}, {"email_verified": None}, False),
        ({"email_verified": False}, {}, True),
        ({}, {"email_verified": False}, False),
        ({"email_verified": None}, {"email": None, "email_verified": None}, False),
    ],
)
def test_an_address_counts_as_verified_by_who_says_that_address(
    come_back, false, client, member, claims, userinfo, gets_in
):
    said = {name: value for name, value in {**PERSON, **userinfo}.items() if value is not None}
    false.says["/userinfo"] = said
    assert (come_back(**claims).status_code == 302) == gets_in
    assert ("_auth_user_id" in client.session) == gets_in


@pytest.mark.parametrize("name", ["x" * 500, "Nina\0 de\nWit", {"first": "Nina"}, None, "   "])
def test_any_name_the_provider_has_makes_a_person_with_a_name(come_back, false, client, settings, name):
    settings.OIDC_CREATE = ["example.org"]
    false.says["/userinfo"] = {**PERSON, "name": name}
    assert come_back(name=name).status_code == 302
    made = User.objects.get(email="lotte@example.org")
    assert 0 < len(made.name) <= 120
    assert "\n" not in made.name


@pytest.mark.parametrize(
    "lie",
    [
        {"key": OTHER_KEY},
        {"headers": {"kid": "2"}},
        {"algorithm": "none", "key": None},
        {"algorithm": "HS256", "key": "x" * 40},
        {"iss": "https://elsewhere.example"},
        {"aud": "another-application"},
        {"exp": 1},
        {"iat": None},
        {"sub": None},
        {"sub": "p-2"},
        {"nonce": "of-another-sign-in"},
        {"nonce": None},
        {"token": "no.token.at-all"},
        {"token": "x"},
    ],
    ids=lambda lie: "another key" if lie.get("key") is OTHER_KEY else str(lie),
)
def test_an_identity_token_that_is_not_right_lets_nobody_in(come_back, client, member, lie):
    answer = come_back(**lie)
    assert answer.status_code == 502
    assert "does not answer as it should" in answer.text
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/token", b"<html>"),
        ("/token", {"error": "invalid_grant"}),
        ("/token", {"access_token": "x"}),
        ("/token", []),
        ("/userinfo", b"not json"),
        ("/userinfo", []),
        ("/userinfo", {"sub": "p-2", "email": "lotte@example.org", "email_verified": True}),
        ("/keys", {"keys": []}),
        ("/keys", {}),
        ("/keys", b""),
    ],
    ids=str,
)
def test_any_other_nonsense_is_a_sentence_too(come_back, false, client, member, path, says):
    false.says[path] = says
    answer = come_back()
    assert answer.status_code == 502
    assert "does not answer as it should" in answer.text
    assert "_auth_user_id" not in client.session


def test_a_provider_that_calls_itself_otherwise_is_never_left_for(false, client):
    false.says["/.well-known/openid-configuration"]["issuer"] = "https://elsewhere.example"
    assert client.post("/accounts/oidc/sso/login/").status_code == 502


def test_what_it_says_of_itself_is_asked_once_for_many_presses_of_the_button(false, client):
    assert client.post("/accounts/oidc/sso/login/").status_code == 200
    del false.says["/.well-known/openid-configuration"]
    assert client.post("/accounts/oidc/sso/login/").status_code == 200


@pytest.mark.parametrize("config", [b"", [], {}, {"issuer": ""}], ids=str)
def test_a_provider_that_says_nothing_of_itself_is_never_left_for(false, client, config):
    false.says["/.well-known/openid-configuration"] = config
    answer = client.post("/accounts/oidc/sso/login/")
    assert answer.status_code == 502
    assert "does not answer as it should" in answer.text


def test_nobody_is_sent_to_an_address_that_is_none_of_the_web(false, client):
    false.says["/.well-known/openid-configuration"]["authorization_endpoint"] = "javascript:alert(1)//"
    assert client.post("/accounts/oidc/sso/login/").status_code == 502
