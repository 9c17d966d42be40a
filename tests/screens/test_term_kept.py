"""A term that is being typed in its editor is part of the draft: after a lost line it is open again, as it was."""

from __future__ import annotations

from typing import Any

from screens.services import Services
from screens.terms.editor import TermEditor
from screens.wizard.screen import WizardScreen
from store import drafts
from store.drafts import Draft
from tests.screens.amending import CLOUD, opened, put
from tests.screens.demo_store import WIDGETS
from tests.screens.reading import console, settle, tap


def kept(services: Services) -> Draft:
    """What the next start finds, after the terminal has gone."""
    assert services.rescue.run() == []
    (draft,) = drafts.list_for(services.store(), "ann")
    return draft


async def type_name(pilot: Any, key: str) -> TermEditor:
    """A term of that kind, with a name half typed."""
    await tap(pilot, key)
    editor = pilot.app.screen
    assert isinstance(editor, TermEditor)
    editor.form.row("name").editor.focus()
    await pilot.press(*"Half a na")
    await pilot.pause(0.15)
    await settle(pilot)
    return editor


async def test_a_term_of_an_amendment_is_open_again(guided: Services) -> None:
    async with console(guided).run_test(size=(100, 40)) as pilot:
        await opened(pilot, guided)
        editor = await type_name(pilot, "c")
        draft, texts = kept(guided), editor.form.state()
    async with console(guided).run_test(size=(100, 40)) as pilot:
        screen = await opened_again(pilot, guided, draft)
        again = pilot.app.screen
        assert isinstance(again, TermEditor) and again.form.state() == texts
        assert kept(guided).payload["open"] == draft.payload["open"], "lost again before a key was pressed"
        await tap(pilot, "escape")
        await tap(pilot, "right", "enter")
        assert pilot.app.screen is screen
        assert drafts.list_for(guided.store(), "ann") == (), "an amendment with nothing in it is no draft"


async def opened_again(pilot: Any, services: Services, draft: Draft) -> Any:
    """The amendment editor, gone on with."""
    from screens.amendment.screen import AmendmentScreen

    screen = AmendmentScreen(services, WIDGETS, draft.contract_id, draft)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    await pilot.pause(0.15)
    await settle(pilot)
    return screen


async def test_a_term_that_is_changed_is_open_again_in_its_place(guided: Services) -> None:
    async with console(guided).run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        screen.pane.select("overrides", 0)
        await tap(pilot, "enter")
        editor = pilot.app.screen
        assert isinstance(editor, TermEditor)
        editor.form.row("starting_at").editor.focus()
        await pilot.press(*"2024-12-01")
        await pilot.pause(0.15)
        await settle(pilot)
        draft, texts = kept(guided), editor.form.state()
        assert draft.payload["open"]["index"] == 0
    async with console(guided).run_test(size=(100, 40)) as pilot:
        screen = await opened_again(pilot, guided, draft)
        editor = pilot.app.screen
        assert isinstance(editor, TermEditor) and editor.form.state() == texts
        await tap(pilot, "ctrl+s")
        await pilot.pause(0.15)
        await settle(pilot)
        assert len(screen.pane.terms["overrides"]) == 1 and screen.pane.terms["overrides"][0] != CLOUD
        assert kept(guided).payload.get("open") is None


async def test_a_term_of_the_wizard_is_open_again(guided: Services) -> None:
    async with console(guided).run_test(size=(100, 40)) as pilot:
        screen = WizardScreen(guided, WIDGETS)
        await pilot.app.push_screen(screen)
        await settle(pilot)
        screen.go(1)
        editor = await type_name(pilot, "c")
        draft, texts = kept(guided), editor.form.state()
    async with console(guided).run_test(size=(100, 40)) as pilot:
        screen = WizardScreen(guided, WIDGETS, draft)
        await pilot.app.push_screen(screen)
        await settle(pilot)
        again = pilot.app.screen
        assert isinstance(again, TermEditor) and again.form.state() == texts
        await tap(pilot, "escape")
        await tap(pilot, "right", "enter")
        assert pilot.app.screen is screen
        assert kept(guided).payload.get("open") is None


async def test_a_wizard_in_which_only_a_term_was_begun_and_left_has_no_draft(guided: Services) -> None:
    async with console(guided).run_test(size=(100, 40)) as pilot:
        screen = WizardScreen(guided, WIDGETS)
        await pilot.app.push_screen(screen)
        await settle(pilot)
        screen.go(1)
        await type_name(pilot, "c")
        await tap(pilot, "escape")
        await tap(pilot, "right", "enter")
        await settle(pilot)
        assert guided.rescue.run() == [] and drafts.list_for(guided.store(), "ann") == ()
        await tap(pilot, "escape")
        assert pilot.app.screen is pilot.app.screen_stack[0], "there is nothing to ask about"


async def test_what_was_stored_and_cannot_be_opened_is_passed_over(guided: Services) -> None:
    async with console(guided).run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot, guided)
        stored: tuple[Any, ...] = (
            None,
            [],
            "x",
            {"kind": "nothing"},
            {"kind": ["commits"]},
            {"kind": "overrides", "index": 4},
        )
        for junk in stored:
            screen.pane.resume(junk)
            await settle(pilot)
            assert pilot.app.screen is screen
