"""Sending e-mails by SMTP: each once, as far as SMTP allows."""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final, Literal

from pipeline.errors import PipelineError

Security = Literal["starttls", "tls", "none"]
SECURITIES: Final[tuple[Security, ...]] = ("starttls", "tls", "none")
PORTS: Final[dict[Security, int]] = {"starttls": 587, "tls": 465, "none": 25}
"""Submission, submission over TLS (RFC 8314), relay."""
PATIENCE: Final = 20
"""Seconds until a mail server must answer; RFC 5321, 4.5.3.2 allows minutes, for relays and not for submission."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """How e-mails leave: the mail server, and whom they are from."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    sender: str


class Refused(PipelineError):
    """A mail server refuses an e-mail. `lasting`: it will never take it; `address`: there is no such address."""

    def __init__(self, message: str, *, lasting: bool, address: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting
        self.address = address


class Away(PipelineError):
    """A mail server does not take part: it cannot be reached, or does not let us in."""

    code = "storage"


class Uncertain(PipelineError):
    """A mail server went away while it was given an e-mail: it may have it."""


class Post:
    """A connection to the mail server, for several e-mails."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server = server
        self._sender = sender

    def send(self, message: EmailMessage, to: str, handing: Callable[[], None]) -> None:
        """Gives one e-mail to the server. `handing` is called just before it may be taken.

        Raises:
            Refused: the server does not take it.
            Uncertain: it went away when it may have taken it.
            Away: it went away before.
        """
        try:
            self._server.rset()
            self._said(self._server.mail(self._sender), recipient=False)
            self._said(self._server.rcpt(to), recipient=True)
        except (smtplib.SMTPException, OSError) as error:
            raise _away(error) from error
        handing()
        try:
            self._said(self._server.data(message.as_bytes()), recipient=False)
        except smtplib.SMTPDataError as error:  # it answered to DATA itself: nothing was given
            self._said((error.smtp_code, _bytes(error.smtp_error)), recipient=False)
        except (smtplib.SMTPException, OSError) as error:
            raise Uncertain(f"the mail server went away while it took it ({type(error).__name__})") from error

    @staticmethod
    def _said(answer: tuple[int, bytes], *, recipient: bool) -> None:
        code, text = answer
        if code < 400:
            return
        said = f"{code} {text.decode('utf-8', 'replace')}"
        raise Refused(said, lasting=code >= 500, address=recipient and _no_such_address(code, said))


@contextlib.contextmanager
def connected(smtp: Smtp) -> Generator[Post]:
    """A connection to the mail server, signed in.

    Raises:
        Away: it cannot be reached, or does not let us in.
    """
    context = ssl.create_default_context()
    try:
        server = (
            smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=PATIENCE, context=context)
            if smtp.security == "tls"
            else smtplib.SMTP(smtp.host, smtp.port, timeout=PATIENCE)
        )
    except (smtplib.SMTPException, OSError) as error:
        raise _away(error) from error
    try:
        try:
            if smtp.security == "starttls":
                server.starttls(context=context)
            if smtp.user:
                server.login(smtp.user, smtp.password)
            server.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:
            raise _away(error) from error
        yield Post(server, smtp.sender)
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _away(error: Exception) -> Away:
    """A mail server that does not take part; what it said may hold an address, and is not repeated."""
    known = (why for kind, why in _WHYS if isinstance(error, kind))
    why = next(known, f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip())
    return Away(f"the mail server: {why}", todo="look at RUSHES_SMTP_HOST and the settings beside it")


_WHYS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (smtplib.SMTPAuthenticationError, "it refuses the user or the password"),
    (smtplib.SMTPNotSupportedError, "it offers no STARTTLS, or no way to sign in"),
    (ssl.SSLCertVerificationError, "its certificate is not to be trusted"),
    (ConnectionRefusedError, "nobody answers there"),
    (TimeoutError, "it does not answer"),
)


def _no_such_address(code: int, said: str) -> bool:
    """Whether a refusal of a recipient is of the address itself (RFC 3463: 5.1.x, 5.2.1), and not of us or the network.

    >>> [_no_such_address(550, text) for text in ("550 5.1.1 no such user", "550 5.7.1 relaying denied", "550 unknown")]
    [True, False, True]
    """
    detailed = re.match(r"\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b", said)
    if detailed is None:
        return code in {550, 551, 553}
    return detailed[1].startswith("5.1.") or detailed[1] == "5.2.1"


def _bytes(said: str | bytes) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
