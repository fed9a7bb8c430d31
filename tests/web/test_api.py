"""The API answers what it says it answers, whatever it is asked: schemathesis, as somebody who may do everything."""

import contextlib
from datetime import timedelta
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from storage.catalogue.entry import make_token
from tests.web.serving import Served
from tests.web.worlds import world
from web.api.described import described
from web.pacing import Paces

EXAMPLES = 2
"""Requests of each operation that are as they should be, and as many that are not."""
ENDLESS = "/events"
"""A stream, which ends with the browser."""


def test_every_answer_is_as_it_is_described(site: Served) -> None:
    named = {name: str(value) for name, value in world(site.studio).named.items()}
    with site.catalogue.writing() as tx:
        token = make_token(tx, site.person("studio"), "schemathesis", "all", timedelta(days=1))
    api = schemathesis.openapi.from_dict(described(site.app))
    api.config.generation.update(with_security_parameters=False)  # they are left out, and changed, by a check of theirs
    seen: dict[str, set[int]] = {}
    wrong: dict[str, str] = {}
    for found in api.get_all_operations():
        operation = found.ok()
        if operation.path != ENDLESS:
            site.app.state.paces = Paces()  # that check comes with many wrong tokens
            try:
                seen[operation.label] = answers(operation, site.url, token, named)
            except (FailureGroup, Failure) as error:
                wrong[operation.label] = str(error)
    assert not wrong, "\n".join(wrong.values())
    assert len(seen) >= 30, sorted(seen)
    never = {label for label, codes in seen.items() if not any(code < 300 for code in codes)}
    assert len(never) <= len(seen) // 3, f"most were asked for nothing that they could do: {never}"


def answers(operation: Any, url: str, token: str, named: dict[str, str]) -> set[int]:
    """The statuses of an operation, each as it is described, as its body is."""
    headers = {"Authorization": f"Bearer {token}"}
    codes: set[int] = set()

    def asked(mode: GenerationMode) -> None:
        @given(operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def holds(case: schemathesis.Case) -> None:
            if mode is GenerationMode.POSITIVE:  # of things that are there
                case.path_parameters |= {name: named[name] for name in case.path_parameters if name in named}
            answer = case.call(base_url=url, headers=headers)
            # what is well formed may be refused all the same: a code that is taken, a script that cannot be read
            case.validate_response(answer, headers=headers, excluded_checks=[positive_data_acceptance])
            codes.add(answer.status_code)

        holds()

    asked(GenerationMode.POSITIVE)
    with contextlib.suppress(Unsatisfiable):  # nothing can be wrong where nothing is asked
        asked(GenerationMode.NEGATIVE)
    return codes
