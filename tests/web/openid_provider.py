"""A small identity provider on a loopback port: real keys, a page to sign in on, codes that work once, PKCE looked at.

It does what OpenID Connect Core 1.0 asks, until a test has it lie.
"""

import base64
import contextlib
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from web.provider import Provider
from workers.servers import free_ports

CLIENT, SECRET = "rushes of the tests", "a secret: of the tests & no one"
PAGE = """<!doctype html><html lang="en"><title>The school</title><link rel="icon" href="data:,"><h1>The school</h1>
<form method="post"><input type="hidden" name="asked" value="{asked}"><button>I am Ada</button></form></html>"""


@cache
def own_key() -> RSAKey:
    """Its key: making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})


@dataclass
class School:
    """The provider. `claims` are what it says of the one person it knows; what tests put into the rest are its lies."""

    issuer: str
    key: RSAKey = field(default_factory=own_key)
    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "ada-1815", "name": "Ada L.", "email": "Ada@Example.org", "email_verified": True,
        }
    )  # fmt: skip
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    lie: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    sign: Callable[[dict[str, Any]], str] | None = None
    broken: bool = False
    userinfo: bool = False
    asked: list[str] = field(default_factory=list)

    @property
    def provider(self) -> Provider:
        """What settings say of it."""
        return Provider(self.issuer, CLIENT, SECRET, "The school", domains=frozenset({"example.org"}), newcomers=True)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.described),
                Route("/authorize", self.authorize, methods=["GET", "POST"]),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
                Route("/who", self.who),
            ]
        )

    async def described(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if self.broken:
            return Response("out of order", 503)
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        if self.userinfo:
            places["userinfo_endpoint"] = "who"
        told = {name: f"{self.issuer}/{path}" for name, path in places.items()}
        return JSONResponse(told | {"issuer": self.issuer, "response_types_supported": ["code"]})

    async def authorize(self, request: Request) -> Response:
        if request.method == "GET":
            asked = request.query_params
            assert asked["response_type"] == "code"
            assert asked["client_id"] == CLIENT
            assert asked["code_challenge_method"] == "S256"
            assert "openid" in asked["scope"].split()
            return HTMLResponse(PAGE.format(asked=request.url.query.replace("&", "&amp;")))
        form = await request.form()
        given = {name: values[0] for name, values in parse_qs(str(form["asked"])).items()}
        code = secrets.token_urlsafe()
        self.codes[code] = given
        back = urlencode({"code": code, "state": given["state"], "iss": self.issuer})
        return RedirectResponse(f"{given['redirect_uri']}?{back}", 303)

    async def token(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        form = await request.form()
        given = self.codes.pop(str(form["code"]), None)
        basic = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        user, _, password = basic.partition(":")
        proof = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        right = (
            given is not None
            and (unquote_plus(user), unquote_plus(password)) == (CLIENT, SECRET)
            and base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == given["code_challenge"]
            and form["redirect_uri"] == given["redirect_uri"]
        )
        if given is None or not right:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        common = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": given["nonce"]}
        own = {"sub": self.claims["sub"]} if self.userinfo else self.claims
        claims = self.lie(common | own)
        signed = self.sign(claims) if self.sign else jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return JSONResponse({"access_token": "of ada", "token_type": "Bearer", "id_token": signed})

    async def keys(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def who(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer of ada"
        return JSONResponse(self.claims)


@contextlib.contextmanager
def school() -> Iterator[School]:
    """The provider, served until the end."""
    [port] = free_ports(1)
    found = School(f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(found.app(), "127.0.0.1", port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the provider ended"
        time.sleep(0.01)
    try:
        yield found
    finally:
        server.should_exit = True
        thread.join()
