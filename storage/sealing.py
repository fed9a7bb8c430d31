"""Secrets that are made from the studio's own, so that none of them is kept: for webhooks, and for links in e-mails.

Whoever has the catalogue alone, or its backup, can sign nothing.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

LEAST = 32
"""Characters of the studio's own secret at least: with 64 to choose from, 192 bits."""
PREFIX = "whsec_"
"""How secrets of webhooks begin (Standard Webhooks 1.0.0)."""


def webhook_secret(own: bytes, webhook: UUID, generation: int) -> str:
    """The secret of a webhook, made from the studio's `own`; each generation has another.

    >>> webhook_secret(b"x" * 32, UUID(int=1), 1)
    'whsec_Hi5gP1J0J7xukym6BUHagZaKE3gbtTu1klPhDum9zYY='
    """
    made = _made(own, f"webhook\0{webhook}\0{generation}")
    return PREFIX + base64.b64encode(made).decode()


def signature(secret: str, message: str, at: datetime, body: str) -> str:
    """What the receiver of a webhook checks: HMAC-SHA256 over id, timestamp in seconds and body (Standard Webhooks)."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{message}.{int(at.timestamp())}.{body}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def stop_token(own: bytes, person: UUID) -> str:
    """What stands in the link of an e-mail by which a person has no more of them; it lets nobody in."""
    made = base64.urlsafe_b64encode(_made(own, f"stop mail\0{person}")[:18]).decode()
    return f"{person.hex}.{made}"


def stops_whom(own: bytes, token: str) -> UUID | None:
    """Whose link that is; None when it is none of ours."""
    try:
        person = UUID(hex=token.partition(".")[0])
    except ValueError:
        return None
    return person if hmac.compare_digest(stop_token(own, person).encode(), token.encode()) else None


def _made(own: bytes, what: str) -> bytes:
    return hmac.new(own, what.encode(), hashlib.sha256).digest()
