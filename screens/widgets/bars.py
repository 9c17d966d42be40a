"""The lines above and below every screen: where you are, what just happened, and which keys work here."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, NamedTuple

from textual import events
from textual.content import Content
from textual.dom import DOMNode
from textual.reactive import reactive
from textual.widget import Widget

from screens import safe
from screens.command import Command, key_name

TONES = {
    "": ("", ""),
    "info": ("", "$text-muted"),
    "good": ("✓ ", "$text-success"),
    "warn": ("▲ ", "$text-warning"),
    "bad": ("✗ ", "bold $text-error"),
    "busy": ("… ", "$text-muted"),
}
"""Tone → the glyph that says it without colour, and its style."""


class OneLine(Widget):
    """A line that repaints only itself."""

    DEFAULT_CSS = """
    OneLine { height: 1; width: 1fr; }
    """

    @abstractmethod
    def draw(self, columns: int) -> Content:
        """The line at that width."""

    def render(self) -> Content:
        """The line."""
        return self.draw(self.size.width)


class TopBar(OneLine):
    """`Termsheet › Customers › Acme`, and at the right the store's label and the read-only badge."""

    DEFAULT_CSS = """
    TopBar { dock: top; background: $panel; color: $foreground; padding: 0 1; }
    """

    crumbs: reactive[tuple[str, ...]] = reactive(())
    """Where the operator is, outermost first; data is shown literally."""
    note: reactive[str] = reactive("")
    """What stands at the right: a count, the store's label."""
    read_only: reactive[bool] = reactive(False)
    """Whether nothing can be written here."""

    def __init__(self, crumbs: tuple[str, ...] = (), *, note: str = "", read_only: bool = False) -> None:
        super().__init__(id="top-bar")
        self.set_reactive(TopBar.crumbs, crumbs)
        self.set_reactive(TopBar.note, note)
        self.set_reactive(TopBar.read_only, read_only)

    def draw(self, columns: int) -> Content:
        """The breadcrumb, cut in its last part where it does not fit."""
        columns -= 2
        badge = " READ-ONLY " if self.read_only else ""
        note = safe.literal(self.note)
        if safe.width(note) > columns // 2:
            note = safe.fit(note, columns // 2)
        right = safe.sentence((note, badge), " ")
        trail = " › ".join(("Termsheet", *(safe.literal(c) for c in self.crumbs[:-1]), ""))
        last = safe.literal(self.crumbs[-1]) if self.crumbs else ""
        room = max(0, columns - safe.width(right) - 1)
        if safe.width(trail) > room - min(12, safe.width(last)):
            trail = "… › "
        last = safe.fit(last, max(0, room - safe.width(trail)))
        return Content.assemble(
            Content.styled(trail, "$text-muted"),
            Content.styled(last, "bold"),
            " ",
            Content.styled(note, "$text-muted"),
            " " if note and badge else "",
            Content.styled(badge, "bold reverse $text-warning") if badge else "",
        )


class Notice(OneLine):
    """What just happened, or what is wrong, until the next thing happens. Glyph and word, not colour alone.

    A refusal takes the lines it needs: its end, which says what to do, is never cut away.
    """

    DEFAULT_CSS = """
    Notice { padding: 0 1; background: $background; }
    Notice.-refused { height: auto; max-height: 4; }
    """

    said: reactive[tuple[str, str]] = reactive(("", ""))
    """Text and tone."""

    def __init__(self) -> None:
        super().__init__(id="notice")

    def draw(self, columns: int) -> Content:
        """The sentence with its glyph."""
        text, tone = self.said
        glyph, style = TONES[tone]
        if not text:
            return Content("")
        line = glyph + safe.literal(text)
        return Content.styled(line if tone == "bad" else safe.fit(line, columns - 2), style)

    def watch_said(self, before: tuple[str, str], said: tuple[str, str]) -> None:
        """Only a refusal may change the height, and so lay the screen out anew."""
        bad = said[1] == "bad"
        self.set_class(bad, "-refused")
        if bad:
            self.refresh(layout=True)


class Hint(NamedTuple):
    """A key that works here, and what it does."""

    key: str
    label: str
    action: str
    enabled: bool

    @property
    def width(self) -> int:
        """The cells it takes, with the gap after it."""
        return len(key_name(self.key)) + len(self.label) + 3


ALWAYS = ("app.help", "app.palette")
"""What keeps its place at the end of the line."""


class KeyBar(OneLine):
    """The keys that work here; those of the screen first, as many as fit. A click does what the key does."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="key-bar")
        self._spots: list[tuple[int, int, str]] = []
        self._hints: dict[str, Hint] = {}
        self._owners: dict[str, DOMNode] = {}

    def on_mount(self) -> None:
        """Follow what is possible as focus and state change."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)
        self._hints = self._collect()

    def _follow(self, _screen: Any) -> None:
        if not self.is_attached or not self.app.is_running:
            return
        hints = self._collect()
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def _collect(self) -> dict[str, Hint]:
        """By command id: what the focused widget offers, then the screen in its own order, then what works everywhere.

        A list takes Enter for itself and tells the screen, which does what its own command for Enter says: the hint of
        that command stays.
        """
        active = self.screen.active_bindings
        found: dict[str, Hint] = {}
        for at in active.values():
            binding = at.binding
            if binding.show and binding.id and binding.id not in found:
                found[binding.id] = Hint(binding.key, binding.description, binding.action, at.enabled)
                self._owners[binding.id] = at.node
        own: tuple[Command, ...] = getattr(self.screen, "ACTIONS", ())
        for command in own:
            first = command.key.partition(",")[0]
            taken = active.get(first)
            if command.id not in found and command.show and taken is not None and not taken.binding.id:
                possible = self.screen.check_action(command.action.partition("(")[0], ())
                if possible is not False:
                    found[command.id] = Hint(first, command.label, command.action, bool(possible))
                    self._owners[command.id] = self.screen
        order = {command.id: place for place, command in enumerate(own)}
        place = {n: (n.startswith("app."), h.key.startswith("escape"), order.get(n, -1)) for n, h in found.items()}
        return {name: found[name] for name in sorted(found, key=lambda name: place[name])}

    def draw(self, columns: int) -> Content:
        """Key and label, key and label; what works everywhere keeps its place at the end."""
        columns -= 2
        keep = [name for name in ALWAYS if name in self._hints]
        shown, used = [], sum(self._hints[name].width for name in keep)
        for name, hint in self._hints.items():
            if name in keep:
                continue
            if used + hint.width > columns + 2:
                break
            shown.append(name)
            used += hint.width
        parts: list[Content] = []
        self._spots, x = [], 1
        for name in (*shown, *keep):
            hint = self._hints[name]
            style, text_style = ("bold $text-accent", "") if hint.enabled else ("$text-disabled", "$text-disabled")
            parts += [Content.styled(key_name(hint.key), style), Content.styled(f" {hint.label}  ", text_style)]
            if hint.enabled:
                self._spots.append((x, x + hint.width - 2, name))
            x += hint.width
        return Content.assemble(*parts)

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the pointer does, where it would."""
        for start, end, name in self._spots:
            if start <= event.x < end:
                await self.app.run_action(self._hints[name].action, default_namespace=self._owners[name])
                return
