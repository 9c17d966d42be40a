"""The lines above and below every screen: where you are, what just happened, and which keys work here."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from screens import safe
from screens.command import key_name

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

    def draw(self, columns: int) -> Content:
        """The line at that width."""
        raise NotImplementedError

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

    def __init__(self, crumbs: tuple[str, ...] = (), *, note: str = "", read_only: bool = False) -> None:
        super().__init__(id="top-bar")
        self.set_reactive(TopBar.crumbs, crumbs)
        self.set_reactive(TopBar.note, note)
        self.read_only = read_only

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
    """What just happened, or what is wrong, until the next thing happens. Glyph and word, not colour alone."""

    DEFAULT_CSS = """
    Notice { padding: 0 1; background: $background; }
    """

    said: reactive[tuple[str, str]] = reactive(("", ""))
    """Text and tone."""

    def __init__(self) -> None:
        super().__init__(id="notice")

    def draw(self, columns: int) -> Content:
        """The sentence with its glyph."""
        text, tone = self.said
        glyph, style = TONES[tone]
        return Content.styled(safe.fit(glyph + safe.literal(text), columns - 2), style) if text else Content("")


class KeyBar(OneLine):
    """The keys that work here; those of the screen first, as many as fit. A click does what the key does."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="key-bar")
        self._spots: list[tuple[int, int, str]] = []
        self._hints: tuple[tuple[str, str, str, bool], ...] = ()

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

    def _collect(self) -> tuple[tuple[str, str, str, bool], ...]:
        seen: dict[str, tuple[str, str, str, bool]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and binding.id and binding.id not in seen:
                seen[binding.id] = (binding.key, binding.description, binding.action, active.enabled)
        hints = sorted(seen.items(), key=lambda item: item[0].startswith("app."))
        return tuple(hint for _, hint in hints)

    def draw(self, columns: int) -> Content:
        """Key and label, key and label; what works everywhere keeps its place at the end."""
        columns -= 2
        shown, used = [], 0
        keep = [h for h in self._hints if h[2] in ("help", "palette")]
        reserve = sum(self._length(h) for h in keep)
        for hint in self._hints:
            if hint in keep:
                continue
            if used + self._length(hint) + reserve > columns + 2:
                break
            shown.append(hint)
            used += self._length(hint)
        parts: list[Content] = []
        self._spots, x = [], 1
        for key, label, action, enabled in (*shown, *keep):
            name = key_name(key)
            style, text_style = ("bold $text-accent", "") if enabled else ("$text-disabled", "$text-disabled")
            parts += [Content.styled(name, style), Content.styled(f" {label}  ", text_style)]
            length = self._length((key, label, action, enabled))
            if enabled:
                self._spots.append((x, x + length - 2, action))
            x += length
        return Content.assemble(*parts)

    @staticmethod
    def _length(hint: tuple[str, str, str, bool]) -> int:
        return len(key_name(hint[0])) + len(hint[1]) + 3

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the pointer does."""
        for start, end, action in self._spots:
            if start <= event.x < end:
                await self.screen.run_action(action) if hasattr(
                    self.screen, f"action_{action}"
                ) else await self.app.run_action(action)
                return
