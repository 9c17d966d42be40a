"""The amendment being made: the request in the API's words, and what of a draft can be put back. No widget in sight.

What an amendment cannot hold (recurring terms, subscriptions) makes the request an edit of the contract (README, §3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from store.errors import Invalid, Problem
from store.terms.base import REQUEST, parse
from store.terms.changes import Amend, Edit
from store.terms.contract import Amendment, ContractEdit
from store.terms.document import plain

EDITED = ("recurring_commits", "recurring_credits", "subscriptions")
"""The lists of terms that only an edit adds."""
KINDS = (
    "overrides", "commits", "credits", "scheduled_charges", *EDITED, "discounts", "professional_services",
    "reseller_royalties",
)  # fmt: skip
"""The lists of terms that can be added here."""

Payload = dict[str, Any]


def payload(
    *, customer_id: str, head: Mapping[str, Any], terms: Mapping[str, Sequence[Payload]], fields: Mapping[str, str]
) -> Payload:
    """The request as it would be sent: nothing empty is in it."""
    found: Payload = {"customer_id": customer_id, **head}
    found |= {kind: list(terms[kind]) for kind in KINDS if terms.get(kind)}
    if fields:
        found["custom_fields"] = dict(fields)
    return found


def is_edit(request: Payload) -> bool:
    """Whether it holds what only an edit adds."""
    return any(request.get(kind) for kind in EDITED)


def sent(request: Payload) -> Payload:
    """The body that is sent: an amendment as it stands, an edit with each list under its own name."""
    if not is_edit(request):
        return request
    head = {name: request[name] for name in ("customer_id", "contract_id") if name in request}
    return head | {f"add_{kind}": request[kind] for kind in KINDS if request.get(kind)}


def read(request: Payload) -> Amendment | ContractEdit:
    """The request as a value; raises `Invalid` with everything that is wrong, at the paths of the lists shown."""
    if not is_edit(request):
        return parse(Amendment, plain(request), context=REQUEST)
    if request.get("custom_fields"):
        text = "cannot be set together with recurring terms or subscriptions; save them on their own"
        raise Invalid([Problem("/custom_fields", text)])
    if not request.get("starting_at"):
        raise Invalid([Problem("/starting_at", "is required")])
    if not request.get("contract_id"):
        raise Invalid([Problem("/contract_id", "is required")])
    try:
        return parse(ContractEdit, plain(sent(request)), context=REQUEST)
    except Invalid as refused:
        raise Invalid([placed(problem) for problem in refused.problems]) from None


def placed(problem: Problem) -> Problem:
    """A problem of an edit at the path of the list that is shown: `/add_commits/0` → `/commits/0`."""
    return Problem("/" + problem.path.removeprefix("/add_").lstrip("/"), problem.message)


def proposal(made: Amendment | ContractEdit) -> Amend | Edit:
    """The request as something to rate."""
    return Amend(made) if isinstance(made, Amendment) else Edit(made)


def is_empty(request: Payload) -> bool:
    """Whether it would change nothing."""
    return not any(request.get(name) for name in (*KINDS, "custom_fields"))


def kept(
    request: Payload,
    texts: Mapping[str, str],
    usage: Mapping[str, Any],
    versions: Mapping[str, int] | None = None,
    opened: Payload | None = None,
) -> Payload:
    """What a draft stores: terms, head as typed, usage, the versions it was begun upon, and the term in the editor."""
    lists = {name: request[name] for name in (*KINDS, "custom_fields") if request.get(name)}
    return {
        "request": plain(lists), "texts": dict(texts), "usage": dict(usage), "versions": dict(versions or {}),
        "open": opened,
    }  # fmt: skip


def begun_upon(stored: Mapping[str, Any]) -> dict[str, int]:
    """The versions of contracts that a stored draft was begun upon."""
    versions = stored.get("versions")
    return {str(k): v for k, v in versions.items() if isinstance(v, int)} if isinstance(versions, Mapping) else {}


def resumed(stored: Mapping[str, Any]) -> tuple[dict[str, tuple[Payload, ...]], dict[str, str], dict[str, str]]:
    """Terms, custom fields and typed texts of a stored draft; whatever is missing is empty."""
    request, texts = stored.get("request"), stored.get("texts")
    request = request if isinstance(request, Mapping) else {}
    fields = request.get("custom_fields")
    return (
        {kind: tuple(request.get(kind) or ()) for kind in KINDS},
        {str(k): str(v) for k, v in fields.items()} if isinstance(fields, Mapping) else {},
        {str(k): str(v) for k, v in texts.items()} if isinstance(texts, Mapping) else {},
    )
