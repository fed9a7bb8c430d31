"""The settings of an identity provider: read whole, or refused with what is wrong."""

import pytest

from pipeline.errors import PipelineError
from studio.trusting import provider

RIGHT = {"RUSHES_OIDC_ISSUER": "https://login.example.org/school", "RUSHES_OIDC_CLIENT_ID": "rushes"}


def test_a_studio_trusts_nobody_unless_it_says_whom() -> None:
    assert provider({}) is None
    assert provider({"RUSHES_OIDC_ISSUER": "", "RUSHES_OIDC_NAME": " "}) is None


def test_what_is_not_said_is_what_most_want() -> None:
    found = provider(RIGHT | {"RUSHES_OIDC_CLIENT_SECRET": "of nobody"})
    assert found is not None
    assert (found.name, found.scopes, found.domains, found.newcomers) == (
        "login.example.org", "openid email profile", frozenset(), False,
    )  # fmt: skip
    assert "of nobody" not in repr(found)


def test_everything_may_be_said() -> None:
    said = {"NAME": "The school", "DOMAINS": "Example.org, example.com", "NEWCOMERS": "Yes", "CLAIMS": "email=upn"}
    found = provider(RIGHT | {f"RUSHES_OIDC_{name}": text for name, text in said.items()})
    assert found is not None
    assert (found.name, found.newcomers, found.email_claim, found.name_claim) == ("The school", True, "upn", "name")
    assert found.domains == {"example.org", "example.com"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"RUSHES_OIDC_ISSUER": ""}, "RUSHES_OIDC_CLIENT_ID: set, and RUSHES_OIDC_ISSUER is not"),
        ({"RUSHES_OIDC_ISSUER": "http://login.example.org"}, "wanted an address such as https"),
        ({"RUSHES_OIDC_ISSUER": "login.example.org"}, "wanted an address such as https"),
        ({"RUSHES_OIDC_CLIENT_ID": ""}, "RUSHES_OIDC_CLIENT_ID is not set"),
        ({"RUSHES_OIDC_SCOPES": "email"}, "wanted openid among them"),
        ({"RUSHES_OIDC_NEWCOMERS": "perhaps"}, "wanted yes or no, found 'perhaps'"),
        ({"RUSHES_OIDC_CLAIMS": "subject=x"}, "wanted name=… email=… email_verified=…, found 'subject=x'"),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, str], said: str) -> None:
    with pytest.raises(PipelineError, match=said):
        provider(RIGHT | changed)
