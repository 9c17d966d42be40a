"""Events themselves out of an engine, for what cannot be asked of it: queries that operators wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Select, select

from store.usage.engines.backend import Engine
from store.usage.engines.functions import instant, micros
from store.usage.engines.grid import microseconds
from store.usage.sql_metric.measure import Raw


def raw_events(engine: Engine, refs: Sequence[str], start: datetime, end: datetime) -> Iterator[Raw]:
    """The events of `[start, end)` that named one of these ids or aliases, in no order."""

    def over(events: FromClause) -> Select[Any]:
        c = events.c
        inside = (c.timestamp >= instant(microseconds(start)), c.timestamp < instant(microseconds(end)))
        return select(micros(c.timestamp), c.event_type, c.properties, c.seq).where(c.alias.in_(refs), *inside)

    for moment, kind, properties, place in engine.rows(over, start, end):
        given = properties if isinstance(properties, dict) else json.loads(properties)
        yield Raw(int(moment), kind, given, int(place))
