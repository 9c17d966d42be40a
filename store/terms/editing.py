"""What an edit does to the terms it names: segments and dated charges added, changed, removed (README, §3)."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

from store.errors import NotFound
from store.terms.balances import Balance, Commit
from store.terms.base import Term
from store.terms.charges import QuantityMode, ScheduledCharge, SeatConfig, Subscription
from store.terms.edits import (
    AccessScheduleUpdate,
    AmountUpdate,
    BalanceUpdate,
    ChargeScheduleUpdate,
    RecurringCommitUpdate,
    RecurringCreditUpdate,
    ScheduledChargeUpdate,
    SubscriptionUpdate,
)
from store.terms.recurring import RecurringAmount, RecurringBalance, RecurringCommit
from store.terms.schedules import AccessItem, AccessSchedule, ChargeSchedule, PointItem

B = TypeVar("B", bound=Balance)
R = TypeVar("R", bound=RecurringBalance)
T = TypeVar("T", bound=Term)

_PLAIN = (
    "name", "description", "product_id", "priority", "applicable_product_ids", "applicable_product_tags",
    "rollover_fraction", "rate_type", "hierarchy_configuration",
)  # fmt: skip


def updated_balance(balance: B, update: BalanceUpdate, *, path: str) -> B:
    """The commit or credit after an update; raises `NotFound` for an item it does not have."""
    given = {name: getattr(update, name) for name in _PLAIN if name in update.model_fields_set}
    if update.access_schedule is not None:
        given["access_schedule"] = _access(balance, update.access_schedule, path + "/access_schedule")
    if update.invoice_schedule is not None and isinstance(balance, Commit):
        schedule = balance.invoice_schedule
        given["invoice_schedule"] = _charges(schedule, update.invoice_schedule, path + "/invoice_schedule")
    return _revalidated(balance, given)


def updated_charge(charge: ScheduledCharge, update: ScheduledChargeUpdate, *, path: str) -> ScheduledCharge:
    """The scheduled charge after an update."""
    given: dict[str, Any] = {"name": update.name} if update.name is not None else {}
    if update.invoice_schedule is not None:
        given["schedule"] = _charges(charge.schedule, update.invoice_schedule, path + "/invoice_schedule")
    return _revalidated(charge, given)


def updated_recurring(term: R, update: RecurringCommitUpdate | RecurringCreditUpdate) -> R:
    """The recurring term after an update; what it created before is not touched (README, §3)."""
    plain = ("ending_before", "rate_type", "proration_rounding")
    given: dict[str, Any] = {name: getattr(update, name) for name in plain if name in update.model_fields_set}
    if update.access_amount is not None:
        given["access_amount"] = _amount(term.access_amount, update.access_amount)
    invoiced = getattr(update, "invoice_amount", None)
    if invoiced is not None and isinstance(term, RecurringCommit):
        given["invoice_amount"] = _amount(term.invoice_amount, invoiced)
    return _revalidated(term, given)


def updated_subscription(term: Subscription, update: SubscriptionUpdate) -> Subscription:
    """The subscription after an update of anything but its quantity; bare quantities become unassigned seats."""
    given: dict[str, Any] = {"name": update.name} if update.name is not None else {}
    if "ending_before" in update.model_fields_set:
        given["ending_before"] = update.ending_before
    if "proration_rounding" in update.model_fields_set:
        given["proration"] = _changed(term.proration, {"rounding": update.proration_rounding})
    mode = update.quantity_management_mode_update
    if mode is not None and term.seat_config is None:
        given["quantity_management_mode"] = QuantityMode.SEAT_BASED
        given["seat_config"] = SeatConfig(
            seat_group_key=mode.seat_config.seat_group_key,
            initial_seat_ids=(),
            initial_unassigned_seats=term.initial_quantity,
        )
    return _changed(term, given) if given else term


def _amount(held: RecurringAmount | None, update: AmountUpdate) -> RecurringAmount:
    given = {name: getattr(update, name) for name in update.model_fields_set}
    return held.model_copy(update=given) if held else RecurringAmount.model_validate(given)


def _revalidated(term: T, given: dict[str, Any]) -> T:
    return type(term).model_validate({**{n: getattr(term, n) for n in term.model_fields_set}, **given})


def segment_id(balance_id: str, item: AccessItem, position: int) -> str:
    """The id of a segment: its own, else one made of the balance's id and its position."""
    return item.id or f"{balance_id}/segments/{position}"


def _access(balance: Balance, update: AccessScheduleUpdate, path: str) -> AccessSchedule:
    named = {
        segment_id(balance.id or "", item, k): item for k, item in enumerate(balance.access_schedule.schedule_items)
    }
    items: dict[str, AccessItem] = {key: _changed(item, {"id": key}) for key, item in named.items()}
    for k, change in enumerate(update.update_schedule_items):
        key = _known(items, change.id, f"{path}/update_schedule_items/{k}/id")
        items[key] = _changed(items[key], change.model_dump(exclude_unset=True, exclude={"id"}))
    for k, gone in enumerate(update.remove_schedule_items):
        del items[_known(items, gone.id, f"{path}/remove_schedule_items/{k}/id")]
    added = TypeAdapter(tuple[AccessItem, ...]).validate_python(update.add_schedule_items)
    return _changed(balance.access_schedule, {"schedule_items": (*items.values(), *added)})


def _charges(schedule: ChargeSchedule | None, update: ChargeScheduleUpdate, path: str) -> ChargeSchedule:
    items: dict[str, PointItem] = {}
    for occurrence in schedule.occurrences() if schedule else ():
        items[occurrence.item_id] = PointItem(
            id=occurrence.item_id,
            timestamp=occurrence.timestamp,
            unit_price=occurrence.unit_price,
            quantity=occurrence.quantity,
        )
    for k, change in enumerate(update.update_schedule_items):
        key = _known(items, change.id, f"{path}/update_schedule_items/{k}/id")
        given = change.model_dump(exclude_unset=True, exclude={"id"})
        old = items[key].model_dump(exclude_unset=True)
        if "amount" in given:
            old = {n: v for n, v in old.items() if n not in ("unit_price", "quantity")}
        items[key] = PointItem.model_validate({**old, **given})
    for k, gone in enumerate(update.remove_schedule_items):
        del items[_known(items, gone.id, f"{path}/remove_schedule_items/{k}/id")]
    added = TypeAdapter(tuple[PointItem, ...]).validate_python(update.add_schedule_items)
    base = schedule or ChargeSchedule.model_construct()
    return base.model_copy(
        update={"recurring_schedule": None, "schedule_items": (*items.values(), *added)},
    )


def _changed(term: T, given: dict[str, Any]) -> T:
    return term.model_copy(update=given)


def _known(items: dict[str, Any], key: str, path: str) -> str:
    if key not in items:
        raise NotFound(f"there is no schedule item {key}", path=path)
    return key
