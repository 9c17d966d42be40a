"""Choosing one of several: side by side where they fit, else from a list that is searched by typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from screens import safe

Choices = Sequence[tuple[str, str]]


class Choice(Widget, can_focus=True):
    """←/→ or the first letter change it, Space or Enter opens the list; a click picks what is under the pointer.

    Where the choices are a list, typing opens it and searches. Nothing typed here is ever a command of the screen.
    """

    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; background: $surface; padding: 0 1; }
    Choice:focus { background: $block-cursor-blurred-background; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right", "step(1)", "Next", show=False),
        Binding("space,enter", "open", "Choose", show=False),
        Binding("backspace,delete", "clear", "Clear", show=False),
    ]

    value: reactive[str] = reactive("")
    """The chosen value; several are joined by line breaks; empty: none."""

    @dataclass
    class Changed(Message):
        """Another value was chosen."""

        choice: Choice
        value: str

        @property
        def control(self) -> Choice:
            """The widget, for selectors."""
            return self.choice

    def __init__(
        self, choices: Choices = (), value: str = "", *, many: bool = False, optional: bool = True,
        prompt: str = "none", title: str = "", free: bool = False, id: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(id=id)
        self.choices = tuple(choices)
        self.many, self.optional, self.prompt, self.title_text = many, optional, prompt, title
        self.free = free
        self.set_reactive(Choice.value, value)
        self._spots: list[tuple[int, int, str]] = []

    def offer(self, choices: Choices) -> None:
        """Other choices; a value that is no longer among them is kept and shown as it is."""
        self.choices = tuple(choices)
        self.refresh()

    def name_of(self, value: str) -> str:
        """The label of a value, as far as a tab in it."""
        label = next((label for known, label in self.choices if known == value), value)
        return safe.literal(label.partition("\t")[0] or label)

    @property
    def side_by_side(self) -> bool:
        """Whether all choices fit beside each other."""
        length = sum(safe.width(safe.literal(label)) + 3 for _, label in self.choices)
        return not self.many and 0 < len(self.choices) <= 6 and length <= max(0, self.size.width)

    def render(self) -> Content:
        """`(●) Prepaid  ( ) Postpaid`, or the chosen name and a mark that there is a list."""
        self._spots = []
        if self.side_by_side:
            parts, x = [], 0
            for value, label in self.choices:
                chosen = value == self.value
                text = ("● " if chosen else "○ ") + safe.literal(label)
                parts.append(Content.styled(text, "bold" if chosen else "$text-muted"))
                parts.append(Content(" "))
                self._spots.append((x, x + safe.width(text), value))
                x += safe.width(text) + 1
            return Content.assemble(*parts)
        chosen_values = [v for v in self.value.split("\n") if v]
        room = max(4, self.size.width - 2)
        if not chosen_values:
            text, style = safe.fit(self.prompt, room), "$text-disabled"
        else:
            count = f"{len(chosen_values)}: " if len(chosen_values) > 1 else ""
            text, style = safe.fit(count + ", ".join(map(self.name_of, chosen_values)), room), ""
        return Content.assemble(Content.styled(text, style), Content.styled(" ▾", "$text-accent"))

    def watch_value(self, old: str, new: str) -> None:
        """Tell."""
        if old != new:
            self.post_message(self.Changed(self, new))

    def action_step(self, step: int) -> None:
        """The next or previous choice."""
        if self.many or not self.choices:
            return
        values = [value for value, _ in self.choices]
        if self.value not in values:
            self.value = values[0 if step > 0 else -1]
        else:
            self.value = values[max(0, min(len(values) - 1, values.index(self.value) + step))]

    def action_clear(self) -> None:
        """Nothing chosen, where that is allowed."""
        if self.optional:
            self.value = ""

    def action_open(self) -> None:
        """The list; with two or three choices side by side, Space goes to the next."""
        if self.side_by_side:
            values = [value for value, _ in self.choices]
            self.value = values[(values.index(self.value) + 1) % len(values)] if self.value in values else values[0]
        else:
            self._pick()

    @work(group="pick", exclusive=True)
    async def _pick(self, typed: str = "") -> None:
        from screens.widgets.picker import Picker

        chosen = await self.app.push_screen_wait(
            Picker(
                getattr(self.screen, "services"),  # noqa: B009  any of our screens has them
                title=self.title_text or "Choose",
                choices=self.choices,
                chosen=tuple(v for v in self.value.split("\n") if v),
                many=self.many,
                free=self.free,
                typed=typed,
            )
        )
        if chosen is not None:
            self.value = "\n".join(chosen)

    def on_key(self, event: events.Key) -> None:
        """A letter goes to the next choice that begins with it, or into the list's search."""
        letter = (event.character or "") if event.is_printable else ""
        if not letter.strip() or not (self.choices or self.free):
            return
        event.stop()
        if not self.side_by_side:
            self._pick(letter)
            return
        matches = [value for value, label in self.choices if label.casefold().startswith(letter.casefold())]
        if matches:
            after = matches.index(self.value) + 1 if self.value in matches else 0
            self.value = matches[after % len(matches)]

    def on_click(self, event: events.Click) -> None:
        """Pick what is under the pointer, or open the list."""
        offset = event.get_content_offset(self)
        for start, end, value in self._spots:
            if offset is not None and start <= offset.x < end:
                self.value = value
                return
        if not self._spots:
            self._pick()
