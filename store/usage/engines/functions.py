"""The few functions that engines spell differently; everything else of a query is SQLAlchemy's own (README, §4.5).

Numbers are text in the ledger. `plain` tells text that every engine reads alike and holds exactly in `dec`, with room
for the sum of a billion of them; any other text is handed over as it is and read in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, DateTime, Numeric, Text, bindparam, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

PLAIN = "^-?[0-9]{1,18}([.][0-9]{1,9})?$"
"""At most 18 digits before and 9 after the point: a DECIMAL(38, 9) has 11 digits left for summing."""


class props(FunctionElement[Any]):  # noqa: N801 - written like a function of SQL
    """The texts of some properties as a list, taken out of their JSON in one go; NULL for one that is not there."""

    inherit_cache = True

    def __init__(self, properties: ColumnElement[Any], names: Sequence[str]) -> None:
        super().__init__(properties, *(each for name in names for each in _named(name)))


class picked(FunctionElement[str]):  # noqa: N801
    """The k-th text of such a list, from 1 on."""

    type = Text()
    inherit_cache = True

    def __init__(self, texts: ColumnElement[Any], k: int) -> None:
        super().__init__(texts, literal_column(str(k)))


class plain(FunctionElement[bool]):  # noqa: N801
    """Whether a text is a number that `dec` holds exactly."""

    type = Boolean()
    inherit_cache = True


class dec(FunctionElement[Any]):  # noqa: N801
    """The number in a plain text; NULL in other text."""

    type = Numeric()
    inherit_cache = True


class latest(FunctionElement[str]):  # noqa: N801
    """Of the first argument the value where (second, third) is highest."""

    type = Text()
    inherit_cache = True


class micros(FunctionElement[int]):  # noqa: N801
    """An instant as microseconds since 1970."""

    type = BigInteger()
    inherit_cache = True


class hours(FunctionElement[int]):  # noqa: N801
    """The whole hours since 1970 at an instant."""

    type = BigInteger()
    inherit_cache = True


class months(FunctionElement[int]):  # noqa: N801
    """The calendar month of an instant as year × 12 + month - 1."""

    type = BigInteger()
    inherit_cache = True


class instant(FunctionElement[Any]):  # noqa: N801
    """A UTC instant, given as microseconds since 1970, to compare timestamps with."""

    type = DateTime()
    inherit_cache = True

    def __init__(self, microseconds: int) -> None:
        super().__init__(bindparam(None, microseconds, BigInteger()))


def _named(name: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """A property's name and the JSON pointer to it, as values of a query."""
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    return bindparam(None, name, Text()), bindparam(None, pointer, Text())


def _arguments(element: FunctionElement[Any], compiler: Any, **kw: Any) -> list[str]:
    return [compiler.process(each, **kw) for each in element.clauses]


@compiles(props, "duckdb")
def _props_duckdb(element: props, compiler: Any, **kw: Any) -> str:
    column, _, *pointers = _arguments(element, compiler, **kw)
    return f"json_extract_string({column}, [{', '.join(pointers[::2])}])"


@compiles(props, "postgresql")
def _props_postgresql(element: props, compiler: Any, **kw: Any) -> str:
    column, *names = element.clauses
    each = (compiler.process(name, **kw) for name in names[::2])
    return f"ARRAY[{', '.join(f'{compiler.process(column, **kw)} ->> {name}' for name in each)}]"


@compiles(props, "clickhousedb")
def _props_clickhouse(element: props, compiler: Any, **kw: Any) -> str:
    column, *names = element.clauses
    each = (compiler.process(name, **kw) for name in names[::2])
    found = (f"JSONExtract({compiler.process(column, **kw)}, {name}, 'Nullable(String)')" for name in each)
    return f"[{', '.join(found)}]"


@compiles(picked)
def _picked(element: picked, compiler: Any, **kw: Any) -> str:
    texts, k = _arguments(element, compiler, **kw)
    return f"{texts}[{k}]"


@compiles(plain, "duckdb")
def _plain_duckdb(element: plain, compiler: Any, **kw: Any) -> str:
    return f"regexp_full_match({_arguments(element, compiler, **kw)[0]}, '{PLAIN}')"


@compiles(plain, "postgresql")
def _plain_postgresql(element: plain, compiler: Any, **kw: Any) -> str:
    return f"({_arguments(element, compiler, **kw)[0]} ~ '{PLAIN}')"


@compiles(plain, "clickhousedb")
def _plain_clickhouse(element: plain, compiler: Any, **kw: Any) -> str:
    return f"match({_arguments(element, compiler, **kw)[0]}, '{PLAIN}')"


@compiles(dec, "duckdb")
def _dec_duckdb(element: dec, compiler: Any, **kw: Any) -> str:
    return f"TRY_CAST({_arguments(element, compiler, **kw)[0]} AS DECIMAL(38, 9))"


@compiles(dec, "postgresql")
def _dec_postgresql(element: dec, compiler: Any, **kw: Any) -> str:
    text = _arguments(element, compiler, **kw)[0]
    return f"(CASE WHEN {text} ~ '{PLAIN}' THEN {text}::numeric END)"


@compiles(dec, "clickhousedb")
def _dec_clickhouse(element: dec, compiler: Any, **kw: Any) -> str:
    # A sum of Decimal128 wraps around to a negative number in silence; one of Decimal256 has the room.
    return f"toDecimal256OrNull({_arguments(element, compiler, **kw)[0]}, 9)"


@compiles(latest, "duckdb")
def _latest_duckdb(element: latest, compiler: Any, **kw: Any) -> str:
    value, time, place = _arguments(element, compiler, **kw)
    return f"arg_max({value}, ({time}, {place}))"


@compiles(latest, "postgresql")
def _latest_postgresql(element: latest, compiler: Any, **kw: Any) -> str:
    value, time, place = _arguments(element, compiler, **kw)
    return f"((array_agg({value} ORDER BY {time} DESC, {place} DESC))[1])"


@compiles(latest, "clickhousedb")
def _latest_clickhouse(element: latest, compiler: Any, **kw: Any) -> str:
    value, time, place = _arguments(element, compiler, **kw)
    return f"argMax({value}, ({time}, {place}))"


@compiles(micros, "duckdb")
def _micros_duckdb(element: micros, compiler: Any, **kw: Any) -> str:
    return f"epoch_us({_arguments(element, compiler, **kw)[0]})"


@compiles(micros, "postgresql")
def _micros_postgresql(element: micros, compiler: Any, **kw: Any) -> str:
    return f"(extract(epoch FROM {_arguments(element, compiler, **kw)[0]}) * 1000000)::bigint"


@compiles(micros, "clickhousedb")
def _micros_clickhouse(element: micros, compiler: Any, **kw: Any) -> str:
    return f"toUnixTimestamp64Micro({_arguments(element, compiler, **kw)[0]})"


@compiles(hours, "duckdb")
def _hours_duckdb(element: hours, compiler: Any, **kw: Any) -> str:
    return f"(epoch_us(date_trunc('hour', {_arguments(element, compiler, **kw)[0]})) // 3600000000)"


@compiles(hours, "postgresql")
def _hours_postgresql(element: hours, compiler: Any, **kw: Any) -> str:
    return f"(extract(epoch FROM date_trunc('hour', {_arguments(element, compiler, **kw)[0]})) / 3600)::bigint"


@compiles(hours, "clickhousedb")
def _hours_clickhouse(element: hours, compiler: Any, **kw: Any) -> str:
    moment = f"toUnixTimestamp64Micro({_arguments(element, compiler, **kw)[0]})"
    return f"intDiv({moment} - positiveModulo({moment}, 3600000000), 3600000000)"


@compiles(months, "duckdb")
@compiles(months, "postgresql")
def _months(element: months, compiler: Any, **kw: Any) -> str:
    moment = _arguments(element, compiler, **kw)[0]
    return f"CAST(extract(year FROM {moment}) * 12 + extract(month FROM {moment}) - 1 AS bigint)"


@compiles(months, "clickhousedb")
def _months_clickhouse(element: months, compiler: Any, **kw: Any) -> str:
    moment = _arguments(element, compiler, **kw)[0]
    return f"(toYear({moment}) * 12 + toMonth({moment}) - 1)"


@compiles(instant, "duckdb")
def _instant_duckdb(element: instant, compiler: Any, **kw: Any) -> str:
    return f"make_timestamp({_arguments(element, compiler, **kw)[0]})"


@compiles(instant, "postgresql")
def _instant_postgresql(element: instant, compiler: Any, **kw: Any) -> str:
    return f"(timestamp '1970-01-01' + {_arguments(element, compiler, **kw)[0]} * interval '1 microsecond')"


@compiles(instant, "clickhousedb")
def _instant_clickhouse(element: instant, compiler: Any, **kw: Any) -> str:
    # Its instants end with the year 2299; no event is later, and what is bounded later is bounded well enough there.
    bounded = f"least(greatest({_arguments(element, compiler, **kw)[0]}, {_FIRST}), {_LAST})"
    return f"fromUnixTimestamp64Micro({bounded}, 'UTC')"


_FIRST, _LAST = -2_208_988_800_000_000, 10_413_791_999_999_999
"""The microseconds since 1970 of what ClickHouse's DateTime64(6) can hold: 1900 to 2299."""
