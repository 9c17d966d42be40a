"""Paths of the request as operators know them, and the step each belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screens.terms.editor import SHAPES
from screens.terms.offering import Offering
from screens.terms.summary import term_line
from screens.wizard import basics

STEPS = ("Basics", "Commits", "Terms", "Review")
"""The steps' names on the rail."""
BASICS, BALANCES, TERMS, REVIEW = range(4)
KINDS = {
    BALANCES: ("commits", "credits", "recurring_commits", "recurring_credits"),
    TERMS: (
        "scheduled_charges", "overrides", "subscriptions", "discounts", "professional_services", "reseller_royalties",
    ),
}  # fmt: skip
"""Which lists of terms each step edits."""
EXTRAS = ("custom_fields", "multiplier_override_prioritization")


def step_of(path: str) -> int:
    """The step on which a problem at that path can be put right."""
    top = path.strip("/").partition("/")[0]
    for step, kinds in KINDS.items():
        if top in kinds:
            return step
    if top in EXTRAS:
        return TERMS
    return BASICS if basics.place(path) else REVIEW


def term_at(path: str) -> tuple[str, int, str] | None:
    """Kind, position and rest of the path of a term, or None: `/commits/0/amount` → commits, 0, `/amount`."""
    kind, _, rest = path.strip("/").partition("/")
    index, _, below = rest.partition("/")
    if any(kind in kinds for kinds in KINDS.values()) and index.isdigit():
        return kind, int(index), f"/{below}" if below else ""
    return None


def name(path: str, draft: Mapping[str, Any], offering: Offering) -> str:
    """A path in words: `Starts`, `Commit “Prepaid”: rate type`; empty for the whole request."""
    term = term_at(path)
    if term is not None:
        kind, index, below = term
        items = draft.get(kind) or ()
        noun = SHAPES[kind].noun.capitalize()
        called = f"“{term_line(kind, items[index], offering).name}”" if index < len(items) else str(index + 1)
        return f"{noun} {called}: {_words(below)}" if below else f"{noun} {called}"
    if path.startswith("/custom_fields/"):
        return f"Custom field {path.removeprefix('/custom_fields/')}"
    place = basics.place(path)
    if place:
        labels = {f.path: f.label for f in basics.fields(offering)}
        return labels[place]
    return _words(path).capitalize()


def _words(path: str) -> str:
    parts = [str(int(p) + 1) if p.isdigit() else p.replace("_", " ") for p in path.strip("/").split("/")]
    return ", ".join(part for part in parts if part)
