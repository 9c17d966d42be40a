"""The command line on a book of hostile names: nothing that it says is obeyed by a terminal, and nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import pytest

from console.cli import run
from tests.console.cli import Outcome, termsheet
from tests.console.terminal import Terminal
from tests.hostile import MAIN, OPERATOR, PAYLOADS, as_file, filled, obeyed, shown

EVIL = "Q05\x1b]0;pwn\x07\x9b31m\u202e"
"""For file names, arguments and settings."""


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store with every payload everywhere."""
    return filled(tmp_path_factory.mktemp("hostile") / "store.db")


@pytest.fixture
def folder(hostile_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands are given: a copy of the store, and files with names that are as bad."""
    shutil.copyfile(hostile_file, tmp_path / "store.db")
    shutil.copytree(f"{hostile_file}.usage", f"{tmp_path / 'store.db'}.usage", copy_function=os.link)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERMSHEET_STORE", "sqlite:///store.db")
    monkeypatch.setenv("TERMSHEET_OPERATOR", OPERATOR)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    as_file(tmp_path / f"{EVIL}.json")
    lines = [json.dumps({"transaction_id": t, "customer_id": t, "event_type": t}) for t in PAYLOADS.values()]
    (tmp_path / f"{EVIL}.jsonl").write_text("\n".join([*lines, EVIL]), "utf-8")
    (tmp_path / f"{EVIL}.toml").write_text(f"store = {EVIL}", "utf-8")
    (tmp_path / "what.json").write_text(
        json.dumps({"path": "/v1/customers", "name": EVIL, "contract_id": EVIL, "starting_at": EVIL}), "utf-8"
    )
    (tmp_path / "customer.json").write_text(json.dumps({"name": EVIL, "ingest_aliases": [EVIL, "x" * 10_000]}), "utf-8")
    return tmp_path


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def at_a_terminal(*arguments: str) -> Outcome:
    """Run `termsheet` with these arguments where somebody looks on."""
    out, err = _Terminal(), io.StringIO()
    with patch.object(sys, "stdout", out), patch.object(sys, "stderr", err):
        code = run(arguments)
    return Outcome(code, out.getvalue(), err.getvalue())


TOLD = (
    ("statement", MAIN), ("statement", MAIN, "--explain"), ("statement", MAIN, "--format", "json"),
    ("statements", "--period", "2026-02-01", "--jobs", "1"),
    ("statements", "--period", "2026-02-01", "--jobs", "1", "--format", "json"),
    ("preview", f"{EVIL}.json"), ("preview", f"{EVIL}.json", f"{EVIL}.json"),
    ("preview", f"{EVIL}.json", f"{EVIL}.json", "--format", "json"),
    ("history",), ("history", "--format", "json"), ("history", "--customer", "alQ11\x1b[21t\x1b[3;0;0tQ"),
    ("usage",), ("usage", "--format", "json"), ("export",), ("export", "--customer", MAIN),
    ("api", "GET", f"/v1/customers/{MAIN}"), ("api", "GET", "/v1/customers"),
    ("api", "POST", "/v1/contracts/list", "--data", "list.json"),
)  # fmt: skip
"""Commands that tell much of what is stored."""
ROWS = (
    ("statement", MAIN, "--format", "csv"), ("statements", "--period", "2026-02-01", "--jobs", "1", "--format", "csv"),
    ("preview", f"{EVIL}.json", "--format", "csv"), ("history", "--format", "csv"),
)  # fmt: skip
"""Commands that write CSV."""
SAID = (
    ("ingest", f"{EVIL}.jsonl"), ("ingest", f"{EVIL}.jsonl", "--rejects", f"{EVIL}.rejects"),
    ("ingest", f"{EVIL}.jsonl", "--rejects", f"{EVIL}.jsonl"), ("import", f"{EVIL}.json"),
    ("db", "check"), ("db", "backup", f"{EVIL}.backup"), ("db", "restore", f"{EVIL}.backup"), ("db", "upgrade"),
    ("db", "grants", "--role", EVIL), ("db", "grants", "--role", "viewer", "--name", EVIL, "--schema", EVIL),
    ("token", "create", EVIL, "--scope", "read"), ("token", "create", "ci", "--scope", EVIL), ("token", "list"),
    ("token", "revoke", EVIL), ("undo", EVIL), ("undo", MAIN), ("--as", EVIL, "--reason", EVIL, "undo", MAIN),
    ("statement", EVIL), ("statement", MAIN, "--period", EVIL), ("statement", MAIN, "--contract", EVIL),
    ("statement", MAIN, "--what-if", EVIL), ("statement", MAIN, "--what-if", "what.json"),
    ("statement", MAIN, "--what-if", f"{EVIL}.toml"), ("statement", MAIN, "--format", EVIL),
    ("statement", MAIN, "--ahead", EVIL), ("preview", EVIL), ("preview", f"{EVIL}.toml"),
    ("preview", f"{EVIL}.toml", EVIL), ("import", EVIL), ("ingest", EVIL), ("export", "--customer", EVIL),
    ("history", "--since", EVIL), ("history", "--customer", EVIL), ("history", "--who", EVIL), ("api", EVIL, EVIL),
    ("api", "GET", f"/v1/{EVIL}"), ("api", "POST", "/v1/customers", "--data", EVIL),
    ("api", "POST", "/v1/customers", "--data", "customer.json"), ("usage", "--store", f"sqlite:///{EVIL}/x"),
    ("usage", "--store", EVIL), ("usage", "--store", f"oracle://{EVIL}"), ("usage", "--usage", f"{EVIL}://x"),
    ("statement", MAIN, "--usage", f"{EVIL}/\x1b[2J"), ("serve", "--host", EVIL), ("serve", "--tls-cert", EVIL),
    (EVIL,), ("--store", f"{EVIL}/x", "db", "check"), ("demo", "--keep", EVIL, "--no-console"), ("--" + EVIL,),
)  # fmt: skip
"""Commands that are given hostile arguments, most of which are refused."""


def assert_said(outcome: Outcome, command: Sequence[str]) -> None:
    """What was said, if anything, is a few lines that nothing obeys."""
    assert outcome.code in (0, 1, 2), (command, outcome)
    assert not obeyed(outcome.err), (command, outcome.err)
    assert "Traceback" not in outcome.err and len(outcome.err) < 3_000, command


@pytest.mark.parametrize("command", TOLD, ids=" ".join)
def test_what_is_told_of_the_book_is_obeyed_nowhere(folder: Path, command: tuple[str, ...]) -> None:
    (folder / "list.json").write_text(json.dumps({"customer_id": MAIN}), "utf-8")
    outcome = termsheet(*command)
    assert_said(outcome, command)
    assert outcome.code == 0, outcome.err
    assert not obeyed(outcome.out), command
    assert len(shown(outcome.out)) > 12 or command[0] in ("api", "usage"), command


@pytest.mark.parametrize("command", ROWS, ids=" ".join)
def test_rows_are_exact_for_programs_and_harmless_for_eyes_and_spreadsheets(
    folder: Path, command: tuple[str, ...]
) -> None:
    piped, looked_at = termsheet(*command), at_a_terminal(*command)
    assert_said(piped, command)
    assert not obeyed(looked_at.out), command
    cells = {cell.removeprefix("'") for row in csv.reader(io.StringIO(piped.out, newline="")) for cell in row}
    for text in (PAYLOADS["osc_title"], PAYLOADS["c1_csi"], PAYLOADS["line_feed"]):
        assert any(text in cell for cell in cells), (command, text)
    for row in csv.reader(io.StringIO(piped.out, newline="")):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "@")), cell


@pytest.mark.parametrize("command", SAID, ids=lambda command: " ".join(command))
def test_what_is_said_about_hostile_arguments_is_obeyed_nowhere(folder: Path, command: tuple[str, ...]) -> None:
    outcome = at_a_terminal(*command)
    assert_said(outcome, command)
    assert not obeyed(outcome.out), (command, outcome.out)


def test_nothing_is_lost_on_the_way_through_json(folder: Path) -> None:
    outcome = termsheet("export")
    assert {metric["name"] for metric in outcome.json["billable_metrics"]} == set(PAYLOADS.values())


def test_the_settings_file_may_be_called_and_hold_anything(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMSHEET_CONFIG", f"{EVIL}.toml")
    for arguments in (["usage"], []):
        done = subprocess.run(
            [sys.executable, "-m", "console", *arguments], capture_output=True, stdin=subprocess.DEVNULL, check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
        assert done.returncode == 1
        assert "TOML" in done.stderr.decode() and not obeyed(done.stderr.decode())


def test_in_a_terminal_nothing_is_written_but_text(folder: Path) -> None:
    for arguments in (("statement", MAIN, "--explain"), ("history", "--format", "csv"), ("--debug", "statement", EVIL)):
        env = {key: os.environ[key] for key in ("TERMSHEET_STORE", "TERMSHEET_OPERATOR")}
        root = Path(__file__).parents[2]
        with Terminal(*arguments, home=folder, env={**env, "PYTHONPATH": str(root), "NO_COLOR": "1"}) as terminal:
            terminal.wait()
        text = terminal.output.decode().replace("\r\n", "\n")
        assert "Q05" in text
        left = text.replace("\x1b[0m", "").replace("\x1b[1m", "").replace("\x1b[2m", "")
        assert not obeyed(left), obeyed(left)[:5]
