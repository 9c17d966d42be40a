"""Looking at the timeline: contracts and usage read once, lanes above, who takes what in words below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.message import Message

from screens.services import Services
from screens.timeline import pane
from screens.timeline.lanes import Lanes
from screens.timeline.panel import ChangePanel
from screens.timeline.routing import Routing, load
from screens.timeline.words import summary
from screens.widgets.base import BaseScreen
from screens.widgets.draft_keeper import latest
from screens.widgets.empty import Empty
from screens.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from store.drafts import Draft


class TimelineView(BaseScreen):
    """Which contract of a customer takes which usage, over time."""

    CSS_PATH = "timeline.tcss"
    CRUMBS = ("Customers", "Usage filters")

    @dataclass
    class Loaded(Message):
        """Contracts and usage were read, and a draft that the operator left."""

        routing: Routing
        draft: Draft | None

    def __init__(self, services: Services, customer_id: str) -> None:
        super().__init__(services)
        self.customer_id = customer_id
        self.routing: Routing | None = None
        """As stored."""
        self.after: Routing | None = None
        """With a proposed change, while there is one."""

    def body(self) -> ComposeResult:
        """Lanes above; below, the form of a change (while there is one) and the words."""
        yield Lanes(id="lanes")
        with Container(id="below"):
            yield ChangePanel(self.services, id="change")
            yield Empty("Reading contracts and usage …", id="nothing")
            yield TextPane(id="words")

    def on_mount(self) -> None:
        """Read."""
        self.add_class("-loading")
        self.read()

    def on_resize(self) -> None:
        """What is in columns fits the new width."""
        if self.routing:
            self.call_after_refresh(self.say_words)

    @work(thread=True, exclusive=True, exit_on_error=False, group="load")
    def read(self) -> None:
        """Contracts and usage, in the background."""
        routing = load(self.services.store(), self.customer_id, self.services.now())
        self.post_message(self.Loaded(routing, latest(self.services, "usage_filter", self.customer_id)))

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        self.hold()
        self.routing = routing = event.routing
        self.crumbs = ("Customers", routing.customer_name, "Usage filters")
        self.remove_class("-loading")
        nothing = self.query_one("#nothing", Empty)
        nothing.display = not routing.contracts
        self.query_one(TextPane).display = bool(routing.contracts)
        if not routing.contracts:
            nothing.say(
                "No contracts yet",
                f"{routing.customer_name} has no contract, so no usage goes anywhere.\n"
                "Add one from the customer's overview; its usage filter is shown here.",
                key="escape",
                does="Back",
            )
        elif self.focused is None:
            self.query_one(Lanes).focus()
        self.show()
        self.tell()
        self.refresh_bindings()

    def tell(self) -> None:
        """The whole in one sentence."""
        if self.routing:
            self.say(*summary(self.routing.stretches, self.routing.usage))

    @property
    def drafted(self) -> str:
        """The contract that a proposed change is about; empty without one."""
        return ""

    def show(self) -> None:
        """Lanes and words, as they would be after the proposed change."""
        shown = self.after or self.routing
        if shown is None:
            return
        keys = shown.usage.keys
        self.query_one(Lanes).show(
            shown.lanes(self.drafted) if shown.contracts else (),
            whole=shown.whole,
            now=self.services.now(),
            heading=f"by {', '.join(keys)}" if keys else "no filters",
        )
        self.say_words()

    @on(Lanes.Rested)
    def say_words(self) -> None:
        """Who takes what in the time under the cursor."""
        shown, piece = self.after or self.routing, self.query_one(Lanes).piece
        if shown is None or piece is None or self.routing is None:
            return
        said = shown.said(piece.span, self.routing if self.after else None)
        lines = [*self.above(shown), *pane.paragraphs(said), *self.beneath(shown)]
        self.query_one(TextPane).tell(pane.joined(lines))

    def above(self, shown: Routing) -> list[Content]:
        """What is said before it."""
        return []

    def beneath(self, shown: Routing) -> list[Content]:
        """What is said after it: how to read the lanes."""
        return pane.legend()

    def action_zoom_in(self) -> None:
        """Less time."""
        self.query_one(Lanes).zoom(0.5)

    def action_zoom_out(self) -> None:
        """More time."""
        self.query_one(Lanes).zoom(2)

    def action_show_all(self) -> None:
        """Everything."""
        self.query_one(Lanes).show_all()

    def action_earlier(self) -> None:
        """Back in time."""
        self.query_one(Lanes).pan(-0.25)

    def action_later(self) -> None:
        """On in time."""
        self.query_one(Lanes).pan(0.25)

    def action_reload(self) -> None:
        """Read again."""
        self.say("Reading …", "busy")
        self.read()
