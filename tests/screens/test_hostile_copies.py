"""What leaves the console by the clipboard, by a file or by a paste: exact, harmless, and never without end."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from screens.safe import COPY_LIMIT
from screens.services import Services
from screens.widgets.field_row import Lines
from screens.widgets.text_input import LONGEST, TextInput
from screens.widgets.text_modal import TextModal, as_shown
from screens.wizard.review_step import request_text
from store.text import unseen
from tests.hostile import PAYLOADS, obeyed
from tests.screens.reading import console, screen_text, settle

HOSTILE_JSON = {"name": list(PAYLOADS.values()), "nested": {text: text for text in PAYLOADS.values()}}


class Editing(App[None]):
    """One editor."""

    def __init__(self, editor: type[TextInput] | type[Lines], text: str) -> None:
        super().__init__()
        self.kind, self.text = editor, text

    def compose(self) -> ComposeResult:
        """The editor."""
        self.editor = self.kind(self.text)
        yield self.editor


class _Written:
    """What was sent to the terminal for its clipboard."""

    def __init__(self, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.parts: list[str] = []
        write = app._driver.write

        def written(data: str) -> None:
            if "\x1b]52" in data:
                self.parts.append(data)
            write(data)

        monkeypatch.setattr(app._driver, "write", written)

    def only(self) -> str:
        """The one text that was sent."""
        (part,) = self.parts
        assert part.startswith("\x1b]52;c;") and part.endswith("\a")
        return base64.b64decode(part[7:-1], validate=True).decode()


async def _modal(pilot: Pilot[Any], services: Services, text: str) -> None:
    await settle(pilot)
    await pilot.app.push_screen(TextModal(services, title=PAYLOADS["osc_title"], text=text))
    await settle(pilot)


@pytest.mark.parametrize("show", [as_shown, request_text], ids=["an object", "a draft's request"])
async def test_json_is_shown_harmless_and_copied_exactly(
    services: Services, monkeypatch: pytest.MonkeyPatch, show: Any
) -> None:
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await _modal(pilot, services, show(HOSTILE_JSON))
        sent = _Written(app, monkeypatch)
        await pilot.press("c")
        assert json.loads(sent.only()) == HOSTILE_JSON
        assert not obeyed(sent.only())


async def test_a_megabyte_is_not_sent_to_a_clipboard(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await _modal(pilot, services, "x" * 1_000_000)
        sent = _Written(app, monkeypatch)
        await pilot.press("c")
        assert "Too long" in screen_text(app), "what happened is told beside a long text too"
        await pilot.press("end")
        await settle(pilot)
        assert "and 950,000 characters more" in " ".join(screen_text(app).split())
        app.copy_to_clipboard("x" * 1_000_000)
        assert not sent.parts
        app.copy_to_clipboard("x" * COPY_LIMIT)
        assert len(sent.only()) == COPY_LIMIT


async def test_what_is_cut_out_of_a_field_carries_no_control_characters(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        box = next(iter(app.screen.query(TextInput)))
        box.value = "rm -rf\n \x1b[201~" + PAYLOADS["osc_clipboard"]
        box.focus()
        box.select_all()
        sent = _Written(app, monkeypatch)
        await pilot.press("ctrl+c")
        assert "rm -rf" in sent.only() and not obeyed(sent.only().replace("\n", ""))


@pytest.mark.parametrize("editor", [TextInput, Lines])
@pytest.mark.parametrize("text", [text for text in PAYLOADS.values() if "\n" not in text and "\r" not in text])
async def test_an_editor_shows_what_is_not_seen_and_keeps_it(services: Services, editor: Any, text: str) -> None:
    if editor is Lines and "\u2028" in text:
        return  # to an editor of several lines that is two of them
    app = Editing(editor, text)
    async with app.run_test(size=(300, 4)) as pilot:
        await pilot.pause()
        line = next(line for line in screen_text(app).split("\n") if line.strip())
        assert not unseen(line)
        if unseen(text) and "\t" not in text:
            assert "\ufffd" in line or set(line) & set("␛␇␈␎␏␡DE"), line
        app.editor.focus()
        await pilot.press("end", "x")
        found = app.editor.text if isinstance(app.editor, Lines) else app.editor.value
        assert found == text + "x", "what is not touched is not changed"


async def test_pastes_are_cut_and_hold_no_control_characters(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        for box in app.screen.query("TextInput, Lines"):
            if not box.display:
                continue
            box.focus()
            for text in PAYLOADS.values():
                app.screen.post_message(events.Paste("p\x1b[201~\x1b[200~" + text))
            app.screen.post_message(events.Paste("y" * 1_000_000))
            await settle(pilot)
            assert isinstance(box, TextInput | Lines)
            found = box.text if isinstance(box, Lines) else box.value
            assert "p[201~" in found.replace(" ", "") and not unseen(found.replace("\n", ""))
            assert len(found) <= 2 * LONGEST
