"""An empty state: what would be here, and the key that makes the first one."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from screens import safe
from screens.command import key_name


class Empty(Static):
    """`Empty("No contracts", "A contract says what Acme pays for.", key="c", does="Add the first contract")`."""

    DEFAULT_CSS = """
    Empty { width: 1fr; height: auto; padding: 1 2; color: $text-muted; }
    """

    def __init__(self, title: str, text: str = "", *, key: str = "", does: str = "", id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.say(title, text, key=key, does=does)

    def say(self, title: str, text: str = "", *, key: str = "", does: str = "") -> None:
        """Put other words there."""
        parts = [Content.styled(safe.literal(title), "bold $foreground")]
        if text:
            parts += [Content("\n"), safe.block(text)]
        if key:
            parts += [
                Content("\n\n"),
                Content.styled(key_name(key), "bold $text-accent"),
                Content(f"  {safe.literal(does)}"),
            ]
        self.update(Content.assemble(*parts))
