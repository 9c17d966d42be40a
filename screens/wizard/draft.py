"""A contract's draft: the create request being completed, and what of it can be rated already. No widget in sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from store.errors import Invalid, Problem
from store.terms.base import parse
from store.terms.contract import ContractTerms
from store.terms.document import plain

Payload = dict[str, Any]
"""A create request in the API's words, complete or not. Never changed in place: every change makes a new one."""

LISTS = (
    "commits", "credits", "recurring_commits", "recurring_credits", "scheduled_charges", "overrides", "subscriptions",
    "discounts", "professional_services", "reseller_royalties",
)  # fmt: skip
"""The lists of terms that the wizard edits."""
ESSENTIAL = ("customer_id", "starting_at")
"""Without these nothing can be rated."""
TRIES = 20


def ordered(payload: Mapping[str, Any]) -> Payload:
    """The request without what is empty, its fields in the order of the documentation."""
    names = dict.fromkeys((*ContractTerms.model_fields, *payload))
    return {name: payload[name] for name in names if payload.get(name) not in (None, "", [], {}, ())}


def changed(payload: Mapping[str, Any], **fields: Any) -> Payload:
    """The draft with some fields exchanged; what is empty is left out."""
    return ordered({**payload, **fields})


def problems(payload: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Every rule the request breaks by itself."""
    try:
        parse(ContractTerms, plain(ordered(payload)))
    except Invalid as refused:
        return refused.problems
    return ()


def terms(payload: Mapping[str, Any]) -> ContractTerms:
    """The request as a value; raises `Invalid` with everything that is wrong."""
    return parse(ContractTerms, plain(ordered(payload)))


def ratable(payload: Mapping[str, Any]) -> ContractTerms | None:
    """As much of the request as is sound: terms and fields that break a rule are left out. None without a start."""
    draft = plain(ordered(payload))
    for _ in range(TRIES):
        try:
            return parse(ContractTerms, draft)
        except Invalid as refused:
            smaller = _without(draft, refused.problems)
        if smaller is None:
            return None
        draft = smaller
    return None


def _without(draft: Payload, found: Iterable[Problem]) -> Payload | None:
    """The draft without what these problems are about; None where that leaves nothing to rate."""
    whole: set[str] = set()
    items: dict[str, set[int]] = {}
    for problem in found:
        top, _, rest = problem.path.strip("/").partition("/")
        index = rest.partition("/")[0]
        if top in ESSENTIAL or not top or top not in draft:
            return None
        if isinstance(draft[top], list) and index.isdigit():
            items.setdefault(top, set()).add(int(index))
        else:
            whole.add(top)
    kept = {name: value for name, value in draft.items() if name not in whole}
    for name, gone in items.items():
        if name in kept:
            kept[name] = [item for k, item in enumerate(kept[name]) if k not in gone]
    return kept


def terms_of(payload: Mapping[str, Any], kinds: Iterable[str]) -> dict[str, tuple[Payload, ...]]:
    """The lists of terms of these kinds."""
    return {kind: tuple(payload.get(kind) or ()) for kind in kinds}


def title(payload: Mapping[str, Any], customer: str) -> str:
    """What a list of drafts calls it."""
    name = payload.get("name")
    return str(name) if name else f"New contract of {customer}" if customer else "New contract"


def kept(
    payload: Mapping[str, Any],
    texts: Mapping[str, str],
    step: int,
    usage: Mapping[str, Any] | None = None,
    opened: Payload | None = None,
) -> Payload:
    """What is stored of unfinished work: the request, the texts typed, the step, the usage, the term in the editor."""
    plainly = {"request": plain(dict(payload)), "texts": dict(texts), "step": step, "usage": dict(usage or {})}
    return plainly | ({"open": opened} if opened else {})


def resumed(stored: Mapping[str, Any]) -> tuple[Payload, dict[str, str], int]:
    """The three of a stored draft; whatever is missing is as in a new one."""
    request, texts, step = stored.get("request"), stored.get("texts"), stored.get("step")
    return (
        dict(request) if isinstance(request, Mapping) else {},
        {str(k): str(v) for k, v in texts.items()} if isinstance(texts, Mapping) else {},
        step if isinstance(step, int) and 0 <= step <= 3 else 0,
    )
