"""What a draft is, wherever it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal["contract", "amendment", "usage_filter", "customer"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft; `payload` is plain JSON data, numbers as integers and exact decimals, instants as text."""

    id: str
    operator: str
    kind: Kind
    title: str
    payload: Mapping[str, Any]
    saved_at: datetime
    customer_id: str | None = None
    contract_id: str | None = None
