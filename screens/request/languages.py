"""A request as JSON, as a curl command, and as Python for the published client: text that does exactly that.

What a terminal might obey is written as an escape of the language, so that a copy is exact and harmless.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from screens.request.asked import Asked
from store.terms import document, money
from store.text import escaped, escaped_python

CALLS: Mapping[str, str] = {
    "/v1/customers": "v1.customers.create",
    "/v1/customers/archive": "v1.customers.archive",
    "/v1/customers/{customer_id}/setName": "v1.customers.set_name",
    "/v1/customers/{customer_id}/setIngestAliases": "v1.customers.set_ingest_aliases",
    "/v1/customers/{customer_id}/invoices": "v1.customers.invoices.list",
    "/v1/customers/{customer_id}/invoices/{invoice_id}": "v1.customers.invoices.retrieve",
    "/v1/contracts/customerBalances/list": "v1.contracts.list_balances",
    "/v1/customFields/addKey": "v1.custom_fields.add_key",
    "/v1/customFields/setValues": "v1.custom_fields.set_values",
    "/v1/contracts/create": "v1.contracts.create",
    "/v1/contracts/amend": "v1.contracts.amend",
    "/v1/contracts/setUsageFilter": "v1.contracts.set_usage_filter",
    "/v1/contracts/updateEndDate": "v1.contracts.update_end_date",
    "/v1/contracts/scheduleProServicesInvoice": "v1.contracts.schedule_pro_services_invoice",
    "/v1/contracts/addManualBalanceLedgerEntry": "v1.contracts.add_manual_balance_entry",
    "/v1/contracts/archive": "v1.contracts.archive",
    "/v1/contracts/customerCommits/create": "v1.customers.commits.create",
    "/v1/contracts/customerCredits/create": "v1.customers.credits.create",
    "/v2/contracts/edit": "v2.contracts.edit",
    "/v1/billable-metrics/create": "v1.billable_metrics.create",
    "/v1/contract-pricing/products/create": "v1.contracts.products.create",
    "/v1/contract-pricing/rate-cards/create": "v1.contracts.rate_cards.create",
    "/v1/contract-pricing/rate-cards/addRates": "v1.contracts.rate_cards.rates.add_many",
}
"""A path, and the method of the published client that asks it; what stands in braces is an argument of its own."""

ENVIRONMENT = "METRONOME_BASE_URL and METRONOME_BEARER_TOKEN"


def as_json(asked: Sequence[Asked]) -> str:
    """The body; of several, each under its method and path."""
    if len(asked) == 1 and asked[0].method == "POST":
        return _json(asked[0].body)
    return "\n\n".join(_headed(one) for one in asked)


def _headed(one: Asked) -> str:
    head = f"{one.method} {one.path}"
    return head if one.method == "GET" else f"{head}\n\n{_json(one.body)}"


def as_curl(asked: Sequence[Asked]) -> str:
    """Commands for a shell; where to and as whom is in the environment."""
    return f"# {ENVIRONMENT} say where to, and as whom.\n" + "\n".join(map(_curl, asked))


def _curl(one: Asked) -> str:
    if one.method == "GET":
        return f'curl "$METRONOME_BASE_URL{one.path}" \\\n  -H "Authorization: Bearer $METRONOME_BEARER_TOKEN"'
    return (
        f'curl -X POST "$METRONOME_BASE_URL{one.path}" \\\n'
        '  -H "Authorization: Bearer $METRONOME_BEARER_TOKEN" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  --data-binary @- <<'JSON'\n{_json(one.body)}\nJSON"
    )


def as_python(asked: Sequence[Asked]) -> str:
    """A program for the published client (`pip install metronome-sdk`)."""
    calls = "\n".join(_call(one) for one in asked)
    return f"from metronome import Metronome\n\nclient = Metronome()  # reads {ENVIRONMENT}\n{calls}"


def _call(one: Asked) -> str:
    body = document.plain(dict(one.body))
    method, parts = _client_method(one.path)
    if not method:
        return f'client.post("{one.path}", body={_literal(body, 0)}, cast_to=object)'
    arguments = "".join(f"    {name}={_literal(value, 1)},\n" for name, value in (parts | body).items())
    return f"client.{method}(\n{arguments})"


def _client_method(path: str) -> tuple[str, dict[str, str]]:
    """The method of the client that asks for a path, and the parts of the path it takes; empty if there is none."""
    if path in CALLS:
        return CALLS[path], {}
    for pattern, method in CALLS.items():
        fits = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern), path)
        if fits:
            return method, fits.groupdict()
    return "", {}


def _literal(value: Any, depth: int) -> str:
    """A value as Python writes it, one item a line."""
    pad, end = "    " * (depth + 1), "    " * depth
    if isinstance(value, dict) and value:
        items = "".join(f"{pad}{_text(str(name))}: {_literal(item, depth + 1)},\n" for name, item in value.items())
        return f"{{\n{items}{end}}}"
    if isinstance(value, list) and value:
        items = "".join(f"{pad}{_literal(item, depth + 1)},\n" for item in value)
        return f"[\n{items}{end}]"
    if isinstance(value, str):
        return _text(value)
    return money.text(value) if isinstance(value, Decimal) else repr(value)


def _json(body: Mapping[str, Any]) -> str:
    return escaped(document.write(dict(body), indent=2))


def _text(text: str) -> str:
    return escaped_python(document.write(text))


LANGUAGES: tuple[tuple[str, str, Callable[[Sequence[Asked]], str]], ...] = (
    ("JSON", "json", as_json),
    ("curl", "sh", as_curl),
    ("Python", "py", as_python),
)
"""A language's name, the ending of its files, and its maker."""
