"""Contract-specific prices and entitlement (README, §2.12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from pydantic import Field

from store.errors import Problem
from store.terms import time
from store.terms.balances import Exclusion, GroupValues
from store.terms.base import Flag, Id, Ref, Spelled, Term
from store.terms.money import NonNegative, Positive
from store.terms.rates import BillingFrequency, Price
from store.terms.time import HourInstant, in_order


class OverrideType(Spelled):
    """Replace the rate, scale it, or scale it by position in the period's quantity."""

    OVERWRITE = "OVERWRITE"
    MULTIPLIER = "MULTIPLIER"
    TIERED = "TIERED"


class Prioritization(Spelled):
    """Which of several multipliers wins."""

    LOWEST_MULTIPLIER = "LOWEST_MULTIPLIER"
    EXPLICIT = "EXPLICIT"


class OverrideTarget(Spelled):
    """Which price a commit-specific override changes."""

    LIST_RATE = "LIST_RATE"
    COMMIT_RATE = "COMMIT_RATE"


class OverwriteRate(Price):
    """The rate that an OVERWRITE puts in place of the list rate."""

    credit_type_id: Id | None = None


class OverrideTier(Term):
    """A multiplier for the next `size` units of the period; absent size: for all the rest."""

    size: Positive | None = None
    multiplier: NonNegative


class OverrideSpecifier(Term):
    """One way for usage to be targeted: all given conditions hold."""

    product_id: Id | None = None
    product_tags: tuple[str, ...] | None = Field(default=None, min_length=1)
    pricing_group_values: GroupValues | None = Field(default=None, min_length=1)
    presentation_group_values: GroupValues | None = Field(default=None, min_length=1)
    billing_frequency: BillingFrequency | None = None
    commit_ids: tuple[Ref, ...] | None = Field(default=None, min_length=1)
    recurring_commit_ids: tuple[Ref, ...] | None = Field(default=None, min_length=1)
    any_commit_or_credit_ids: tuple[Ref, ...] | None = Field(default=None, min_length=1)
    exclude: tuple[Exclusion, ...] | None = None

    @property
    def names_commits(self) -> bool:
        """Whether it is limited to named balances."""
        return bool(self.commit_ids or self.recurring_commit_ids or self.any_commit_or_credit_ids)

    @property
    def names_products(self) -> bool:
        """Whether it is limited by product, tag or group value."""
        return bool(self.product_id or self.product_tags or self.pricing_group_values or self.presentation_group_values)

    def problems(self) -> Iterator[Problem]:
        """At least one condition; one kind of commit list; commits only beside a product condition."""
        if not (self.names_products or self.names_commits or self.billing_frequency or self.exclude):
            yield Problem("", "must have at least one condition")
        if self.any_commit_or_credit_ids and (self.commit_ids or self.recurring_commit_ids):
            yield Problem("/any_commit_or_credit_ids", "cannot be combined with commit_ids or recurring_commit_ids")
        if self.billing_frequency and not self.product_id:
            yield Problem("/product_id", "is required beside billing_frequency")
        if self.names_commits and not self.names_products:
            yield Problem("", "must name a product, tags or group values beside the commit ids")


class Override(Term):
    """A change of price or entitlement, active in `[starting_at, ending_before)`."""

    BUNDLE_ONLY = frozenset({"id"})

    id: Id | None = None
    starting_at: HourInstant
    ending_before: HourInstant | None = None
    entitled: Flag | None = None
    type: OverrideType | None = None
    multiplier: NonNegative | None = None
    overwrite_rate: OverwriteRate | None = None
    tiers: tuple[OverrideTier, ...] | None = Field(default=None, min_length=1)
    priority: Positive | None = None
    product_id: Id | None = None
    applicable_product_tags: tuple[str, ...] | None = Field(default=None, min_length=1)
    override_specifiers: tuple[OverrideSpecifier, ...] | None = Field(default=None, min_length=1)
    is_commit_specific: Flag = False
    target: OverrideTarget | None = None

    def problems(self) -> Iterator[Problem]:
        """README, §2.12: an effect and a target; each type's own fields; commit-specific rules."""
        yield from in_order(self.starting_at, self.ending_before)
        if self.type is None and self.entitled is None:
            yield Problem("/type", "or entitled is required; without either the override has no effect")
        yield from self._effect_problems()
        yield from self._target_problems()
        yield from self._commit_problems()

    def _effect_problems(self) -> Iterator[Problem]:
        wanted = {
            "multiplier": OverrideType.MULTIPLIER,
            "overwrite_rate": OverrideType.OVERWRITE,
            "tiers": OverrideType.TIERED,
        }
        for name, kind in wanted.items():
            given = getattr(self, name) is not None
            if given and self.type is not kind:
                yield Problem(f"/{name}", f"is only for {kind} overrides")
            if not given and self.type is kind:
                yield Problem(f"/{name}", f"is required for {kind} overrides")
        if self.type is OverrideType.TIERED and self.priority is None:
            yield Problem("/priority", "is required for TIERED overrides")
        for k, tier in enumerate(self.tiers or ()):
            if tier.size is None and k < len(self.tiers or ()) - 1:
                yield Problem(f"/tiers/{k}/size", "is required before the last tier")

    def _target_problems(self) -> Iterator[Problem]:
        plain = self.product_id is not None or self.applicable_product_tags is not None
        if plain and self.override_specifiers:
            yield Problem("/override_specifiers", "cannot be combined with product_id or applicable_product_tags")
        if not plain and not self.override_specifiers:
            yield Problem("", "needs a target: product_id, applicable_product_tags or override_specifiers")
        for k, specifier in enumerate(self.override_specifiers or ()):
            if specifier.presentation_group_values and self.type not in (OverrideType.MULTIPLIER, OverrideType.TIERED):
                at = f"/override_specifiers/{k}/presentation_group_values"
                yield Problem(at, "is only for MULTIPLIER and TIERED overrides")
        if self.type is not OverrideType.OVERWRITE:
            return
        if self.applicable_product_tags:
            yield Problem("/applicable_product_tags", "cannot target an OVERWRITE; name products")
        for k, specifier in enumerate(self.override_specifiers or ()):
            if specifier.product_tags:
                yield Problem(f"/override_specifiers/{k}/product_tags", "cannot target an OVERWRITE; name products")
            elif not specifier.product_id:
                yield Problem(f"/override_specifiers/{k}/product_id", "is required for an OVERWRITE")

    def _commit_problems(self) -> Iterator[Problem]:
        if self.is_commit_specific:
            return
        if self.target is not None:
            yield Problem("/target", "is only for commit-specific overrides (is_commit_specific)")
        for k, specifier in enumerate(self.override_specifiers or ()):
            if specifier.names_commits:
                yield Problem(f"/override_specifiers/{k}", "names commits, which needs is_commit_specific")

    def active(self, moment: datetime) -> bool:
        """Whether it is in force at that instant."""
        return self.starting_at <= moment < (self.ending_before or time.DISTANT_FUTURE)

    @property
    def discount_order(self) -> Decimal:
        """For breaking ties: the smaller, the greater the discount."""
        if self.multiplier is not None:
            return self.multiplier
        return min((tier.multiplier for tier in self.tiers or ()), default=Decimal(1))
