"""The ways through the console that lead to every screen and every dialog, as keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from textual.screen import Screen

from screens.amendment.screen import AmendmentScreen
from screens.catalog.screen import CatalogScreen
from screens.history.screen import HistoryScreen
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.statement.screen import StatementScreen
from screens.timeline.screen import TimelineScreen
from screens.wizard.screen import WizardScreen

Start = Callable[[Services, str], Screen[Any]]


class Journey(NamedTuple):
    """A way: where it starts (None: on the list of customers), and its steps; after each one looks around."""

    name: str
    start: Start | None
    steps: tuple[str, ...]
    """Keys, one after the other; `down*6` is six times, `_what` types."""
    screens: frozenset[str]
    """By name, the screens that it must have led to."""
    shows: int = 12
    """So many of the hostile names must have been in sight."""


def way(name: str, start: Start | None, steps: str, screens: str, shows: int = 12) -> Journey:
    """A journey; its steps are told apart by a bar."""
    return Journey(name, start, tuple(step.strip() for step in steps.split("|")), frozenset(screens.split()), shows)


def _catalog(services: Services, _customer: str) -> CatalogScreen:
    return CatalogScreen(services)


def _history(services: Services, _customer: str) -> HistoryScreen:
    return HistoryScreen(services, None)


JOURNEYS = (
    way(
        "customers", None,
        "pagedown | pagedown | pagedown | end | s | slash _Q0 | down*3 | escape | f2 | 2 | 3 | escape",
        screens="CustomersScreen RequestModal",
    ),
    way(
        "add customer", None,
        "n | _Q05 | tab _alQ05 | f2 | escape | escape",
        screens="AddCustomer Confirm RequestModal", shows=1,
    ),
    way(
        "take a request", None,
        "ctrl+o | _/no/Q05 enter",
        screens="TakeRequest", shows=1,
    ),
    way(
        "palette", None,
        "ctrl+p | _Q | pagedown | pagedown | end",
        screens="Palette",
    ),
    way(
        "help", OverviewScreen,
        "f1 | pagedown",
        screens="HelpScreen", shows=1,
    ),
    way(
        "usage", None,
        "u | pagedown | pagedown | end",
        screens="UsageScreen",
    ),
    way(
        "history of the book", _history,
        "pagedown | enter | escape | f2 | 1 | 2 | 3 | escape | slash _Q2 | down | escape | end",
        screens="HistoryScreen RequestModal TextModal",
    ),
    way(
        "history of a customer", HistoryScreen,
        "pagedown | enter | escape | u | escape",
        screens="Confirm HistoryScreen TextModal", shows=4,
    ),
    way(
        "overview", OverviewScreen,
        "pagedown | 2 | pagedown | 3 | pagedown | 4 | pagedown | 5 | pagedown | 6 | pagedown | end | ]",
        screens="OverviewScreen",
    ),
    way(
        "contract", OverviewScreen,
        "1 enter | pagedown | enter | escape | x | pagedown | c | escape | f2 | 3 | pagedown | escape | "
        "escape",
        screens="ContractDetail RequestModal TextModal", shows=4,
    ),
    way(
        "change", OverviewScreen,
        "6 enter | pagedown | escape",
        screens="TextModal", shows=1,
    ),
    way(
        "aliases", OverviewScreen,
        "l | ctrl+end | _Q05 | ctrl+s | f2 | escape",
        screens="EditAliases", shows=8,
    ),
    way(
        "fields", OverviewScreen,
        "e | tab*3 | tab*9 | f2 | escape",
        screens="EditFields", shows=8,
    ),
    way(
        "rename", OverviewScreen,
        "n | end _x | f2 | escape | escape",
        screens="Rename", shows=1,
    ),
    way(
        "archive", OverviewScreen,
        "x | f2 | escape",
        screens="Archive", shows=1,
    ),
    way(
        "resume", OverviewScreen,
        "r | down*3 | enter | f8 | f8 | f8",
        screens="Picker WizardScreen", shows=3,
    ),
    way(
        "statement", StatementScreen,
        "down*2 | pagedown | enter | down*2 | end | x | escape | v | escape | f2 | escape | escape | [ | ]",
        screens="RequestModal StatementScreen TextModal",
    ),
    way(
        "statement's balances", StatementScreen,
        "2 | down | pagedown | pagedown | 3 | pagedown | end",
        screens="StatementScreen",
    ),
    way(
        "statement's contracts", StatementScreen,
        "o | down*2 | _Q1 | escape",
        screens="Picker",
    ),
    way(
        "statement's usage", StatementScreen,
        "u | right | tab*6 | ctrl+n | escape | escape",
        screens="UsageGroup UsageSource", shows=4,
    ),
    way(
        "usage of another", StatementScreen,
        "u | right*2 | tab _Q | pagedown",
        screens="UsageSource", shows=8,
    ),
    way(
        "rate cards", _catalog,
        "down*2 | pagedown | tab pagedown | shift+tab i | pagedown | escape | x | escape | f2 | 2 | escape | "
        "d | _2026 | escape | slash _Q1",
        screens="CatalogScreen DateDialog ImpactDialog TextModal",
    ),
    way(
        "products", _catalog,
        "2 | down*2 | pagedown | end | x | escape",
        screens="CatalogScreen",
    ),
    way(
        "metrics", _catalog,
        "3 | down*2 | pagedown | u | _Q | down | enter | pagedown | escape",
        screens="CatalogScreen MetricPreview",
    ),
    way(
        "timeline", TimelineScreen,
        "down*2 | right*2 | pagedown | down*9 | n | tab*2 space | down*3 | escape | tab*2 _2026-03-01 | "
        "ctrl+s | f2 | escape",
        screens="TimelineScreen",
    ),
    way(
        "wizard", WizardScreen,
        "down space | down*3 _Q1 | enter | down _2026-03-01 | f8 | c | down space | down*2 enter | down*2 _Q "
        "| f4 | escape | d | s | down space | enter | down _Q06 | escape | d | o | tab space | escape | "
        "escape | f8 | f8 | f3 | f2 | escape | escape",
        screens="Confirm Picker TermEditor WizardScreen",
    ),
    way(
        "amendment", AmendmentScreen,
        "space | down*4 _Q2 | escape | space enter | tab*2 | p | pagedown | escape | ] | n | f | _Q | escape "
        "| 2 | 3 | f2 | escape | f5 | escape",
        screens="AmendmentScreen FieldsDialog Picker UsageSource", shows=8,
    ),
    way(
        "amendment's terms", AmendmentScreen,
        "space enter | tab*2 | c | down space | down*2 enter | down*2 _Q | f4 tab*3 | escape | d | r | escape "
        "| escape | escape",
        screens="Picker TermEditor", shows=4,
    ),
)  # fmt: skip
