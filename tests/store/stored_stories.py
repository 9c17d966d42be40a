"""A story's book in a store: ids become UUIDs."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.books import BookStory


def uid(name: str) -> str:
    """The stored id of what a story calls by a name."""
    return str(uuid5(NAMESPACE_URL, name))


def stored(story: BookStory) -> Any:
    """The story's document with UUIDs for its ids."""
    ids = {
        t["id"]
        for kind in ("billable_metrics", "products", "rate_cards", "customers", "contracts")
        for t in story.payload[kind]
    }
    ids |= {t["id"] for c in story.payload["contracts"] for kind in ("commits", "credits") for t in c.get(kind, ())}
    refs = {"id", "customer_id", "contract_id", "product_id", "rate_card_id", "billable_metric_id"}

    def renamed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: renamed(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [renamed(v, key) for v in value]
        return uid(value) if key in refs and value in ids else value

    return renamed(story.payload)
