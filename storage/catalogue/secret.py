"""Secrets that are told once and kept as their sha256."""

import hashlib
import secrets

TOKEN_BYTES = 16
"""128 bits: nobody guesses one."""


def new_secret() -> str:
    """A secret for an address or a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hashed(secret: str) -> str:
    """What is kept of it: its sha256, in hex. It has 128 bits of chance, so needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
