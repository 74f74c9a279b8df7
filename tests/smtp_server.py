"""A mail server of a few lines, for tests that send over a real connection: slow, and unaware of some addresses."""

from __future__ import annotations

import email
import email.message
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Handler(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 tests")
        to: list[str] = []
        for line in self.rfile:
            word = line[:4].upper().decode()
            if word == "RCPT":
                self.server.knock()
                address = line.decode().partition("<")[2].partition(">")[0]
                if address in self.server.unknown:
                    self.say("550 no such user")
                    continue
                to.append(address)
                self.say("250 ok")
            elif word == "DATA":
                self.say("354 go on")
                self.server.take(to, self.body())
                to = []
                self.say("250 accepted")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def body(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        return b"".join(lines)


class MailServer(socketserver.ThreadingTCPServer):
    """`got` holds (to, message) of every mail it accepted, each after `seconds`."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, seconds: float, unknown: set[str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seconds, self.unknown = seconds, unknown
        self.got: list[tuple[str, email.message.Message]] = []
        self.changed = threading.Condition()
        self.asked, self.hold_at = 0, 0
        self.held, self.released = threading.Event(), threading.Event()

    def knock(self) -> None:
        """Somebody names who a mail is for. The `hold_at`-th of them is not answered until it is `released`."""
        with self.changed:
            self.asked += 1
            is_held = self.asked == self.hold_at
        if is_held:
            self.held.set()
            self.released.wait(timeout=60)

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up in the middle was killed by its test."""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def take(self, to: list[str], data: bytes) -> None:
        threading.Event().wait(self.seconds)
        with self.changed:
            self.got += [(address, email.message_from_bytes(data)) for address in to]
            self.changed.notify_all()

    def wait_for(self, number: int) -> bool:
        """Until it has accepted so many; False when that takes a minute."""
        with self.changed:
            return self.changed.wait_for(lambda: len(self.got) >= number, timeout=60)


@contextmanager
def mail_server(*, seconds: float = 0, unknown: tuple[str, ...] = ()) -> Iterator[MailServer]:
    server = MailServer(seconds, set(unknown))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
