"""Whatever is asked, in or out of the server's own OpenAPI document, the answer is one that the document knows.

The book behind it has one of everything, and half of the requests name what there is, so that they get past the door.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from console.server import make_app
from store import bundle
from store.database import Store
from tests.console.serving import BY, NOW, token
from tests.store import sample
from tests.store.sample import ACME, CALLS, CALLS_METRIC, CARD, CONTRACT, FEE

EXAMPLES = int(os.environ.get("TERMSHEET_FUZZ", "10"))
"""Requests made up for each operation; a longer run by hand sets the variable."""
LONG = "TERMSHEET_FUZZ" in os.environ
"""Whether also to walk through the values at the edges of every schema, which takes minutes."""
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]
KNOWN = {
    "customer_id": ACME,
    "contract_id": CONTRACT,
    "rate_card_id": CARD,
    "billable_metric_id": CALLS_METRIC,
    "product_id": FEE,
    "applicable_product_ids": [CALLS],
    "customer_ids": [ACME],
    "entity_id": ACME,
}


def known(value: Any) -> Any:
    """The body with things that exist in place of those that do not."""
    if isinstance(value, dict):
        return {
            name: KNOWN[name] if name in KNOWN and isinstance(inner, type(KNOWN[name])) else known(inner)
            for name, inner in value.items()
        }
    return [known(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The server's document, with the server behind it."""
    store = Store.open(str(tmp_path_factory.mktemp("fuzz") / "store.db"))
    with store.work(by=BY, now=NOW) as work:
        bundle.import_bundle(work, bundle.parse_bundle(sample.document(), stored=True))
    app = make_app(store, clock=lambda: NOW)
    headers = {"Authorization": f"Bearer {token(store)}"}
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers=headers)
    schema.config.update(headers=headers)
    schema.config.phases.coverage.enabled = LONG
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    yield schema
    store.close()


schema = schemathesis.pytest.from_fixture("document")


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_request_is_a_defect(case: Any) -> None:
    if case.body is not None and len(str(case.body)) % 2:
        case.body = known(case.body)
    case.call_and_validate(checks=CHECKS)
