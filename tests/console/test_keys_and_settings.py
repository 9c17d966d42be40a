"""The table of commands, an operator's own keys, the settings file."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import screens
from console import settings, theme
from console.commands import table
from console.keymap import FIXED, SWALLOWED, problems, usable
from screens.widgets.base import BaseScreen
from store.errors import Invalid


def every_screen() -> list[type[BaseScreen]]:
    """The classes of all screens that are shown (not those they have in common)."""
    found = set()
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        for _, thing in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(thing, BaseScreen) and thing is not BaseScreen:
                found.add(thing)
    found = {screen for screen in found if not screen.__subclasses__()}
    return sorted(found, key=lambda screen: screen.__name__)


def test_every_command_of_every_screen_is_in_the_table_and_can_be_run() -> None:
    known = {command.id for command in table()}
    for screen in every_screen():
        for command in screen.ACTIONS:
            assert command.id in known, f"{command.id} of {screen.__name__} is not in the table"
            name = command.action.partition("(")[0]
            assert hasattr(screen, f"action_{name}") or name.startswith("app."), f"{screen.__name__} has no {name}"
        assert screen.HELP_TEXT.strip(), f"{screen.__name__} has no help"


def test_commands_are_told_apart_and_reach_the_console() -> None:
    for command in table():
        assert command.help.endswith("."), command.id
        assert len(command.label) <= (14 if command.show else 20), command.id  # the footer is for those shown
        for key in command.key.split(","):
            assert key not in SWALLOWED, f"{command.id}: {key} is taken by terminals"
    for screen in every_screen():
        keys = [key for command in screen.ACTIONS for key in command.key.split(",")]
        assert len(keys) == len(set(keys)), f"{screen.__name__} has a key twice: {keys}"


def test_an_operators_keys_are_used_if_nothing_is_wrong() -> None:
    assert problems({"customers.add": "f5"}, table()) == []
    assert usable({"customers.add": "f5"}, table()) == {"customers.add": "f5"}


@pytest.mark.parametrize(
    ("keymap", "why"),
    [
        ({"customers.nothing": "x"}, "there is no such action"),
        ({"customers.add": ""}, "a key is empty"),
        ({"customers.add": "enter"}, "cannot be remapped"),
        ({"customers.add": "ctrl+h"}, "never reaches the console"),
        ({"customers.add": "s"}, "is already the key of"),
        ({"customers.add": "f1"}, "is already the key of app.help"),
        ({"customers.add": "x", "customers.sort": "x"}, "is already the key of"),
    ],
)
def test_a_faulty_keymap_is_told_and_not_used(keymap: dict[str, str], why: str) -> None:
    assert any(why in problem for problem in problems(keymap, table()))
    assert usable(keymap, table()) == {}


def test_keys_that_prompts_need_are_fixed() -> None:
    assert {"enter", "escape", "tab"} <= FIXED


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file of one's own."""
    path = tmp_path / "settings.toml"
    monkeypatch.setenv("TERMSHEET_CONFIG", str(path))
    return path


def test_the_file_wins_over_the_environment_and_the_command_line_over_both(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMSHEET_STORE", "from-env.db")
    assert settings.quick().store == "from-env.db"
    assert settings.load().model_dump()["store"] == "from-env.db"
    settings_file.write_text('store = "from-file.db"\ntheme = "termsheet-light"\n[keymap]\n"customers.add" = "f5"\n')
    quick = settings.quick()
    assert (quick.store, quick.theme, quick.keymap) == ("from-file.db", "termsheet-light", {"customers.add": "f5"})
    assert settings.load().model_dump()["store"] == "from-file.db"
    assert settings.quick(store="told.db").store == "told.db"


def test_a_faulty_file_is_told_in_one_sentence(settings_file: Path) -> None:
    settings_file.write_text("store = ")
    for read in (settings.quick, settings.load):
        with pytest.raises(Invalid, match="cannot be read"):
            read()
    settings_file.write_text("colour = 3\nmouse = 'perhaps'\n")
    with pytest.raises(Invalid) as refused:
        settings.load()
    assert {problem.path for problem in refused.value.problems} == {"/colour", "/mouse"}


def test_themes_follow_each_other_in_a_round() -> None:
    names = [t.name for t in theme.THEMES]
    assert [theme.after(name) for name in names] == [*names[1:], names[0]]
    assert theme.after("nothing") == theme.DEFAULT
