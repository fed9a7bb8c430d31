"""Passwords: hashed by argon2, checked in the same time whether or not there is such an account."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from web.desk import Limits
from web.language import N_
from web.problems import NotThis

_hasher = PasswordHasher()
"""argon2id as RFC 9106 §4 has it for little memory: 3 passes over 64 MiB, 4 lanes (the library's own defaults)."""

AT_ONCE = 4
"""Passwords that are hashed at a time: each takes 64 MiB, and others wait for as long as one takes."""
_few = threading.BoundedSemaphore(AT_ONCE)

TOO_SHORT = N_("the password has fewer than 12 characters")


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def right(password: str, kept: str | None) -> bool:
    """Whether it is the password that is kept; as slow where none is."""
    with _few:
        try:
            return _hasher.verify(kept or _nobody(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def kept_as(password: str, limits: Limits) -> str:
    """The hash of a new password.

    Raises:
        NotThis: it is too short or too long.
    """
    if len(password) < limits.password_least:
        raise NotThis(TOO_SHORT, N_("take a longer one: four words, for example"), password=TOO_SHORT)
    if len(password) > limits.password_most:
        long = N_("the password has more than 128 characters")
        raise NotThis(long, N_("take a shorter one"), password=long)
    with _few:
        return _hasher.hash(password)
