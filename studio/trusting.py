"""Which identity provider the studio trusts, by its settings."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from pipeline.errors import PipelineError
from web.provider import Provider

PREFIX = "RUSHES_OIDC_"
CLAIMS = ("name", "email", "email_verified")
"""What may be called otherwise by a provider."""
YES, NO = frozenset({"yes", "true", "1"}), frozenset({"", "no", "false", "0"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def provider(environment: Mapping[str, str]) -> Provider | None:
    """The provider that an environment names; None when it names none.

    Raises:
        PipelineError: one of its settings is not as it should be.
    """
    named = {name.removeprefix(PREFIX): text.strip() for name, text in environment.items() if name.startswith(PREFIX)}
    found = {name: text for name, text in named.items() if text}
    issuer = found.get("ISSUER", "")
    if not issuer:
        if found:
            raise PipelineError(f"{PREFIX}{min(found)}: set, and {PREFIX}ISSUER is not", todo="set both, or neither")
        return None
    parts = urlsplit(issuer)
    if not parts.hostname or parts.query or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
        raise PipelineError(f"{PREFIX}ISSUER: wanted an address such as https://login.example.org, found {issuer!r}")
    if not found.get("CLIENT_ID"):
        raise PipelineError(f"{PREFIX}CLIENT_ID is not set", todo="the identity provider gives it with the secret")
    scopes = found.get("SCOPES") or "openid email profile"
    if "openid" not in scopes.split():
        raise PipelineError(f"{PREFIX}SCOPES: wanted openid among them, found {scopes!r}")
    claims = _claims(found.get("CLAIMS", ""))
    return Provider(
        issuer=issuer,
        client_id=found["CLIENT_ID"],
        client_secret=found.get("CLIENT_SECRET", ""),
        name=found.get("NAME") or parts.hostname,
        scopes=scopes,
        domains=frozenset(found.get("DOMAINS", "").casefold().replace(",", " ").split()),
        newcomers=_newcomers(found.get("NEWCOMERS", "")),
        name_claim=claims["name"],
        email_claim=claims["email"],
        verified_claim=claims["email_verified"],
    )


def _newcomers(text: str) -> bool:
    if text.casefold() not in YES | NO:
        raise PipelineError(f"{PREFIX}NEWCOMERS: wanted yes or no, found {text!r}")
    return text.casefold() in YES


def _claims(text: str) -> dict[str, str]:
    """What the provider calls each claim.

    >>> _claims("email=upn, name=nickname")
    {'name': 'nickname', 'email': 'upn', 'email_verified': 'email_verified'}
    """
    found: dict[str, str] = {claim: claim for claim in CLAIMS}
    for one in text.replace(",", " ").split():
        name, _, called = one.partition("=")
        if name not in CLAIMS or not called:
            wanted = " ".join(f"{claim}=…" for claim in CLAIMS)
            raise PipelineError(f"{PREFIX}CLAIMS: wanted {wanted}, found {one!r}")
        found[name] = called
    return found
