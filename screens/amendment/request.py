"""The amendment being made: the request in the API's words, and what of a draft can be put back. No widget in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from store.terms.base import REQUEST, parse
from store.terms.contract import Amendment
from store.terms.document import plain

KINDS = ("overrides", "commits", "credits", "scheduled_charges")
"""The lists of terms that an amendment is made of here."""

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


def read(request: Payload) -> Amendment:
    """The request as a value; raises `Invalid` with everything that is wrong."""
    return parse(Amendment, plain(request), context=REQUEST)


def is_empty(request: Payload) -> bool:
    """Whether it would change nothing."""
    return not any(request.get(name) for name in (*KINDS, "custom_fields"))


def kept(
    request: Payload, texts: Mapping[str, str], usage: Mapping[str, Any], versions: Mapping[str, int] | None = None
) -> Payload:
    """What a draft stores: terms, the head as typed, the usage that is rated, and the versions it was begun upon."""
    lists = {name: request[name] for name in (*KINDS, "custom_fields") if request.get(name)}
    return {
        "request": plain(lists), "texts": dict(texts), "usage": dict(usage), "versions": dict(versions or {})
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
