"""The demo as a whole process, started as `make demo` starts it."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import ROOT, free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def demo(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    env = {
        "PATH": os.environ["PATH"],
        "DEMO": "1",
        "HTTPS": "0",
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "ogsm.settings",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.terminate()
    process.wait(timeout=30)
    assert process.stdout
    process.stdout.close()


@pytest.mark.slow
def test_the_address_comes_out_of_a_pipe_once_it_serves(demo, port):
    address = f"http://127.0.0.1:{port}/"
    line = next(line for line in demo.stdout if address in line)
    assert "demo-demo-demo" in line
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    asked.request("GET", "/healthz")
    assert asked.getresponse().status == 200
    asked.close()
