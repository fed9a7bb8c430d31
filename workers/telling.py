"""What happened told outside the studio: the log read on, webhooks and e-mails sent, by one of the farm at a time."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from email.errors import MessageError
from typing import Final

from pipeline.errors import Clash
from pipeline.media import shelf
from pipeline.presets import Telling
from storage.catalogue.addressed import drop_untrue
from storage.catalogue.delivering import answered, claim_deliveries, forget_deliveries
from storage.catalogue.engine import Catalogue
from storage.catalogue.mails import (
    Mail,
    address_refused,
    claim_mail,
    forget_mails,
    gather_mails,
    handing,
    mail_failed,
    mail_later,
    mail_sent,
    mail_unknown,
)
from storage.catalogue.outbox import Outside, fill_outbox
from storage.catalogue.secret import hashed
from storage.catalogue.webhooks import Delivery, Webhook
from storage.sealing import signature, stop_token, webhook_secret
from workers.letters import Envelope, letter
from workers.mailing import Away, Post, Refused, Smtp, Uncertain, connected
from workers.posting import Answer, posted

log = logging.getLogger(__name__)

LONGEST: Final = 20.0
"""Seconds after which a look begins nothing more: the worker has other work."""
ADDRESS: Final = "this is no address that e-mail can be sent to"
OTHER_SECRET: Final = "the machine that sends has another RUSHES_SECRET than the one that this webhook was made with"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Reach:
    """How the studio reaches outside, as the settings have it. `secret`: its own, None while there is none.

    `url`: where browsers find it, empty while nobody said. `private`: webhooks may lead into our own network.
    """

    url: str = ""
    zone: str = "UTC"
    smtp: Smtp | None = None
    secret: bytes | None = field(default=None, repr=False)
    private: bool = False

    @property
    def mails(self) -> bool:
        """Whether e-mails can be sent: they lead to pages, and have a link that ends them."""
        return self.smtp is not None and bool(self.url) and self.secret is not None


@dataclass(slots=True)
class Teller:
    """Tells what happened in one catalogue."""

    catalogue: Catalogue
    reach: Reach
    numbers: Telling = field(default_factory=shelf.telling)

    def look(self) -> None:
        """Reads the log on, and sends what is due."""
        reach = self.reach
        until = time.monotonic() + LONGEST
        outside = Outside(self.numbers, reach.url, reach.zone, reach.mails)
        while True:
            with self.catalogue.writing() as tx:
                if not fill_outbox(tx, outside):
                    break
        if reach.secret is not None:
            self._deliver(until)
        if reach.smtp is not None and reach.mails:
            self._mail(reach.smtp, until)

    def forget(self) -> None:
        """Forgets what was told long ago."""
        with self.catalogue.writing() as tx:
            before = tx.now() - timedelta(days=self.numbers.kept_days)
            forget_deliveries(tx, before)
            forget_mails(tx, before)

    # webhooks

    def _deliver(self, until: float) -> None:
        with ThreadPoolExecutor(self.numbers.at_once) as pool:
            while time.monotonic() < until:
                with self.catalogue.writing() as tx:
                    lease = tx.now() + timedelta(seconds=self.numbers.lease_seconds)
                    held = claim_deliveries(tx, lease, self.numbers.at_once)
                if not held:
                    return
                for (delivery, hook), answer in zip(held, pool.map(self._sent, held), strict=True):
                    with self.catalogue.writing() as tx:
                        answered(tx, delivery.id, answer.status, answer.said, self.numbers, well=answer.well)
                    how = "took" if answer.well else "did not take"
                    log.info("webhook %s %s %s (%s)", hook.id, how, delivery.kind, answer.status or "no answer")

    def _sent(self, held: tuple[Delivery, Webhook]) -> Answer:
        delivery, hook = held
        secret = webhook_secret(self._own, hook.id, hook.generation)
        if hashed(secret) != hook.secret_hash:
            return Answer(None, OTHER_SECRET)
        with self.catalogue.reading() as tx:
            now = tx.now()
        message = f"msg_{delivery.id.hex}"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Rushes",
            "webhook-id": message,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature(secret, message, now, delivery.body),
        }
        return posted(hook.url, delivery.body, headers, self.numbers, private=self.reach.private)

    # e-mails

    def _mail(self, smtp: Smtp, until: float) -> None:
        with self.catalogue.writing() as tx:
            drop_untrue(tx)
            gather_mails(tx, self.numbers)
            mail = claim_mail(tx, self.numbers)
        if mail is None:
            return
        try:
            with connected(smtp) as post:
                while mail is not None:
                    self._posted(post, smtp, mail)
                    mail = None
                    if time.monotonic() < until:
                        with self.catalogue.writing() as tx:
                            mail = claim_mail(tx, self.numbers)
        except Away as error:
            log.warning("%s", error.message)
            if mail is not None:
                with self.catalogue.writing() as tx:
                    mail_later(tx, mail, error.message, self.numbers)

    def _posted(self, post: Post, smtp: Smtp, mail: Mail) -> None:
        """Sends one e-mail, and keeps what came of it.

        Raises:
            Away: the mail server went away before it was given it.
        """
        envelope = Envelope(smtp.sender, self.reach.url, self._stop(mail))
        try:
            with self.catalogue.reading() as tx:
                message = letter(mail, shelf.said_in(mail.to.language), envelope, tx.now())
            post.send(message, mail.to.email or "", lambda: self._handing(mail))
        except (ValueError, MessageError):
            with self.catalogue.writing() as tx:
                address_refused(tx, mail, ADDRESS, self.numbers)
            log.warning("e-mail %s: the address is none", mail.id)
        except Refused as error:
            self._refused(mail, error)
        except Clash:
            log.info("e-mail %s is sent by somebody else", mail.id)
        except Uncertain as error:
            log.warning("e-mail %s: %s", mail.id, error.message)
            with self.catalogue.writing() as tx:
                mail_unknown(tx, mail, error.message)
        else:
            with self.catalogue.writing() as tx:
                mail_sent(tx, mail)
            log.info("e-mail %s is sent", mail.id)

    def _refused(self, mail: Mail, error: Refused) -> None:
        log.warning("e-mail %s: the mail server does not take it (%s)", mail.id, error.message[:3])
        with self.catalogue.writing() as tx:
            if error.address:
                address_refused(tx, mail, error.message, self.numbers)
            elif error.lasting:
                mail_failed(tx, mail, error.message)
            else:
                mail_later(tx, mail, error.message, self.numbers)

    def _handing(self, mail: Mail) -> None:
        with self.catalogue.writing() as tx:
            if not handing(tx, mail):
                raise Clash("somebody else sends it", todo="leave it to them")

    def _stop(self, mail: Mail) -> str:
        return f"{self.reach.url}/mail/stop/{stop_token(self._own, mail.to.id)}"

    @property
    def _own(self) -> bytes:
        assert self.reach.secret is not None  # noqa: S101 (nothing is sent without)
        return self.reach.secret
