"""Rules of edits: what they add, what they name, and what the terms they change come to (README, §6 rule 38)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from store.errors import NotFound
from store.terms.base import explain
from store.terms.book import Book
from store.terms.changes import Edit
from store.terms.charges import Subscription
from store.terms.contract import Contract, ContractEdit
from store.terms.edits import SubscriptionUpdate
from store.terms.effective import effective
from store.terms.in_force import Effective
from store.terms.review_contract import alive, belongs, changed
from store.terms.review_finding import Findings, Ground, error, warning
from store.terms.review_gated import edited
from store.terms.review_terms import added, ground_of
from store.terms.schedules import ChargeSchedule
from store.terms.seats import seats_at, too_many_seats

UPDATED = {
    "commits": "commit_id",
    "credits": "credit_id",
    "recurring_commits": "recurring_commit_id",
    "recurring_credits": "recurring_credit_id",
    "scheduled_charges": "scheduled_charge_id",
    "subscriptions": "subscription_id",
}
"""The kinds of terms that an edit can change, and the field that names one."""


def edit(subject: ContractEdit, to: Contract, book: Book, now: datetime | None = None) -> Findings:
    """An edit, refused as a whole if any of it is unsound. `now`: charges dated up to then are on finalized invoices
    and stay as they are; None where nothing was invoiced yet."""
    held = effective(to)
    yield from belongs(subject, to)
    yield from alive(held)
    switched = (u.subscription_id for u in subject.update_subscriptions if u.quantity_management_mode_update)
    ground = ground_of(held, book)
    ground = replace(ground, seated_ids=ground.seated_ids | frozenset(switched))
    yield from added(subject, ground, "add_")
    end = subject.update_contract_end_date
    if end is not None and end <= held.span.start:
        yield error("outside_term", "/update_contract_end_date", "must be after the contract's starting_at")
    yield from _named(subject, held, ground)
    if now is not None:
        yield from _invoiced(subject, held, now)
        yield from _used(subject, held, now)
    try:
        after = effective(changed(book, to, Edit(subject, to.id)))
    except NotFound as refused:
        yield error("not_found", refused.path.removeprefix(f"/edits/{len(to.edits)}"), refused.message, 404)
        return
    except ValidationError:
        yield from _each_alone(subject, to, book)
        return
    yield from _sound(subject, after)
    yield from edited(subject, held, after, ground)


def _updates(subject: ContractEdit) -> Iterator[tuple[str, str, Any, str]]:
    """Kind of term, its id, the update, and the update's path."""
    for kind, name in UPDATED.items():
        for k, update in enumerate(getattr(subject, f"update_{kind}")):
            yield kind, getattr(update, name) or "", update, f"/update_{kind}/{k}"


def _named(subject: ContractEdit, held: Effective, ground: Ground) -> Findings:
    """The products an edit names exist, the terms it changes are not archived."""
    for kind, id, update, at in _updates(subject):
        if id in held.archived:
            yield error("archived", f"{at}/{UPDATED[kind]}", "is archived")
        if kind == "subscriptions" and update.quantity_management_mode_update is not None:
            yield from _switch(next((s for s in held.subscriptions if s.id == id), None), at)
        if kind not in ("commits", "credits"):
            continue
        if update.product_id:
            yield from ground.product(update.product_id, f"{at}/product_id")
        for i, product_id in enumerate(update.applicable_product_ids or ()):
            yield from ground.product(product_id, f"{at}/applicable_product_ids/{i}")


def _switch(held: Subscription | None, at: str) -> Findings:
    """A bare quantity may become seats, once."""
    if held is not None and held.seat_config is not None:
        yield error("edit", f"{at}/quantity_management_mode_update", "the subscription is SEAT_BASED already")


def _invoiced(subject: ContractEdit, held: Effective, now: datetime) -> Findings:
    """Rule 38: a charge on a finalized invoice stays as it is; a scheduled invoice finalizes on its date."""
    terms: dict[str | None, Any] = {t.id: t for t in held.commits}
    terms |= {t.id: t for t in held.scheduled_charges}
    for _, id, update, at in _updates(subject):
        term, changes = terms.get(id), getattr(update, "invoice_schedule", None)
        schedule: ChargeSchedule | None = getattr(term, "invoice_schedule", None) or getattr(term, "schedule", None)
        if changes is None or schedule is None or schedule.do_not_invoice:
            continue
        dated = {due.item_id: due.timestamp for due in schedule.occurrences()}
        for name in ("update_schedule_items", "remove_schedule_items"):
            for i, item in enumerate(getattr(changes, name)):
                if item.id in dated and dated[item.id] <= now:
                    text = f"was invoiced on {dated[item.id]:%Y-%m-%d}; a finalized invoice does not change"
                    yield error("finalized", f"{at}/invoice_schedule/{name}/{i}/id", text)


def _used(subject: ContractEdit, held: Effective, now: datetime) -> Findings:
    """What final statements may have used or billed and an edit takes away: they stay as they are, which is said."""
    for kind in ("commits", "credits"):
        segments = {term.id: term.access_schedule.schedule_items for term in getattr(held, kind)}
        for k, gone in enumerate(getattr(subject, f"archive_{kind}")):
            if any(item.starting_at <= now for item in segments.get(gone.id, ())):
                yield warning("finalized", f"/archive_{kind}/{k}/id", f"has begun; {_STAYS}")
        for k, update in enumerate(getattr(subject, f"update_{kind}")):
            begun = {item.id for item in segments.get(getattr(update, UPDATED[kind]), ()) if item.starting_at <= now}
            removed = update.access_schedule.remove_schedule_items if update.access_schedule else ()
            for i, item in enumerate(removed):
                if item.id in begun:
                    at = f"/update_{kind}/{k}/access_schedule/remove_schedule_items/{i}/id"
                    yield warning("finalized", at, f"has begun; {_STAYS}")
    charges = {charge.id: charge.schedule for charge in held.scheduled_charges}
    for k, gone in enumerate(subject.archive_scheduled_charges):
        dated = [due.timestamp for due in charges[gone.id].occurrences()] if gone.id in charges else []
        if any(moment <= now for moment in dated):
            text = f"was invoiced on {max(d for d in dated if d <= now):%Y-%m-%d}; that invoice stays as it is"
            yield warning("finalized", f"/archive_scheduled_charges/{k}/id", text)


_STAYS = "statements that are final keep what they drew, and what is left expires"


def _each_alone(subject: ContractEdit, to: Contract, book: Book) -> Findings:
    """Which of the updates leaves its term unsound: each is tried alone."""
    for kind, _, update, at in _updates(subject):
        alone = ContractEdit.model_validate({f"update_{kind}": (update,)})
        try:
            effective(changed(book, to, Edit(alone, to.id)))
        except ValidationError as refused:
            yield from (error("edit", at + problem.path, problem.message) for problem in explain(refused))


def _sound(subject: ContractEdit, after: Effective) -> Findings:
    """The terms that an edit changed still keep their own rules (README, §6 rules 4, 19, 21, 38)."""
    for kind, id, update, at in _updates(subject):
        term = next(t for t in getattr(after, kind) if t.id == id)
        yield from (f.at(at) for f in (_quantities(term, update, after) if kind == "subscriptions" else _broken(term)))


def _quantities(subscription: Subscription, update: SubscriptionUpdate, after: Effective) -> Findings:
    """Rule 38: no change makes the quantity negative, in the order of their dates; seats change as seats."""
    if update.ending_before is not None and update.ending_before <= (subscription.starting_at or after.span.start):
        yield error("edit", "/ending_before", "must be after the subscription's start")
    if subscription.seat_config is None:
        if update.seat_updates is not None:
            yield error("edit", "/seat_updates", "is only for SEAT_BASED subscriptions")
    elif update.quantity_updates:
        yield error("edit", "/quantity_updates", "is not for SEAT_BASED subscriptions; use seat_updates")
    changes = after.quantities.get(subscription.id or "", ())
    beyond = too_many_seats(subscription, changes, (*after.recurring_commits, *after.recurring_credits))
    if beyond:
        yield warning("seat_cap", "/seat_updates", beyond)
    for moment in sorted({change.starting_at for change in changes}):
        quantity = seats_at(subscription, changes, moment).quantity
        if quantity < 0:
            text = f"would make the quantity {quantity} from {moment:%Y-%m-%d} on"
            yield error("edit", "/quantity_updates", text)
            return


def _broken(term: Any) -> Findings:
    """What is wrong with a term after an edit: its schedules' items one by one, then the term as a whole."""
    empty = False
    for name in ("access_schedule", "invoice_schedule", "schedule"):
        schedule = getattr(term, name, None)
        if schedule is None or getattr(schedule, "recurring_schedule", None) is not None:
            continue
        if not schedule.schedule_items:
            empty = True
            yield error("edit", f"/{name}", "must keep at least one schedule item")
        for item in schedule.schedule_items or ():
            for problem in item.problems():
                yield error("edit", f"/{name}{problem.path}", problem.message)
    for problem in () if empty else term.problems():
        yield error("edit", problem.path, problem.message)
