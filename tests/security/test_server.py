"""The web server itself, with our configuration: what is no clean request gets no further."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project

from tests.programs import free_port

HOST = b"Host: 127.0.0.1\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """A gunicorn of its own, in front of an empty database; without a proxy."""
    number = free_port()
    folder = tmp_path_factory.mktemp("server")
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "for-this-test-" * 5,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder}/a.sqlite3",
        "DEBUG": "1",  # static files as they lie
        "HTTPS": "0",
    }
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [gunicorn, "ogsm.wsgi", "--bind", f"127.0.0.1:{number}", "--workers", "1"]
    server = subprocess.Popen(command, env=environment, cwd=project.BASE_DIR, stderr=subprocess.PIPE, text=True)
    assert server.stderr
    try:
        said = []
        for line in server.stderr:
            said.append(line)
            if "Listening at" in line:
                break
        assert server.poll() is None, "".join(said)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=30)
        server.stderr.close()


def ask(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def status_of(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d+)", answer)
    assert found, answer
    return int(found[1])


@pytest.mark.parametrize(
    "request_of",
    [
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n",
        b"Content-Length: 6\r\nContent-Length: 0\r\n\r\nabcdef",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"X: a\r\n b\r\n\r\n",
        b"Host: evil.example\r\n\r\n",
    ],
    ids=["length and chunks", "two lengths", "odd chunks", "space before colon", "folded line", "two hosts"],
)
def test_what_two_servers_could_read_differently_is_refused(port, request_of):
    answer = ask(port, b"POST /healthz HTTP/1.1\r\n" + HOST + request_of)
    assert status_of(answer) in (400, 501)
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("header", [b"SCRIPT_NAME: /static", b"SCRIPT_NAME: //evil.example", b"PATH_INFO: /healthz"])
def test_a_request_cannot_say_where_the_program_is_mounted(port, header):
    plain = ask(port, b"GET /static/css/tokens.css HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    claimed = ask(port, b"GET /static/css/tokens.css HTTP/1.1\r\n" + HOST + header + b"\r\nConnection: close\r\n\r\n")
    assert status_of(plain) == status_of(claimed) == 200
    assert plain.partition(b"\r\n\r\n")[2] == claimed.partition(b"\r\n\r\n")[2]


def test_without_a_proxy_nobody_claims_https(port):
    claim = b"X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: on\r\nConnection: close\r\n\r\n"
    answer = ask(port, b"GET /accounts/profile/ HTTP/1.1\r\n" + HOST + claim)
    assert status_of(answer) in (302, 500, 503)
    assert b"Strict-Transport-Security" not in answer
    assert b"https://" not in answer.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "path",
    [
        b"/static/../ogsm/settings.py",
        b"/static/..%2fogsm/settings.py",
        b"/static/%2e%2e/%2e%2e/etc/passwd",
        b"/..%2f.env",
    ],
)
def test_no_file_outside_the_static_ones_is_served(port, path):
    answer = ask(port, b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert status_of(answer) == 404
    assert b"SECRET_KEY =" not in answer
    assert b"root:" not in answer


def test_an_address_without_end_is_refused(port):
    answer = ask(port, b"GET /?" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert status_of(answer) == 414


def test_headers_without_end_are_refused(port):
    many = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 4000) for number in range(120))
    answer = ask(port, b"GET /healthz HTTP/1.1\r\n" + HOST + many + b"\r\n")
    assert status_of(answer) in (400, 431)
