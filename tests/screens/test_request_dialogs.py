"""The dialogs that show a request and that take one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from console.app import ConsoleApp
from screens.amendment.screen import AmendmentScreen
from screens.overview.resuming import screen_for
from screens.request import showing as showing_it
from screens.request.asked import CONTRACTS, FILTER, Asked
from screens.request.languages import as_curl, as_json, as_python
from screens.request.modal import RequestModal
from screens.request.take import TakeRequest
from screens.services import Services
from screens.timeline.screen import TimelineScreen
from screens.wizard import keeping, previewing
from screens.wizard.screen import WizardScreen
from store import drafts
from store.terms.contract import Amendment
from store.terms.document import plain, write
from tests.screens.demo_store import MERIDIAN, WIDGETS
from tests.screens.reading import SIZES, assert_clean, assert_in_view, console, screen_text, settle
from tests.screens.typing_keys import press, rest
from tests.screens.wizardry import GUIDE

CREATE = Asked(CONTRACTS, plain(GUIDE))


async def showing(pilot: Pilot[Any], services: Services) -> RequestModal:
    modal = RequestModal(services, [CREATE])
    await pilot.app.push_screen(modal)
    await settle(pilot)
    return modal


async def test_the_file_has_a_name_that_typing_replaces(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        modal = await showing(pilot, services)
        await press(pilot, "3", "w")
        assert modal.query_one("#file", Input).value == "request.py"
        await press(pilot, "escape", "2", "w")
        assert modal.query_one("#file", Input).value == "request.sh", "the proposal is of the language shown"
        await press(pilot, " away/mine.sh", "enter")
        await settle(pilot)
        said = "".join(line.strip(" │▎┃") for line in screen_text(app).splitlines())  # a long path breaks over lines
        assert f"there is no folder {tmp_path / 'away'}".replace(" ", "") in said.replace(" ", "")
        (tmp_path / "away").mkdir()
        await press(pilot, "enter")
        await settle(pilot)
        assert (tmp_path / "away" / "mine.sh").read_text() == as_curl([CREATE]) + "\n"
        await press(pilot, "1", "w")
        assert modal.query_one("#file", Input).value == "away/mine.sh", "what was typed is kept"


@pytest.mark.parametrize("size", SIZES)
async def test_a_request_is_read_copied_and_written(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.chdir(tmp_path)
    app = console(services)
    async with app.run_test(size=size) as pilot:
        await showing(pilot, services)
        assert "POST /v1/contracts/create" in screen_text(app)
        assert '"rate_card_alias": "base_usage_products"' in screen_text(app)
        assert_in_view(app, "Press", "TextPane")
        for key, make in (("2", as_curl), ("3", as_python), ("1", as_json)):
            await press(pilot, key, "c")
            assert app.clipboard == make([CREATE])
        assert "Copied" in screen_text(app)
        await press(pilot, "2", "w", "enter")
        await settle(pilot)
        made = tmp_path / "request.sh"
        assert made.read_text() == as_curl([CREATE]) + "\n"
        assert made.stat().st_mode & 0o777 == 0o600
        await press(pilot, "w", "enter")
        await settle(pilot)
        assert "exists already" in screen_text(app)
        assert_clean(app)
        await press(pilot, "escape", "escape")
        assert not isinstance(app.screen, RequestModal)


async def test_what_is_stored_is_read_first(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        showing_it.show_stored(app.screen, lambda: showing_it.customer(demo, WIDGETS))  # type: ignore[arg-type]
        await settle(pilot)
        assert "POST /v1/customers" in screen_text(app)
        assert '"name": "WidgetsExpress"' in screen_text(app)


async def taking(app: ConsoleApp, pilot: Pilot[Any], services: Services, text: str) -> None:
    """Take a pasted request as the overview does."""

    def open_draft(draft: Any) -> None:
        if draft is not None:
            app.push_screen(screen_for(services, draft.customer_id, draft))

    app.push_screen(TakeRequest(services, WIDGETS), open_draft)
    await settle(pilot)
    app.screen.focused.post_message(events.Paste(text))  # type: ignore[union-attr]
    await settle(pilot)
    await rest(pilot)


@pytest.mark.parametrize("make", [as_json, as_curl, as_python])
async def test_a_pasted_contract_opens_in_the_wizard(
    demo: Services, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "PREVIEW_AFTER", 0.001)
    monkeypatch.setattr(keeping, "KEEP_AFTER", 3600.0)
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await taking(app, pilot, demo, make([CREATE]))
        assert isinstance(app.screen, WizardScreen)
        assert plain(app.screen.draft) == CREATE.body
        assert "Ready: ^S creates the contract" in screen_text(app)
        (kept,) = drafts.list_for(demo.store(), "ann")
        assert kept.payload["request"] == CREATE.body


async def test_what_is_wrong_with_it_stands_beside_the_fields(demo: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "PREVIEW_AFTER", 0.001)
    monkeypatch.setattr(keeping, "KEEP_AFTER", 3600.0)
    wrong = {**CREATE.body, "starting_at": "2024-11-01T00:30:00Z", "nam": "x"}
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await taking(app, pilot, demo, write(wrong))
        assert "did you mean name?" in screen_text(app)
        await press(pilot, "1")
        await rest(pilot)
        assert "must be on the hour" in screen_text(app)


async def test_an_opened_amendment_goes_to_its_editor(demo: Services, tmp_path: Path) -> None:
    (contract,) = (c.id for c in demo.previews().book(WIDGETS).contracts)
    override = {"starting_at": "2025-11-01T00:00:00Z", "type": "multiplier", "multiplier": 2, "entitled": True}
    body = {"contract_id": contract, "starting_at": "2025-11-01T00:00:00Z"}
    file = tmp_path / "amend.json"
    file.write_text(write(body | {"overrides": [override | {"applicable_product_tags": ["cloud"]}]}))
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:

        def open_draft(draft: Any) -> None:
            app.push_screen(screen_for(demo, draft.customer_id, draft))

        app.push_screen(TakeRequest(demo, WIDGETS), open_draft)
        await settle(pilot)
        await press(pilot, f" {file}", "enter")
        await settle(pilot)
        await rest(pilot)
        assert isinstance(app.screen, AmendmentScreen)
        assert isinstance(app.screen.made, Amendment)
        assert [o.multiplier for o in app.screen.made.overrides] == [2]


async def test_a_change_of_filter_goes_to_the_timeline(demo: Services) -> None:
    contract = demo.previews().book(MERIDIAN).contracts[0].id
    body = {"customer_id": MERIDIAN, "contract_id": contract, "group_key": "region", "group_values": ["US", "EU"]}
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await taking(app, pilot, demo, as_curl([Asked(FILTER, body | {"starting_at": "2025-11-01T00:00:00Z"})]))
        assert isinstance(app.screen, TimelineScreen)
        assert app.screen.proposed is not None
        assert app.screen.proposed.group_values == ("US", "EU")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"starting_at": \n', "not valid JSON"),
        ('{"customer_id": "99999999-0000-4000-8000-000000000000"}', "no customer 99999999"),
        ('{"contract_id": "99999999-0000-4000-8000-000000000000", "starting_at": "x"}', "has no contract"),
    ],
)
async def test_what_cannot_be_taken_says_why_and_nothing_is_kept(demo: Services, text: str, said: str) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await taking(app, pilot, demo, text)
        assert isinstance(app.screen, TakeRequest)
        assert said in " ".join(screen_text(app).replace("│", " ").split())
        assert drafts.list_for(demo.store(), "ann") == ()
