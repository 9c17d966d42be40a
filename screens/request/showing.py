"""From a screen to the dialogs: show what is here as a request, take a request in from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from screens.services import Services

if TYPE_CHECKING:
    from screens.request.asked import Asked
    from screens.widgets.base import Commanded
    from store.drafts import Draft
    from store.queries import ContractView


def show(screen: Commanded[Any], *asked: Asked) -> None:
    """A request that is being made."""
    from screens.request.modal import RequestModal

    screen.app.push_screen(RequestModal(screen.services, asked))


def show_stored(screen: Commanded[Any], making: Callable[[], Sequence[Asked]]) -> None:
    """What would make something that is stored; it is read in a worker."""
    from screens.request.modal import RequestModal

    screen.app.push_screen(RequestModal(screen.services, making))


def customer(services: Services, customer_id: str) -> Sequence[Asked]:
    """What would make a stored customer. Blocks: for workers."""
    from screens.request.asked import of_customer
    from store import queries

    return of_customer(queries.customer(services.store(), customer_id))


def contract(view: ContractView) -> Sequence[Asked]:
    """What would make a stored contract."""
    from screens.request.asked import of_contract

    return of_contract(view)


def take(screen: Commanded[Any], customer_id: str) -> None:
    """A request from elsewhere, for that customer unless it names another, onto the screen that completes it."""
    from screens.overview.resuming import screen_for
    from screens.request.take import TakeRequest

    def opened(draft: Draft | None) -> None:
        if draft is not None:
            screen.app.push_screen(screen_for(screen.services, draft.customer_id or customer_id, draft))

    screen.app.push_screen(TakeRequest(screen.services, customer_id), opened)
