"""Starts and ends the provider."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.oidc_provider.__main__ import CLIENT_ID, CLIENT_SECRET, PASSWORD
from tests.programs import free_port

PEOPLE = {  # their name at the provider → what it says of them
    "lotte": {"sub": "p-1", "email": "Lotte@example.org", "email_verified": True, "name": "Lotte Bakker"},
    "lotte-married": {"sub": "p-1", "email": "lotte.smit@example.org", "email_verified": True, "name": "Lotte Smit"},
    "lotte-again": {"sub": "p-9", "email": "lotte@example.org", "email_verified": True, "name": "Lotte Bakker"},
    "henk": {"sub": "p-2", "email": "henk@example.org", "email_verified": False, "name": "Henk Visser"},
    "word": {"sub": "p-3", "email": "henk@example.org", "email_verified": "false", "name": "Henk Visser"},
    "nobody": {"sub": "p-4", "email": "nobody@elsewhere.example", "email_verified": True, "name": "No Body"},
    "nina": {"sub": "p-5", "email": "nina@example.org", "email_verified": True, "name": "Nina de Wit"},
    "bare": {"sub": "p-6"},
}


@dataclass(frozen=True)
class Provider:
    address: str

    @property
    def issuer(self) -> str:
        return f"{self.address}/o"

    @property
    def settings(self) -> dict[str, str]:
        """What the product has to know of it."""
        return {
            "OIDC_ISSUER": self.issuer,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "OIDC_NAME": "Contoso",
        }

    def way_back(self, address: str, person: str) -> str:
        """Signs in there from that address on, as a browser would, and returns where the provider sends one back to."""
        browser = requests.Session()
        page = browser.get(address, timeout=10)
        form = {"username": person, "password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["provider_csrf"]}
        answer = browser.post(page.url, form, allow_redirects=False, timeout=10)
        while (place := answer.headers["Location"]).startswith(("/", self.address)):
            answer = browser.get(requests.compat.urljoin(self.address, place), allow_redirects=False, timeout=10)
        return place


@contextlib.contextmanager
def running_provider(folder: Path, *redirects: str):
    """The provider as a process; ended at the end, whatever happens."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "people.json").write_text(json.dumps(PEOPLE))
    port = free_port()
    command = [sys.executable, "-m", "tests.oidc_provider", str(port), *redirects]
    process = subprocess.Popen(
        command, env={**os.environ, "PROVIDER_FOLDER": str(folder)}, stdout=subprocess.PIPE, text=True
    )
    patience = threading.Timer(120, process.kill)
    patience.start()
    try:
        assert process.stdout.readline() == "ready\n", "the provider did not start; see what it said above"
        yield Provider(f"http://localhost:{port}")
    finally:
        patience.cancel()
        process.terminate()
        process.wait(10)
        process.stdout.close()
