"""The first two gates: the text is one SELECT, and everything in its tree is on the list (README, §2.3).

Nothing of the text itself ever reaches an engine: what runs is written anew from the tree that passed here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from store.errors import Invalid
from store.terms import money

if TYPE_CHECKING:
    from sqlglot import exp

MAX_LENGTH = 20_000
MAX_DEPTH = 100
EVENTS = "events"
RESERVED = "__"
"""How names begin that only we give."""

_CLAUSES = (
    "Select", "From", "Where", "Group", "Having", "Order", "Ordered", "Limit", "Offset", "Distinct", "With", "CTE",
    "Subquery", "Table", "TableAlias", "Alias", "Column", "Identifier", "Paren", "Tuple",
)  # fmt: skip
_VALUES = ("Literal", "Boolean", "Null", "Cast", "DataType", "DataTypeParam", "Case", "If", "Var")
_OPERATORS = (
    "Add", "Sub", "Mul", "Div", "Mod", "Neg", "EQ", "NEQ", "GT", "GTE", "LT", "LTE", "And", "Or", "Not", "Is", "In",
    "Between",
)  # fmt: skip
_FUNCTIONS = (
    "Count", "Sum", "Max", "Min", "Avg", "Least", "Greatest", "Round", "Ceil", "Floor", "Abs", "Coalesce", "Nullif",
    "TimestampTrunc", "DateTrunc",
)  # fmt: skip
ALLOWED = frozenset((*_CLAUSES, *_VALUES, *_OPERATORS, *_FUNCTIONS, "Star", "Anonymous"))
OURS = frozenset({"LATEST", "EARLIEST"})
UNITS = frozenset({"HOUR", "DAY"})
TYPES = frozenset(
    "DECIMAL DOUBLE FLOAT INT BIGINT SMALLINT TINYINT TEXT VARCHAR CHAR BOOLEAN TIMESTAMP TIMESTAMPNTZ DATE".split()  # noqa: SIM905
)
SPOKEN = (
    "COUNT, SUM, MAX, MIN, AVG, EARLIEST, LATEST, LEAST, GREATEST, ROUND, CEIL, FLOOR, ABS, COALESCE, NULLIF, "
    "DATE_TRUNC, CAST and CASE"
)


@lru_cache(maxsize=64)
def passed(sql: str) -> exp.Select:
    """The tree of a query that may run; do not change it. Raises `Invalid` naming what is in the way."""
    tree = _one_select(sql)
    for problem in _problems(tree):
        raise Invalid(problem, path="/sql")
    return tree


def _one_select(sql: str) -> exp.Select:
    import sqlglot
    from sqlglot import errors, exp

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # what it warns of is refused, and said by us
    if len(sql) > MAX_LENGTH:
        raise Invalid(f"must have at most {MAX_LENGTH} characters", path="/sql")
    try:
        found = [each for each in sqlglot.parse(sql, read="duckdb") if each is not None]
    except errors.SqlglotError as error:
        raise Invalid(f"cannot be read: {_where(error)}", path="/sql") from None
    except RecursionError:
        raise Invalid("is nested too deeply", path="/sql") from None
    if len(found) != 1:
        raise Invalid("must be one statement", path="/sql")
    if not isinstance(found[0], exp.Select):
        raise Invalid(f"must be a SELECT, not {_spoken(found[0])}", path="/sql")
    return found[0]


def _where(error: Exception) -> str:
    details = getattr(error, "errors", None)
    if details:
        first = details[0]
        said = str(first.get("description") or "").partition("<class")[0].strip().rstrip(":") or "not a query"
        return f"{said} at line {first.get('line')}, column {first.get('col')}"
    return str(error).splitlines()[0] if str(error) else "not SQL"


def _problems(tree: exp.Select) -> Iterator[str]:
    from sqlglot import exp

    names = {EVENTS}
    for node in tree.walk():
        if node.depth > MAX_DEPTH:
            yield "is nested too deeply"
            return
        if isinstance(node, exp.CTE):
            names.add(node.alias.lower())
    for node in tree.walk():
        kind = type(node).__name__
        if kind not in ALLOWED:
            yield f"{_spoken(node)} cannot be used in a metric" + _hint(node)
        elif isinstance(node, exp.Anonymous):
            yield from _function(node)
        elif isinstance(node, exp.Table):
            yield from _table(node, names)
        elif isinstance(node, exp.Star):
            if not isinstance(node.parent, exp.Count):
                yield "* cannot be used in a metric, except in COUNT(*): name the columns"
        elif isinstance(node, exp.With):
            if node.args.get("recursive"):
                yield "WITH RECURSIVE cannot be used in a metric"
        elif isinstance(node, exp.CTE):
            if node.alias.lower() == EVENTS:
                yield "a common table expression cannot be called events"
            elif not isinstance(node.this, exp.Select):
                yield f"{_spoken(node.this)} cannot be used in a metric"
        elif isinstance(node, exp.Identifier):
            if node.name.startswith(RESERVED):
                yield f"names that begin with {RESERVED} are reserved: {node.name}"
        elif isinstance(node, exp.Column):
            yield from _column(node)
        elif isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
            if node.text("unit").upper() not in UNITS:
                yield "DATE_TRUNC takes 'hour' or 'day'"
        elif isinstance(node, exp.Distinct):
            if len(node.expressions) > 1 or node.args.get("on"):
                yield "DISTINCT takes one value"
        elif isinstance(node, exp.DataType):
            if node.this.value not in TYPES:
                yield f"CAST to {node.sql()} cannot be used in a metric"
        elif isinstance(node, exp.Literal):
            if not node.is_string:
                yield from _number(node.name)
        elif isinstance(node, exp.Select):
            yield from _select(node)
        elif isinstance(node, exp.Subquery) and not isinstance(node.this, exp.Select):
            yield f"{_spoken(node.this)} cannot be used in a metric"


def _select(node: exp.Select) -> Iterator[str]:
    if node.args.get("from_") is None and node.args.get("from") is None:
        yield "every SELECT reads from events, a subquery or a common table expression"
    if node.args.get("joins"):
        yield "JOIN cannot be used in a metric: read from one table or subquery"
    for name in ("into", "windows", "qualify", "sample", "locks", "hint", "kind", "laterals", "pivots", "match"):
        if node.args.get(name):
            yield f"{name.upper()} cannot be used in a metric"


def _number(text: str) -> Iterator[str]:
    try:
        money.amount(Decimal(text))
    except ArithmeticError:
        yield f"{text} is not a number"
    except ValueError as error:
        yield f"the number {text} {error}"


def _function(node: exp.Anonymous) -> Iterator[str]:
    name = str(node.this).upper()
    if name not in OURS:
        yield f"the function {node.this} cannot be used in a metric; there are {SPOKEN}"
    elif len(node.expressions) != 1:
        yield f"{name} takes one value"


def _table(node: exp.Table, names: set[str]) -> Iterator[str]:
    extra = [key for key, value in node.args.items() if value and key not in ("this", "alias")]
    if extra or type(node.this).__name__ != "Identifier":
        yield f"{node.sql(dialect='duckdb')} cannot be read: a metric reads from {EVENTS}"
    elif node.name.lower() not in names:
        yield f"there is no table {node.name}: a metric reads from {EVENTS}"


def _column(node: exp.Column) -> Iterator[str]:
    parts = [part.name for part in node.parts]
    if len(parts) > 3 or (len(parts) == 3 and parts[1].lower() != "properties"):
        yield f'there is no column {".".join(parts)}; a name with a point is written properties."{".".join(parts[1:])}"'


def _spoken(node: exp.Expr) -> str:
    from sqlglot import exp

    kind = type(node).__name__
    if isinstance(node, exp.Func):
        written = node.sql(dialect="duckdb").partition("(")[0]
        return f"the function {written if written.replace('_', '').isalnum() else kind.upper()}"
    if isinstance(node, exp.Command):
        return str(node.this).upper()
    return {"Window": "OVER", "Bracket": "[…]", "DPipe": "||"}.get(kind, kind.upper())


def _hint(node: exp.Expr) -> str:
    from sqlglot import exp

    if isinstance(node, exp.Func):
        return f"; there are {SPOKEN}"
    return ": a property is written properties.name" if isinstance(node, exp.Bracket | exp.JSONExtract) else ""
