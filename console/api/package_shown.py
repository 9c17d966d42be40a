"""A package as the API shows it: as sent, every term with an id of its own, names, units, and what goes unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from console.api.shapes import trackers
from console.api.terms_shown import Known, product
from store.queries import PackageView
from store.rating.report import credit_type
from store.terms import document, money
from store.terms.package import Package

IDENTIFIED = ("commits", "credits", "recurring_commits", "recurring_credits", "scheduled_charges", "overrides",
              "subscriptions")  # fmt: skip
"""Lists whose terms have an id."""
TEMPLATES = {
    "commit_ids": "commit_template_ids",
    "recurring_commit_ids": "recurring_commit_template_ids",
    "any_commit_or_credit_ids": "any_commit_or_credit_template_ids",
}
"""How an override names terms of the contract, and how it names those of a package."""


def package(view: PackageView, known: Known) -> dict[str, Any]:
    """A package; `known` has the names of its products."""
    return _Shown(view.package, known).whole() | {
        "created_at": view.created_at,
        "created_by": "",
        "archived_at": view.archived_at,
    }


@dataclass(frozen=True, slots=True)
class _Shown:
    kept: Package
    known: Known

    def whole(self) -> dict[str, Any]:
        shown: dict[str, Any] = {k: v for k, v in document.plain(self.kept).items() if v is not None}
        found = shown | {
            "aliases": shown.get("aliases", []),
            "usage_statement_schedule": {"frequency": "MONTHLY", "day": "FIRST_OF_MONTH"}
            | shown.get("usage_statement_schedule", {}),
        }
        for name in IDENTIFIED:
            terms = enumerate(getattr(self.kept, name))
            found[name] = [self._term(f"{name}/{k}", term, document.plain(term)) for k, term in terms]
        if self.kept.spend_trackers:
            found["spend_trackers"] = trackers(self.kept.spend_trackers)
        return found

    def _term(self, place: str, term: Any, shown: dict[str, Any]) -> dict[str, Any]:
        found = shown | {"id": self._id(place)}
        if getattr(term, "product_id", None):
            found["product"] = product(term.product_id, self.known)
        for name in ("access_schedule", "invoice_schedule", "schedule"):
            if getattr(term, name, None) is not None:
                found[name] = self._schedule(f"{place}/{name}", getattr(term, name), shown[name])
        if hasattr(term, "rate_type"):
            found["rate_type"] = term.rate_type
        for name in ("access_amount", "invoice_amount"):
            if shown.get(name):
                found[name] = {"credit_type_id": money.USD} | shown[name]
        if getattr(term, "subscription_config", None):
            link = term.subscription_config
            template = self._template(link.subscription_id, ("subscriptions",))
            said = {"allocation": link.allocation, "subscription_template_id": template}
            found["subscription_config"] = shown["subscription_config"] | said
        if place.startswith("subscriptions/"):
            found |= self._subscription(term, shown)
        return found | (self._override(term, shown) if place.startswith("overrides/") else {})

    def _schedule(self, place: str, schedule: Any, shown: Mapping[str, Any]) -> dict[str, Any]:
        items = [
            {"id": self._id(f"{place}/{k}"), **item} | self._amount(item)
            for k, item in enumerate(shown.get("schedule_items") or ())
        ]
        unit = {"credit_type": credit_type(schedule.credit_type_id or money.USD), "schedule_items": items}
        never = {"do_not_invoice": schedule.do_not_invoice} if hasattr(schedule, "do_not_invoice") else {}
        return {**shown, **unit, **never}

    def _amount(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """A charge as so many at a price, also where it was given as one amount."""
        if "date_offset" not in item:
            return {}
        if item.get("quantity") is not None:
            return {}
        return {"unit_price": item.get("amount", item.get("unit_price")), "quantity": 1}

    def _subscription(self, term: Any, shown: Mapping[str, Any]) -> dict[str, Any]:
        rate = shown["subscription_rate"]
        return {
            "subscription_rate": rate | {"product": product(rate["product_id"], self.known)},
            "proration": {"invoice_behavior": term.proration.invoice_behavior} | shown["proration"],
            "quantity_management_mode": term.quantity_management_mode,
        }

    def _override(self, term: Any, shown: dict[str, Any]) -> dict[str, Any]:
        given = shown.get("override_specifiers") or []
        specifiers = [
            specifier
            | {
                TEMPLATES[name]: [self._template(id, (name.removesuffix("_ids") + "s", *IDENTIFIED)) for id in ids]
                for name, ids in specifier.items()
                if name in TEMPLATES
            }
            for specifier in given
        ]
        tiers = {"override_tiers": shown["tiers"]} if shown.get("tiers") else {}
        return {"override_specifiers": specifiers} | tiers

    def _template(self, reference: str, lists: Iterable[str]) -> str:
        """The id that the term which others call by this name is shown with."""
        for name in lists:
            for k, term in enumerate(getattr(self.kept, name, ())):
                if getattr(term, "temporary_id", None) == reference:
                    return self._id(f"{name}/{k}")
        return reference

    def _id(self, place: str) -> str:
        """An id that stays, since a package never changes."""
        return str(uuid5(UUID(self.kept.id), place))
