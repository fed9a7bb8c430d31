"""Asking an identity provider who somebody is: authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636, 9207).

Nothing that it says is believed before its signature, issuer, audience, time and nonce are seen to be right.
"""

import base64
import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from web.language import N_
from web.problems import ProviderAway, SignInRefused
from web.provider import Provider, Vouched, vouched

log = logging.getLogger(__name__)

SECONDS: Final = 8.0
"""Seconds that the provider is given for an answer: people wait for it."""
KEPT: Final = 3600.0
"""Seconds that its addresses and keys are kept; a key that is not among them is asked for at once."""
AGAIN: Final = 10.0
"""Seconds before it is asked again what it did not answer, and before keys are asked for again."""
AT_ONCE: Final = 4
"""Requests to it at a time: one that hangs leaves the threads of the app to others."""
LEEWAY: Final = 60
"""Seconds by which its clock may differ from ours."""
LARGEST: Final = 1 << 20
"""Bytes of an answer."""
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""How a provider may sign: with a key that nobody else has. `none` and those with a shared secret are not there."""
FORGED: Final = N_("what the identity provider sent cannot be believed")
ANEW: Final = N_("begin again from the page to sign in")

Told = tuple[float, Mapping[str, Any]]
"""When something was told, and what."""


@dataclass(slots=True)
class OpenId:
    """The provider, with what is known of it; shared by all threads."""

    provider: Provider
    _known: dict[str, Told] = field(default_factory=dict[str, Told])
    _failed: float = -AGAIN
    _few: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def leaving(self, secret: str, back: str) -> str:
        """Where a browser is sent to sign in. `secret` is what it is known by when it is `back`.

        Raises:
            ProviderAway: the provider does not answer.
        """
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": back,
            "scope": self.provider.scopes,
            "state": derived(secret, "state"),
            "nonce": derived(secret, "nonce"),
            "code_challenge": _text(hashlib.sha256(derived(secret, "verifier").encode()).digest()),
            "code_challenge_method": "S256",
        }
        address = self._place("authorization_endpoint")
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def who(self, secret: str, code: str, back: str) -> Vouched:
        """Whom the provider vouches for, by the code that a browser came back with.

        Raises:
            ProviderAway: the provider does not answer.
            SignInRefused: the code is used or not for this browser, or what the provider sent is not right.
        """
        given = self._exchanged(secret, code, back)
        claims = self._believed(str(given.get("id_token") or ""), derived(secret, "nonce"))
        if self.provider.email_claim not in claims and (place := self._places().get("userinfo_endpoint")):
            more = self._asked("GET", str(place), headers={"Authorization": f"Bearer {given.get('access_token', '')}"})
            if more.get("sub") != claims["sub"]:
                log.warning("the identity provider told of somebody else than it signed in")
                raise SignInRefused(FORGED, todo=ANEW)
            claims = {**more, **claims}
        return vouched(self.provider, claims)

    def _exchanged(self, secret: str, code: str, back: str) -> Mapping[str, Any]:
        own, key = self.provider.client_id, self.provider.client_secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": derived(secret, "verifier"),
        }
        methods = self._places().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = bool(key) and "client_secret_basic" in methods
        if not basic:
            form |= {"client_id": own, "client_secret": key} if key else {"client_id": own}
        # RFC 6749, 2.3.1: both are quoted as in a form before they are joined
        auth = httpx.BasicAuth(*(urlencode({"": one})[1:] for one in (own, key))) if basic else None
        return self._asked("POST", self._place("token_endpoint"), data=form, auth=auth)

    def _believed(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token that is right in everything (OpenID Connect Core 1.0, 3.1.3.7)."""
        own = self.provider
        wanted = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": own.issuer},
            aud={"essential": True, "value": own.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = self._signed(token)
            wanted.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            log.warning("an ID token was refused: %s", type(error).__name__)
            raise SignInRefused(FORGED, todo=ANEW) from error
        others = isinstance(claims["aud"], list) and len(cast("list[Any]", claims["aud"])) > 1
        if claims.get("azp", "" if others else own.client_id) != own.client_id:
            log.warning("an ID token was refused: it is for somebody else")
            raise SignInRefused(FORGED, todo=ANEW)
        return claims

    def _signed(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._keys(KEPT), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):  # signed with a key that is new since
            return jwt.decode(token, self._keys(AGAIN), algorithms=ALGORITHMS).claims

    def _keys(self, seconds: float) -> KeySet:
        """The provider's public keys, no older than that."""
        told = self._kept("keys", seconds, lambda: self._asked("GET", self._place("jwks_uri")))
        keys = [
            one
            for one in cast("list[dict[str, Any]]", told.get("keys", []))
            if one.get("kty") in {"RSA", "EC"} and one.get("use", "sig") == "sig"
        ]
        return KeySet.import_key_set({"keys": keys})

    def _places(self) -> Mapping[str, Any]:
        """The provider's own description (OpenID Connect Discovery 1.0), kept for an hour."""

        def asked() -> Mapping[str, Any]:
            told = self._asked("GET", f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self.provider.issuer:
                log.error("the identity provider calls itself %r, not %r", told.get("issuer"), self.provider.issuer)
                raise ProviderAway(N_("the identity provider is another than the settings name"))
            return told

        return self._kept("places", KEPT, asked)

    def _place(self, name: str) -> str:
        address = str(self._places().get(name, ""))
        if urlsplit(address).scheme not in {"https", urlsplit(self.provider.issuer).scheme}:
            log.error("the identity provider has no %s that can be used", name)
            raise ProviderAway(N_("the identity provider does not say where it can be asked"))
        return address

    def _kept(self, name: str, seconds: float, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        since, found = self._known.get(name, (0.0, None))
        if found is not None and time.monotonic() - since < seconds:
            return found
        told = ask()
        self._known[name] = time.monotonic(), told
        return told

    def _asked(self, method: str, address: str, **given: Any) -> Mapping[str, Any]:
        """The JSON object that the provider answers; after it was away, others are told so for a while at once."""
        if time.monotonic() - self._failed < AGAIN or not self._few.acquire(timeout=1):
            raise ProviderAway
        try:
            headers = {"Accept": "application/json"} | given.pop("headers", {})
            with httpx.Client(timeout=SECONDS, trust_env=False) as client:
                answer = client.request(method, address, headers=headers, **given)
        except httpx.HTTPError as error:
            self._failed = time.monotonic()
            log.warning("the identity provider does not answer: %s", type(error).__name__)
            raise ProviderAway from error
        finally:
            self._few.release()
        if answer.status_code >= 500 or answer.is_redirect or len(answer.content) > LARGEST:
            log.warning("the identity provider answers %d", answer.status_code)
            raise ProviderAway
        try:
            told = answer.json()
        except ValueError:
            told = None
        if answer.is_error or not isinstance(told, dict):
            log.warning("the identity provider refused: %d", answer.status_code)
            raise SignInRefused(N_("the identity provider did not confirm that it is you"), todo=ANEW)
        return cast("dict[str, Any]", told)


def derived(secret: str, what: str) -> str:
    """What the provider is given of a secret: `state`, `nonce` or `verifier`. None of them tells another."""
    return _text(hmac.new(secret.encode(), f"sign in elsewhere: {what}".encode(), hashlib.sha256).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
