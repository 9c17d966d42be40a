"""Packages: contract terms for any customer, from any date; made once and never changed (README, §2.19)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError

from store.errors import Invalid, Problem
from store.terms.base import PREVIEW, Id, Term, explain, parse
from store.terms.billing import Delivery, Provider
from store.terms.contract import ContractTerms
from store.terms.gated import BalanceThreshold, SpendThreshold, SpendTracker
from store.terms.money import NonNegative
from store.terms.override import Prioritization
from store.terms.package_terms import (
    PackageCharge,
    PackageCommit,
    PackageCredit,
    PackageOverride,
    PackageRecurringCommit,
    PackageRecurringCredit,
    PackageStatements,
    PackageSubscription,
)
from store.terms.rates import RateCardAlias
from store.terms.relative import TOLD_BY, Duration, dated
from store.terms.statement_schedule import StatementDay
from store.terms.time import Instant

T = TypeVar("T", bound=ContractTerms)

OWN = ("id", "name", "description", "aliases", "uniqueness_key", "archived_at", "contract_name", "duration",
       "billing_provider", "delivery_method")  # fmt: skip
"""Fields of a package that are not fields of the contracts made from it, or are called otherwise there."""
ANY_DAY = datetime(2024, 1, 1, tzinfo=UTC)
"""A start on which a package's terms are tried before any contract is made from it."""


class Package(Term):
    """What every contract made from it says; only customer, start and a few labels are left to each."""

    BUNDLE_ONLY = frozenset({"id", "archived_at"})

    id: Id | None = None
    name: str = Field(min_length=1)
    description: str | None = None
    aliases: tuple[RateCardAlias, ...] = ()
    uniqueness_key: str | None = Field(default=None, min_length=1, max_length=128)
    contract_name: str | None = Field(default=None, min_length=1)
    duration: Duration | None = None
    rate_card_id: Id | None = None
    rate_card_alias: str | None = Field(default=None, min_length=1)
    usage_statement_schedule: PackageStatements | None = None
    commits: tuple[PackageCommit, ...] = ()
    credits: tuple[PackageCredit, ...] = ()
    recurring_commits: tuple[PackageRecurringCommit, ...] = ()
    recurring_credits: tuple[PackageRecurringCredit, ...] = ()
    scheduled_charges: tuple[PackageCharge, ...] = ()
    scheduled_charges_on_usage_invoices: Literal["ALL"] | None = None
    overrides: tuple[PackageOverride, ...] = ()
    multiplier_override_prioritization: Prioritization | None = None
    subscriptions: tuple[PackageSubscription, ...] = ()
    spend_threshold_configuration: SpendThreshold | None = None
    prepaid_balance_threshold_configuration: BalanceThreshold | None = None
    spend_trackers: tuple[SpendTracker, ...] = ()
    net_payment_terms_days: NonNegative | None = None
    billing_provider: Provider | None = None
    delivery_method: Delivery | None = None
    archived_at: Instant | None = None

    def problems(self) -> Iterator[Problem]:
        """What no contract could be made from: one date and one way to tell it, and the rules of every term."""
        for k, override in enumerate(self.overrides):
            if (override.starting_at_offset is None) == (override.starting_at is None):
                yield Problem(f"/overrides/{k}/starting_at_offset", "or starting_at is required, not both")
                return
            if override.duration is not None and override.ending_before is not None:
                yield Problem(f"/overrides/{k}/duration", "cannot be combined with ending_before")
                return
        if self.usage_statement_schedule and self.usage_statement_schedule.day is StatementDay.CUSTOM_DATE:
            yield Problem("/usage_statement_schedule/day", "must be FIRST_OF_MONTH or CONTRACT_START in a package")
            return
        if (self.billing_provider is None) != (self.delivery_method is None):
            missing = "billing_provider" if self.billing_provider is None else "delivery_method"
            yield Problem(f"/{missing}", "is required: billing_provider and delivery_method come together")
        try:
            ContractTerms.model_validate({"customer_id": "any", "starting_at": ANY_DAY, **_terms(self, ANY_DAY)})
        except ValidationError as error:
            yield from (Problem(told(problem.path), problem.message) for problem in explain(error, ContractTerms))
        except (ValueError, OverflowError):
            yield Problem("", "has a date past year 9999")


def told(path: str) -> str:
    """The path of a date as the package has it: `/ending_before` is told by `/duration`."""
    head, _, last = path.rpartition("/")
    if last == "name" and not head:
        return "/contract_name"
    return f"{head}/{TOLD_BY.get(last, last)}"


def _terms(package: Package, start: datetime) -> dict[str, Any]:
    found: dict[str, Any] = dated(package.model_copy(update={"duration": None}), start)
    terms = {name: value for name, value in found.items() if name not in (*OWN, "ending_before")}
    if package.contract_name is not None:
        terms["name"] = package.contract_name
    if package.duration is not None:
        terms["ending_before"] = dated(_Length(duration=package.duration), start)["ending_before"]
    if package.billing_provider is not None:
        system = {"billing_provider": package.billing_provider, "delivery_method": package.delivery_method}
        terms["billing_provider_configuration"] = system
    for subscription in terms.get("subscriptions", ()):
        if subscription.get("seat_config"):
            subscription["seat_config"].setdefault("initial_seat_ids", ())
    return terms


class _Length(Term):
    duration: Duration


def package_of(terms: ContractTerms, packages: Sequence[Package]) -> Package | None:
    """The package a contract names: by id, or by alias as of its start, the most recently assigned winning."""
    if terms.package_id:
        return next((p for p in packages if p.id == terms.package_id), None)
    for package in reversed(packages) if terms.package_alias else ():
        if any(a.name == terms.package_alias and a.covers(terms.starting_at) for a in package.aliases):
            return package
    return None


def carried_out(terms: T, packages: Sequence[Package]) -> T:
    """Terms that name a package with that package's terms; as they are, where they name none or it is not there."""
    package = package_of(terms, packages)
    return terms if package is None else instantiate(package, terms)


def instantiate(package: Package, request: T) -> T:
    """The request with the package's terms in place of its name, dated from the contract's start.

    Raises `Invalid` about `/package_id` (or `/package_alias`) where the terms do not fit that start.
    """
    field = "/package_id" if request.package_id else "/package_alias"
    own = {n: getattr(request, n) for n in request.model_fields_set if n not in ("package_id", "package_alias")}
    try:
        payload = {**_terms(package, request.starting_at), **own, "made_from_package": package.id}
        return parse(type(request), payload, context=PREVIEW)
    except Invalid as refused:
        raise Invalid([Problem(field, f"{p.path} of the package {p.message}") for p in refused.problems]) from None
    except (ValueError, OverflowError):
        raise Invalid("has a date past year 9999 for this start", path=field) from None
