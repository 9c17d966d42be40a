"""Which usage a preview rates, in words; and what of a contract's card usage can be assumed for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive

from screens import safe
from screens.widgets.bars import OneLine
from store.terms import money, shown
from store.terms.book import Book
from store.terms.catalog import ConversionOperation, ProductType, QuantityConversion
from store.terms.contract import Contract
from store.terms.effective import effective

if TYPE_CHECKING:
    from store.usage.rated import Rated


@dataclass(frozen=True)
class Names:
    """What products and customers are called, for sentences about usage."""

    products: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)
    conversions: Mapping[str, QuantityConversion] = field(default_factory=dict)
    """Product id → how what is measured becomes what is priced."""


def names_of(book: Book, *, customers: Mapping[str, str] | None = None) -> Names:
    """The names that a book knows, and some customers' beside them."""
    known = {c.id or "": c.name for c in book.customers}
    return Names(
        {p.id or "": p.name for p in book.products},
        {**known, **(customers or {})},
        {p.id or "": p.quantity_conversion for p in book.products if p.quantity_conversion},
    )


def priced(measured: Decimal, conversion: QuantityConversion | None) -> Decimal:
    """A measured quantity in the unit that is priced: bytes → GB."""
    if conversion is None:
        return measured
    if conversion.operation is ConversionOperation.MULTIPLY:
        return money.multiply(measured, conversion.conversion_factor)
    return money.divide(measured, conversion.conversion_factor)


def measured(priced: Decimal, conversion: QuantityConversion | None) -> Decimal:
    """A quantity in the unit that is priced as what would be measured: GB → bytes."""
    if conversion is None:
        return priced
    if conversion.operation is ConversionOperation.MULTIPLY:
        return money.divide(priced, conversion.conversion_factor)
    return money.multiply(priced, conversion.conversion_factor)


def unit(conversion: QuantityConversion | None) -> str:
    """What the priced unit is called, empty if nothing says so."""
    return conversion.name or "" if conversion else ""


def describe(usage: Rated, names: Names) -> str:
    """`Rated on stored usage`, `Assumed a month: 300 Cloud Compute`, `Usage of Acme replayed`."""
    from store.usage.rated import Assumed, Projected, Replayed

    if isinstance(usage, Assumed):
        parts = []
        for a in usage.assumptions:
            groups = f" ({shown.groups(a.groups)})" if a.groups else ""
            product = names.products.get(a.product_id, a.product_id)
            conversion = names.conversions.get(a.product_id)
            quantity = shown.quantity(priced(a.monthly_quantity, conversion))
            parts.append(f"{quantity} {unit(conversion) + ' ' if unit(conversion) else ''}{product}{groups}")
        return "Assumed a month: " + (", ".join(parts) if parts else "no usage at all")
    if isinstance(usage, Replayed):
        return f"Usage of {names.customers.get(usage.customer_id, usage.customer_id)} replayed"
    if isinstance(usage, Projected):
        return f"Stored usage, and from now on the {usage.projection}"
    return "Rated on stored usage"


class UsageNote(OneLine):
    """One line that says which usage is shown; a glyph marks what is not real usage."""

    DEFAULT_CSS = """
    UsageNote { padding: 0 1; background: $background; }
    """

    said: reactive[tuple[str, bool]] = reactive(("", False))
    """The sentence, and whether it is about usage that did not happen."""

    def tell(self, usage: Rated, names: Names, *, ahead: int = 0) -> None:
        """Say which usage is shown, and how many of the months to come."""
        from store.usage.rated import Stored

        months = f", {ahead} month{'' if ahead == 1 else 's'} ahead (+ −)" if ahead else ""
        self.said = (describe(usage, names) + months, not isinstance(usage, Stored))

    def draw(self, columns: int) -> Content:
        """The sentence; what was assumed is marked."""
        text, unreal = self.said
        style = "$text-warning" if unreal else "$text-muted"
        return Content.styled(safe.fit(("≈ " if unreal else "") + safe.literal(text), columns - 2), style)


@dataclass(frozen=True)
class Assumable:
    """One product and group that a contract's card prices: a quantity can be assumed for it."""

    product_id: str
    name: str
    groups: Mapping[str, str]
    conversion: QuantityConversion | None = None

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What it is known by."""
        return self.product_id, tuple(sorted(self.groups.items()))

    @property
    def label(self) -> str:
        """`API Calls · region=EU`, `Data Transfer · GB`."""
        return safe.sentence((self.name, shown.groups(self.groups), unit(self.conversion)))


def assumable(book: Book, contracts: Iterable[Contract] | None = None) -> tuple[Assumable, ...]:
    """Every usage product and group that the cards of these contracts (None: all of the book) price, once each.

    Where a contract takes only usage with certain values of a property, those values are groups too.
    """
    found: dict[object, Assumable] = {}
    for contract in book.contracts if contracts is None else contracts:
        card = book.card_of(contract)
        if card is None:
            continue
        filters = list(_filter_groups(contract))
        for rate in card.rates:
            product = book.product.get(rate.product_id)
            if product is None or product.type is not ProductType.USAGE:
                continue
            for taken in filters:
                groups = {**taken, **(rate.pricing_group_values or {})}
                one = Assumable(rate.product_id, product.name, groups, product.quantity_conversion)
                found.setdefault(one.key, one)
    return tuple(found.values())


def _filter_groups(contract: Contract) -> Iterator[dict[str, str]]:
    """The values that a contract's filters let through, one group each; one empty group where it takes all usage."""
    seen: set[tuple[str, str]] = set()
    for entry in effective(contract).filters:
        for value in entry.group_values:
            seen.add((entry.group_key, value))
    if not seen:
        yield {}
    for key, value in sorted(seen):
        yield {key: value}
