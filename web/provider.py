"""The identity provider that a studio trusts (OpenID Connect), as settings name it, and what it says of somebody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for people, and for whom it may.

    `name` stands on the button. `domains`: of e-mail addresses that are let in, empty for all. `newcomers`: whether
    somebody whom nobody added gets an account. The claims are those that hold the name, the address, and whether the
    provider has seen that the address is theirs.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    scopes: str = "openid email profile"
    domains: frozenset[str] = frozenset()
    newcomers: bool = False
    name_claim: str = "name"
    email_claim: str = "email"
    verified_claim: str = "email_verified"


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody as the provider knows them. `email` is empty where it does not vouch for one."""

    subject: str
    name: str
    email: str

    @property
    def domain(self) -> str:
        """What stands after the @ of their address."""
        return self.email.rpartition("@")[2]


def vouched(provider: Provider, claims: Mapping[str, Any]) -> Vouched:
    """What a provider's claims say of somebody: an address counts only where it says that it is theirs."""
    name, email = (str(claims.get(one) or "").strip() for one in (provider.name_claim, provider.email_claim))
    sure = claims.get(provider.verified_claim) in (True, "true")  # AWS Cognito writes it as text
    whole = re.fullmatch(r"[^@\s]+@[^@\s]+", email) is not None and email.isprintable()
    return Vouched(str(claims["sub"]), name if name.isprintable() else "", email.casefold() if sure and whole else "")
