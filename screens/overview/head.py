"""Who the customer is, in two lines: name, id, badge; aliases and custom fields; and a draft that waits."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.reactive import reactive

from screens import safe
from screens.overview import wording
from screens.overview.facts import Facts
from screens.widgets.bars import OneLine


class NameLine(OneLine):
    """`WidgetsExpress   aa58107d-…   ARCHIVED 2025-01-01`."""

    DEFAULT_CSS = """
    NameLine { padding: 0 1; }
    """

    facts: reactive[Facts | None] = reactive(None)
    """Whose name it is; None while it is read."""

    def draw(self, columns: int) -> Content:
        """Name first, then the id whole, then the badge."""
        if self.facts is None:
            return Content.styled("Reading the customer…", "$text-muted")
        customer = self.facts.customer
        badge = f" ✗ ARCHIVED {customer.archived_at:%Y-%m-%d} " if customer.archived_at else ""
        identity = safe.literal(customer.id)
        name = safe.literal(customer.name)
        room = columns - 2 - safe.width(badge) - 2
        if safe.width(name) + 2 + safe.width(identity) > room:
            identity = safe.fit(identity, max(0, min(safe.width(identity), max(8, room - safe.width(name) - 2))))
        name = safe.fit(name, max(4, min(safe.width(name), room - safe.width(identity) - 2)))
        return Content.assemble(
            Content.styled(name, "bold"),
            "  ",
            Content.styled(identity, "$text-muted"),
            "  ",
            Content.styled(badge, "bold reverse $text-warning") if badge else "",
        )


class AboutLine(OneLine):
    """`usage arrives as team@…, +2 · sfdc_account_id = sfdc1001`."""

    DEFAULT_CSS = """
    AboutLine { padding: 0 1; color: $text-muted; }
    """

    facts: reactive[Facts | None] = reactive(None)
    """Whose aliases and fields they are."""

    def draw(self, columns: int) -> Content:
        """As many aliases as fit in the first half, then the custom fields."""
        if self.facts is None:
            return Content("")
        columns -= 2
        aliases, fields = self.facts.customer.aliases, self.facts.customer.custom_fields
        told = " · ".join(f"{safe.literal(k)} = {safe.literal(v)}" for k, v in fields.items()) or "no custom fields (e)"
        room = max(columns // 2, columns - safe.width(told) - 3)
        text = _aliases([safe.literal(a) for a in aliases], room)
        return Content.assemble(text, "   ", safe.fit(told, max(0, columns - safe.width(text) - 3)).rstrip())


def _aliases(aliases: list[str], room: int) -> str:
    if not aliases:
        return safe.fit("usage arrives under its id only (l adds aliases)", room).rstrip()
    text, rest = "usage arrives as " + aliases[0], len(aliases) - 1
    for alias in aliases[1:]:
        longer = f"{text}, {alias}"
        if safe.width(longer) + (6 if rest > 1 else 0) > room:
            break
        text, rest = longer, rest - 1
    more = f", +{rest} (l)" if rest else ""
    return safe.fit(text, max(0, room - len(more))).rstrip() + more


class DraftLine(OneLine):
    """`✎ Draft of a contract from 10:42 · r resumes it`; only there while a draft waits."""

    DEFAULT_CSS = """
    DraftLine { padding: 0 1; background: $surface; display: none; }
    DraftLine.-waiting { display: block; }
    """

    said: reactive[str] = reactive("")
    """The sentence."""

    def tell(self, facts: Facts, now: datetime) -> None:
        """Offer the operator's drafts of this customer."""
        drafts = facts.drafts
        self.set_class(bool(drafts), "-waiting")
        if drafts:
            more = f" and {len(drafts) - 1} more" if len(drafts) > 1 else ""
            self.said = wording.draft_line(drafts[0], now) + more

    def draw(self, columns: int) -> Content:
        """The sentence and the key."""
        hint = " · r resumes it"
        text = safe.fit("✎ " + safe.literal(self.said), max(0, columns - 2 - len(hint))).rstrip()
        return Content.assemble(Content.styled(text, "$text-warning"), Content.styled(hint, "bold"))

    def on_click(self) -> None:
        """A click resumes it."""
        self.run_worker(self.screen.run_action("resume"), exclusive=True)
