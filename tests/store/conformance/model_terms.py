"""What the second rating in `model` is made of: tiers, roundings, the price in force in a window, segments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

ALWAYS, NEVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
UNLIMITED = 10**9
Tiers = list[tuple[Fraction | None, Fraction]]
Values = dict[str, str]


def at(text: str | None, missing: datetime = NEVER) -> datetime:
    """An instant of the bundle."""
    return datetime.fromisoformat(text) if text else missing


def exact(value: Any) -> Fraction:
    """A number of the bundle."""
    return Fraction(str(value))


def tiers_of(price: dict[str, Any], value: str = "price") -> Tiers:
    """A flat price is one endless tier."""
    if "tiers" in price:
        return [(exact(t["size"]) if "size" in t else None, exact(t[value])) for t in price["tiers"]]
    return [(None, exact(price[value]))]


def value_at(tiers: Tiers, position: Fraction) -> Fraction | None:
    """What the unit just above a position has; None past the last sized tier."""
    reached = Fraction(0)
    for size, value in tiers:
        if size is None or position < reached + size:
            return value
        reached += size
    return None


def bounds_of(tiers: Tiers) -> set[Fraction]:
    """Where one tier ends and the next begins."""
    found, reached = set(), Fraction(0)
    for size, _ in tiers:
        if size is not None:
            reached += size
            found.add(reached)
    return found


def rounded(value: Fraction, rule: dict[str, Any] | None) -> Fraction:
    """Up and half up go away from zero, down toward it."""
    if rule is None:
        return value
    scale = 10 ** int(rule["decimal_places"])
    whole, rest = divmod(abs(value) * scale, 1)
    up = {"ROUND_UP": rest > 0, "ROUND_HALF_UP": rest >= Fraction(1, 2), "ROUND_DOWN": False}[rule["rounding_method"]]
    return Fraction(whole + up, scale) * (1 if value >= 0 else -1)


@dataclass(eq=False)
class Line:
    """Units of one price, from position `low` on; `paid` of them, from the lowest, are covered."""

    window: tuple[Any, ...]
    order: tuple[Any, ...]
    low: Fraction
    quantity: Fraction
    price: Fraction
    context: Context
    paid: Fraction = field(default_factory=Fraction)

    @property
    def rest(self) -> Fraction:
        """What nobody paid yet."""
        return self.quantity - self.paid


@dataclass(eq=False)
class Context:
    """All that is in force for one bucket in one window."""

    product: dict[str, Any]
    pricing: Values
    presentation: Values
    rate: dict[str, Any]
    overrides: list[dict[str, Any]]
    segments: list[Segment]
    explicit: bool

    def winner(self, base: str, balance: dict[str, Any] | None) -> dict[str, Any] | None:
        """The one override that prices units while this balance (or none) pays (README, §4.9, §5)."""
        specific: list[dict[str, Any]] = [o for o in self.overrides if balance and self._for(o, balance, base)]
        general = [o for o in self.overrides if base == "LIST_RATE" and not o.get("is_commit_specific")]
        for rank in (specific, general):
            overwrites = [o for o in rank if o.get("type") == "OVERWRITE"]
            if overwrites:
                return overwrites[-1]
            scaling: list[dict[str, Any]] = [o for o in reversed(rank) if o.get("type")]
            if scaling:
                return min(scaling, key=self._preference)
        return None

    def _for(self, override: dict[str, Any], balance: dict[str, Any], base: str) -> bool:
        if not override.get("is_commit_specific") or override.get("target", "LIST_RATE") != base:
            return False
        named = override.get("override_specifiers", [{}])[0].get("any_commit_or_credit_ids")
        return not named or balance["id"] in named

    def _preference(self, override: dict[str, Any]) -> tuple[Fraction, ...]:
        least = min(value for _, value in tiers_of(override, "multiplier"))
        return (exact(override["priority"]), least) if self.explicit else (least,)

    def price(self, balance: dict[str, Any] | None) -> tuple[Callable[[Fraction], Fraction], set[Fraction], Any]:
        """Price by position, its boundaries, and what tells it from other prices."""
        at_commit = balance is not None and balance.get("rate_type") == "COMMIT_RATE" and "commit_rate" in self.rate
        override = self.winner("COMMIT_RATE" if at_commit else "LIST_RATE", balance)
        base = tiers_of(self.rate["commit_rate"] if at_commit else self.rate)
        scale: Tiers = [(None, Fraction(1))]
        if override and override["type"] == "OVERWRITE":
            base = tiers_of(override["overwrite_rate"])
        elif override:
            scale = tiers_of(override, "multiplier")

        def unit(position: Fraction) -> Fraction:
            value, factor = value_at(base, position), value_at(scale, position)
            assert value is not None
            return value if factor is None else value * factor

        return unit, bounds_of(base) | bounds_of(scale), (at_commit, id(override))

    def signature(self) -> Any:
        """What must be alike for two neighbouring windows to be one."""
        prices = []
        for own in [None, *(s.balance for s in self.segments)]:
            unit, bounds, _ = self.price(own)
            steps: list[tuple[Fraction, Fraction]] = []
            for position in sorted({Fraction(0), *bounds}):
                if not steps or steps[-1][1] != unit(position):
                    steps.append((position, unit(position)))
            prices.append(tuple(steps))
        specific = [id(o) for o in self.overrides if o.get("is_commit_specific") and self.segments]
        listed = [tiers_of(r) for r in (self.rate, self.rate.get("commit_rate")) if r and self.segments]
        return tuple(prices), specific, listed, [s.id for s in self.segments]


@dataclass(eq=False)
class Segment:
    """A segment with what is left in it."""

    id: str
    balance: dict[str, Any]
    owner: str | None
    start: datetime
    end: datetime
    left: Fraction
    order: tuple[Any, ...] = ()


def matches(wanted: dict[str, Any], product: dict[str, Any], pricing: Values, presentation: Values) -> bool:
    """Whether every condition of a specifier holds."""
    return (
        wanted.get("product_id", product["id"]) == product["id"]
        and set(wanted.get("product_tags", ())) <= set(product.get("tags", ()))
        and wanted.get("pricing_group_values", {}).items() <= pricing.items()
        and wanted.get("presentation_group_values", {}).items() <= presentation.items()
    )
