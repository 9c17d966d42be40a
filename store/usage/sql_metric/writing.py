"""A query that passed the gate, written anew for the sandbox, with the numbers in it exact (README, §2.3).

Properties are text; where a number is wanted they are read as exact decimals, and text that is none counts as absent.
Numbers have 12 decimals; a product, a quotient or an average with more is rounded half up to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from store.errors import Invalid
from store.terms import money
from store.usage.sql_metric.gate import EVENTS, passed

if TYPE_CHECKING:
    from sqlglot import exp

NUMBER = "DECIMAL(38, 12)"
TEXT, NUMERIC, OTHER, UNKNOWN = "text", "number", "other", "unknown"


@dataclass(frozen=True, slots=True)
class Written:
    """A query for the sandbox: its text, the names of its columns, which of them is the quantity, and what it reads.

    The k-th of `properties` is there as `__p{k}`, its text, and `__n{k}`, its number or NULL.
    """

    sql: str
    columns: tuple[str, ...]
    value: int
    properties: tuple[str, ...]


@lru_cache(maxsize=64)
def written(sql: str) -> Written:
    """The query as it is run; raises `Invalid` naming the column or function that keeps it from that."""
    writer = _Writer(passed(sql).copy())
    return writer.write()


class _Writer:
    def __init__(self, tree: exp.Select) -> None:
        self._tree = tree
        self._properties: dict[str, int] = {}
        self._outputs: dict[str, str] = {}
        """Of every name that a subquery gives a column, what kind of value it is."""

    def write(self) -> Written:
        from sqlglot import exp

        for select in sorted(self._tree.find_all(exp.Select), key=lambda each: -each.depth):
            self._name_columns(select)
        for select in sorted(self._tree.find_all(exp.Select), key=lambda each: -each.depth):
            for name, each in zip(select.named_selects, select.expressions, strict=True):
                kind = self._kind(each.unalias())
                known = self._outputs.setdefault(name.lower(), kind)
                self._outputs[name.lower()] = kind if known == kind else UNKNOWN
        columns = tuple(self._tree.named_selects)
        lowered = [name.lower() for name in columns]
        for name in lowered:
            if lowered.count(name) > 1:
                raise Invalid(f"two columns are called {name}: give one another name with AS", path="/sql")
        value = lowered.index("value") if "value" in lowered else 0
        self._rewrite()
        return Written(self._tree.sql(dialect="duckdb", comments=False), columns, value, tuple(self._properties))

    def _name_columns(self, select: exp.Select) -> None:
        """Every output column gets a name: the property's, the column's, the function's."""
        from sqlglot import exp

        named: list[exp.Expr] = []
        for k, each in enumerate(select.expressions):
            if isinstance(each, exp.Alias):
                named.append(each)
                continue
            inner = each.unnest()
            name = each.name if isinstance(inner, exp.Column) else f"column{k + 1}"
            named.append(exp.alias_(each, name, quoted=True))
        select.set("expressions", named)

    def _kind(self, node: exp.Expr) -> str:
        """What a value is, from how it is made."""
        from sqlglot import exp

        if isinstance(node, exp.Paren | exp.Distinct):
            return self._kind(node.this if isinstance(node, exp.Paren) else node.expressions[0])
        if isinstance(node, exp.Column):
            if _property(node) is not None or node.name.lower() == "event_type":
                return TEXT
            return OTHER if node.name.lower() == "timestamp" else self._outputs.get(node.name.lower(), UNKNOWN)
        if isinstance(node, exp.Literal):
            return TEXT if node.is_string else NUMERIC
        if isinstance(node, exp.Min | exp.Max):
            kind = self._kind(node.this)
            return NUMERIC if _is_property(node.this) else kind
        if isinstance(node, exp.Anonymous):
            return NUMERIC if _is_property(node.expressions[0]) else self._kind(node.expressions[0])
        if isinstance(node, exp.Least | exp.Greatest | exp.Coalesce | exp.Nullif | exp.Case):
            kinds = {self._kind(part) for part in _branches(node)}
            return NUMERIC if NUMERIC in kinds else kinds.pop() if len(kinds) == 1 else UNKNOWN
        if isinstance(node, exp.Cast):
            return TEXT if node.to.this.value in ("TEXT", "VARCHAR", "CHAR") else _number_type(node)
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Select):
            return self._kind(node.this.expressions[0].unalias())
        numeric = (exp.Sum, exp.Avg, exp.Count, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Round)
        return NUMERIC if isinstance(node, (*numeric, exp.Ceil, exp.Floor, exp.Abs)) else OTHER

    def _rewrite(self) -> None:
        from sqlglot import exp

        numeric = {id(node) for node in self._tree.walk() if self._wanted_as_number(node)}
        for node in sorted(self._tree.walk(), key=lambda each: -each.depth):
            changed = self._changed(node, numeric)
            if changed is not node:
                if id(node) in numeric:
                    numeric.add(id(changed))
                node.replace(changed)
                if node is self._tree:
                    assert isinstance(changed, exp.Select)
                    self._tree = changed

    def _changed(self, node: exp.Expr, numeric: set[int]) -> exp.Expr:
        """A node as the sandbox has it; what is in it has been changed already."""
        from sqlglot import exp

        name = _property(node)
        if name is not None:
            place = self._properties.setdefault(name, len(self._properties))
            source = node.args.get("db")
            column = f"__n{place}" if id(node) in numeric else f"__p{place}"
            return exp.column(column, table=source, quoted=True)
        if isinstance(node, exp.Literal) and not node.is_string:
            return exp.Literal.number(money.text(Decimal(node.this)))
        if isinstance(node, exp.Div):
            return exp.func("__div", node.this.copy(), node.expression.copy())
        if isinstance(node, exp.Mul):
            return exp.func("__mul", node.this.copy(), node.expression.copy())
        if isinstance(node, exp.Avg):
            argument = node.this.copy()
            return exp.func("__div", exp.Sum(this=argument), exp.Count(this=argument.copy()))
        if isinstance(node, exp.Anonymous) and str(node.this).upper() in ("LATEST", "EARLIEST"):
            return self._by_time(node)
        if isinstance(node, exp.Cast) and _number_type(node) == NUMERIC:
            return _cast(node)
        if id(node) in numeric and isinstance(node, exp.Column | exp.Case | exp.Subquery | exp.Coalesce):
            return exp.func("__num", node.copy())
        return node

    def _by_time(self, node: exp.Anonymous) -> exp.Expr:
        from sqlglot import exp

        select = node.find_ancestor(exp.Select)
        source = select.find(exp.From) if select else None
        if source is None or not isinstance(source.this, exp.Table) or source.this.name.lower() != EVENTS:
            raise Invalid(f"{node.this} reads from events itself, not from a subquery", path="/sql")
        way = "arg_max" if str(node.this).upper() == "LATEST" else "arg_min"
        order = exp.Tuple(expressions=[exp.column("timestamp"), exp.column("__seq", quoted=True)])
        return exp.func(way, node.expressions[0].copy(), order)

    def _wanted_as_number(self, node: exp.Expr) -> bool:
        """Whether text is to be read as a number where it stands."""
        from sqlglot import exp

        if self._kind(node) not in (TEXT, UNKNOWN) or isinstance(node, exp.Literal):
            return False
        above = node.parent
        while isinstance(above, exp.Paren):
            node, above = above, above.parent
        if isinstance(above, exp.Distinct) and isinstance(above.parent, exp.Sum | exp.Avg):
            return True
        if isinstance(above, exp.Max | exp.Min | exp.Anonymous):
            return _is_property(node)
        arithmetic = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Sum, exp.Avg, exp.Round, exp.Ceil)
        if isinstance(above, (*arithmetic, exp.Floor, exp.Abs)):
            return True
        if isinstance(above, exp.Cast):
            return _number_type(above) == NUMERIC
        if isinstance(above, exp.Least | exp.Greatest):
            return True
        if isinstance(above, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE | exp.Between | exp.In):
            others = [part for part in above.iter_expressions() if part is not node]
            return any(self._kind(part) == NUMERIC for part in others)
        if isinstance(above, exp.If):
            above = above.parent
        if isinstance(above, exp.Case | exp.Coalesce | exp.Nullif):
            return self._kind(above) == NUMERIC and any(node is part for part in _branches(above))
        return False


def _branches(node: exp.Expr) -> list[exp.Expr]:
    """The values that may come out of a CASE, COALESCE, LEAST …"""
    from sqlglot import exp

    if isinstance(node, exp.Case):
        found = [each.args["true"] for each in node.args["ifs"]]
        return [*found, *([node.args["default"]] if node.args.get("default") else [])]
    if isinstance(node, exp.Nullif):
        return [node.this, node.expression]
    return [node.this, *node.expressions]


def _property(node: exp.Expr) -> str | None:
    """The name of the property that a column is, or None."""
    from sqlglot import exp

    if not isinstance(node, exp.Column):
        return None
    return node.name if node.table.lower() == "properties" else None


def _is_property(node: exp.Expr) -> bool:
    return _property(node.unnest()) is not None


def _number_type(node: exp.Cast) -> str:
    kinds = ("DECIMAL", "DOUBLE", "FLOAT", "INT", "BIGINT", "SMALLINT", "TINYINT")
    return NUMERIC if node.to.this.value in kinds else OTHER


def _cast(node: exp.Cast) -> exp.Expr:
    """A cast to a number stays exact: a DOUBLE is a decimal here too."""
    from sqlglot import exp

    exact = node.to.this.value in ("DOUBLE", "FLOAT") or not node.to.expressions
    whole = node.to.this.value in ("INT", "BIGINT", "SMALLINT", "TINYINT")
    number = exp.func("__num", node.this.copy())
    if whole:
        return exp.Cast(this=number, to=exp.DataType.build("HUGEINT", dialect="duckdb"))
    return number if exact else exp.Cast(this=number, to=node.to.copy())
