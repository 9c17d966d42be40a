"""Prices: rates of a card, their tiers, and the rate card itself (README, §2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import Field

from store.errors import Problem
from store.terms import money, time
from store.terms.balances import CustomFields, GroupValues
from store.terms.base import Flag, Id, Spelled, Term
from store.terms.held import Held
from store.terms.money import NonNegative, Positive
from store.terms.time import HourInstant, in_order


class RateType(Spelled):
    """How a price is formed."""

    FLAT = "FLAT"
    TIERED = "TIERED"
    PERCENTAGE = "PERCENTAGE"
    TIERED_PERCENTAGE = "TIERED_PERCENTAGE"
    SUBSCRIPTION = "SUBSCRIPTION"
    CUSTOM = "CUSTOM"


TIERED_TYPES = (RateType.TIERED, RateType.TIERED_PERCENTAGE)
PERCENTAGE_TYPES = (RateType.PERCENTAGE, RateType.TIERED_PERCENTAGE)


class BillingFrequency(Spelled):
    """How often a subscription is charged, or a statement is made."""

    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    ANNUAL = "ANNUAL"
    WEEKLY = "WEEKLY"


class Tier(Term):
    """A step of a graduated price: its width (absent: open-ended) and the price of each unit in it."""

    size: Positive | None = None
    price: NonNegative


class MinimumConfig(Term):
    """The least a percentage charge comes to, in stored units."""

    minimum: NonNegative


class Price(Term):
    """A rate's value rules, shared by list rates, commit rates and overwrites."""

    rate_type: RateType
    price: NonNegative | None = None
    tiers: tuple[Tier, ...] | None = Field(default=None, min_length=1)
    minimum_config: MinimumConfig | None = None
    quantity: NonNegative | None = None
    is_prorated: Flag | None = None
    custom_rate: Held | None = None

    def problems(self) -> Iterator[Problem]:
        """Each type has its own fields; exactly one open tier and it is last; fractions at most 1."""
        kind = self.rate_type
        tiered = kind in TIERED_TYPES
        if tiered and not self.tiers:
            yield Problem("/tiers", f"is required for {kind}")
        if not tiered and self.tiers:
            yield Problem("/tiers", f"is not for {kind}")
        if not tiered and kind is not RateType.CUSTOM and self.price is None:
            yield Problem("/price", f"is required for {kind}")
        if tiered and self.price is not None:
            yield Problem("/price", f"is not for {kind}; each tier has its price")
        for k, tier in enumerate(self.tiers or ()):
            last = k == len(self.tiers or ()) - 1
            if last != (tier.size is None):
                yield Problem(
                    f"/tiers/{k}/size",
                    "must be absent on the last tier" if last else "is required before the last tier",
                )
            if kind is RateType.TIERED_PERCENTAGE and tier.price > 1:
                yield Problem(f"/tiers/{k}/price", "must be a fraction from 0 to 1")
        if kind is RateType.PERCENTAGE and self.price is not None and self.price > 1:
            yield Problem("/price", "must be a fraction from 0 to 1")
        if self.minimum_config and kind not in PERCENTAGE_TYPES:
            yield Problem("/minimum_config", "is only for PERCENTAGE and TIERED_PERCENTAGE")
        if kind is RateType.SUBSCRIPTION and self.is_prorated is False:
            yield Problem("/is_prorated", "must be true")
        if kind is not RateType.SUBSCRIPTION and (self.quantity is not None or self.is_prorated is not None):
            yield Problem(
                "/quantity" if self.quantity is not None else "/is_prorated", "is only for SUBSCRIPTION rates"
            )
        if (kind is RateType.CUSTOM) != (self.custom_rate is not None):
            yield Problem("/custom_rate", "is required for CUSTOM" if kind is RateType.CUSTOM else "is only for CUSTOM")


class CommitRate(Price):
    """The price while a COMMIT_RATE balance pays; it always accompanies a list rate."""


class Rate(Price):
    """An effective-dated price of a product (and one combination of its pricing group) on a card."""

    product_id: Id
    starting_at: HourInstant
    ending_before: HourInstant | None = None
    entitled: Flag
    pricing_group_values: GroupValues | None = None
    billing_frequency: BillingFrequency | None = None
    credit_type_id: Id | None = None
    commit_rate: CommitRate | None = None

    def problems(self) -> Iterator[Problem]:
        """Also: start before end; percentages inherit their unit."""
        yield from super().problems()
        yield from in_order(self.starting_at, self.ending_before)
        if self.credit_type_id and self.rate_type in PERCENTAGE_TYPES:
            yield Problem("/credit_type_id", "is not for percentages; they inherit the unit of their base")

    @property
    def credit_type(self) -> str:
        """The credit type of the price."""
        return self.credit_type_id or money.USD

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...], str | None]:
        """What a later entry must share with this one to supersede it: product, combination, billing frequency."""
        return self.product_id, tuple(sorted((self.pricing_group_values or {}).items())), self.billing_frequency


class RateCardAlias(Term):
    """A name that finds the card when a contract is created, while it is in force."""

    name: str = Field(min_length=1)
    starting_at: HourInstant | None = None
    ending_before: HourInstant | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether the alias is in force at that instant."""
        return (self.starting_at or time.DISTANT_PAST) <= moment < (self.ending_before or time.DISTANT_FUTURE)

    def problems(self) -> Iterator[Problem]:
        """Start before end."""
        yield from in_order(self.starting_at, self.ending_before)


class Conversion(Term):
    """What one unit of a custom pricing unit is worth in the card's stored fiat unit."""

    custom_credit_type_id: Id
    fiat_per_custom_credit: Positive


class RateCard(Term):
    """A price list; as a bundle writes it, with its rates in the order they were added."""

    BUNDLE_ONLY = frozenset({"id", "rates", "archived_at"})

    id: Id | None = None
    name: str = Field(min_length=1)
    description: str | None = None
    aliases: tuple[RateCardAlias, ...] = ()
    fiat_credit_type_id: Id | None = None
    credit_type_conversions: tuple[Conversion, ...] = ()
    custom_fields: CustomFields = Field(default_factory=dict)
    rates: tuple[Rate, ...] = ()
    archived_at: time.Instant | None = None

    def problems(self) -> Iterator[Problem]:
        """One conversion per unit; no two rates of one key start at the same instant."""
        units = [c.custom_credit_type_id for c in self.credit_type_conversions]
        for k, unit in enumerate(units):
            if unit in units[:k]:
                yield Problem(f"/credit_type_conversions/{k}/custom_credit_type_id", "is converted twice")
        seen: set[object] = set()
        for k, rate in enumerate(self.rates):
            if (rate.key, rate.starting_at) in seen:
                yield Problem(f"/rates/{k}", "is a second rate for the same product, group values and starting_at")
            seen.add((rate.key, rate.starting_at))


class AddRate(Rate):
    """The request that adds one rate to a card."""

    rate_card_id: Id


class AddRates(Term):
    """The request that adds several rates to a card at once."""

    rate_card_id: Id
    rates: tuple[Rate, ...] = Field(min_length=1)
