"""Real receivers on loopback ports: of webhooks by HTTP, of e-mails by SMTP."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from workers.mailing import Smtp
from workers.servers import free_ports


@dataclass
class Got:
    """What was sent to a webhook."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """A receiver of webhooks: `answers` are the statuses it gives, one after the other, the last one ever after."""

    url: str
    got: list[Got] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [200])
    slow: float = 0.0
    says: bytes = b"ok"
    moved: str = ""


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that runs until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.got.append(Got(self.path, headers, body))
            status = made.answers[min(len(made.got), len(made.answers)) - 1]
            with contextlib.suppress(OSError):
                self.send_response(status)
                if made.moved:
                    self.send_header("Location", made.moved)
                self.end_headers()
                for byte in made.says:
                    time.sleep(made.slow)
                    self.wfile.write(bytes([byte]))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class MailServer:
    """A mail server: `answer` says of a recipient, or of what was given, what it answers; None: it takes it.

    An empty answer to what was given: it goes away without one.
    """

    smtp: Smtp
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    recipient: Callable[[str], str | None] = lambda _: None
    given: Callable[[], str | None] = lambda: None

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802 (its name)
        said = self.recipient(address)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 ok"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (its name)
        said = self.given()
        if said == "":
            server.transport.abort()
        if said is None:
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.got += [(address, message) for address in envelope.rcpt_tos]
        return said or "250 ok"


@contextlib.contextmanager
def mail_server(user: str = "", password: str = "") -> Iterator[MailServer]:
    """A mail server that runs until the block ends; with a user, it lets that one sign in."""

    def lets_in(*arguments: Any) -> AuthResult:
        given = arguments[-1]
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login, given.password) == (user.encode(), password.encode()), handled=False)

    [port] = free_ports(1)
    made = MailServer(Smtp("127.0.0.1", port, "none", user, password, "rushes@example.org"))
    options: dict[str, Any] = {"authenticator": lets_in, "auth_require_tls": False} if user else {}
    controller = Controller(made, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()
