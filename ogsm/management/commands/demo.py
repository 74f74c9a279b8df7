from __future__ import annotations

import ipaddress
import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections

from ogsm.accounts.auth import DEMO_PASSWORD
from ogsm.accounts.models import User

# The people to sign in as, in the order in which they are worth trying.
PEOPLE = ["owner", "process", "choice", "responsible", "member", "viewer", "stranger", "admin"]


class Command(BaseCommand):
    help = "Try it out on this machine: prepares the demo and serves it on 127.0.0.1 (PORT, 8000 by default)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="a loopback address of this machine")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], os.environ.get("PORT") or "8000"
        if not is_loopback(host):
            raise CommandError(f"The demo's password is public, so it serves this machine only, not {host}.")
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT is a number from 1 to 65535, not {port}.")
        if is_taken(host, int(port)):
            raise CommandError(f"Port {port} is in use. Choose another one: PORT=8001 make demo")
        call_command("demo_data", stdout=self.stdout)
        sign_ins = self.sign_ins(f"http://{host}:{port}/")
        connections.close_all()  # each web process opens its own
        serve(host, int(port), when_ready=lambda: self.say(sign_ins))

    def say(self, text: str) -> None:
        """At once, also into a pipe or a file: whoever starts the demo waits for its address."""
        self.stdout.write(text)
        self.stdout.flush()

    def sign_ins(self, address: str) -> str:
        names = dict(User.objects.values_list("email", "name"))
        lines = [
            f"  {email:<28}{names[email]}" for email in (f"{who}@demo.example" for who in PEOPLE) if email in names
        ]
        people = "\n".join(lines)
        return f"\nSign in at {address} with the password {DEMO_PASSWORD} as one of\n{people}\n\nStop with Ctrl+C."


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def serve(host: str, port: int, *, when_ready: Any) -> None:
    """The real web server, in the foreground; returns never."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            settings = {"bind": bind, "workers": 2, "threads": 2, "preload_app": True, "loglevel": "warning"}
            settings["forwarder_headers"] = ""  # no request says where the program is mounted
            for name, value in settings.items():
                self.cfg.set(name, value)
            self.cfg.set("when_ready", lambda server: when_ready())

        def load(self) -> Any:
            from ogsm.wsgi import application

            return application

    Server().run()
