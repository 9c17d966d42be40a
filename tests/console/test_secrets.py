"""A password or a token is told to nobody: not on a terminal, in a note, in the history, or by `ps`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from console.__main__ import PASSED_ON, without_passwords
from store.text import masked
from tests.console.cli import termsheet
from tests.console.terminal import Terminal

SECRET = "hunter2-secret"
NOWHERE = "127.0.0.1:1"
STORES = (
    f"postgresql://ann:{SECRET}@{NOWHERE}/book", f"postgresql+psycopg://ann:{SECRET}@{NOWHERE}/book",
    f"postgresql://ann@{NOWHERE}/book?password={SECRET}", f"postgresql://ann@{NOWHERE}/book?sslpassword={SECRET}",
    f"postgresql://ann@{NOWHERE}/book?connect_timeout=1&PASSWORD={SECRET}",
    f"postgresql://ann:{SECRET}@127.0.0.1:port/book", f"postgresql://ann:{SECRET}@[::1/book",
    f"postgresql://ann:a@{SECRET}@{NOWHERE}/book", f"postgresql://ann:a/{SECRET}@{NOWHERE}/book",
    f"postgresql://ann:a#{SECRET}?@{NOWHERE}/book", f"postgresql://ann:a:{SECRET}@{NOWHERE}/book?bogus=1",
    f"postgresql://:{SECRET}@{NOWHERE}/book", f"oracle://ann:{SECRET}@{NOWHERE}/book", f"ann:{SECRET}@{NOWHERE}/book",
    f"mysql+pymysql://ann:{SECRET}@{NOWHERE}", f"host=127.0.0.1 port=1 user=ann password={SECRET} dbname=book",
    f"host=127.0.0.1 password='{SECRET} {SECRET}' port=1",
)  # fmt: skip
USAGES = (
    f"clickhouse://ann:{SECRET}@{NOWHERE}/book", f"clickhouse://ann:{SECRET}@127.0.0.1:port/book",
    f"clickhouse://ann@{NOWHERE}/book?password={SECRET}", f"postgresql://ann:{SECRET}@{NOWHERE}/book",
    f"kafka://ann:{SECRET}@{NOWHERE}/book",
)  # fmt: skip
COMMANDS = (("export",), ("db", "check"), ("db", "upgrade"), ("usage",), ("statement", "x"), ("token", "list"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's real folders."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return tmp_path


def assert_untold(folder: Path, said: str) -> None:
    """Neither there nor in any file below."""
    assert SECRET not in said, said
    for file in folder.rglob("*"):
        assert SECRET not in file.name and (not file.is_file() or SECRET.encode() not in file.read_bytes()), file


@pytest.mark.parametrize("url", STORES)
def test_no_command_tells_the_password_of_a_store(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "1")
    for command in COMMANDS:
        outcome = termsheet(*command, "--store", url)
        assert outcome.code in (0, 1, 2), outcome
        said = outcome.out + outcome.err
        assert SECRET not in said, (command, said)
    outcome = termsheet("--debug", "export", "--store", url)
    assert SECRET not in outcome.out + outcome.err, outcome.err
    assert SECRET not in masked(url)


@pytest.mark.parametrize("url", USAGES)
def test_no_command_tells_the_password_of_a_usage_store(folder: Path, url: str) -> None:
    assert termsheet("import", "--store", "book.db", "-", stdin="{}").code == 0
    for command in (("usage",), ("statements", "--period", "2026-01-01"), ("ingest", "/dev/null"), ("db", "check")):
        outcome = termsheet(*command, "--store", "book.db", "--usage", url)
        assert_untold(folder, outcome.out + outcome.err)


def test_a_settings_file_that_is_wrong_is_not_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (f'store = "postgresql://ann:{SECRET}@x/y', f"{SECRET} = [", f'store = "a" "{SECRET}"', f"\0{SECRET}"):
        (folder / "settings.toml").write_text(text, "utf-8")
        monkeypatch.setenv("TERMSHEET_CONFIG", str(folder / "settings.toml"))
        outcome = termsheet("usage")
        assert outcome.code == 1 and SECRET not in outcome.err


def test_a_token_is_told_once_and_kept_nowhere(folder: Path) -> None:
    made = termsheet("token", "create", "ci", "--scope", "read", "--store", "book.db")
    token = made.out.strip()
    assert made.code == 0 and len(token) > 20
    told = [termsheet(*command, "--store", "book.db") for command in (
        ("token", "list"), ("history",), ("history", "--format", "json"), ("export",), ("db", "check")
    )]  # fmt: skip
    for outcome in told:
        assert token not in outcome.out + outcome.err
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert token.encode() not in kept and token.partition("_")[2].encode() not in kept


@pytest.mark.parametrize("url", [*STORES, *USAGES])
def test_every_password_is_taken_off_the_command_line(url: str) -> None:
    for words in (["export", "--store", url], ["--store=" + url], ["usage", f"--usage={url}", "--store", "book.db"]):
        kept = without_passwords(words)
        assert SECRET not in " ".join(kept) and len(kept) == len(words)
    assert without_passwords(["a:b@c.json", "x=1", "2026-01-01T00:00:00Z"]) == [
        "a:b@c.json",
        "x=1",
        "2026-01-01T00:00:00Z",
    ]


def test_ps_shows_no_password_and_the_program_has_it(folder: Path) -> None:
    assert termsheet("import", "--store", "book.db", "-", stdin="{}").code == 0
    usage = f"clickhouse://ann:{SECRET}@{NOWHERE}/book"
    with Terminal("--store", str(folder / "book.db"), "--usage", usage, home=folder) as terminal:
        terminal.until("No customers yet")
        called = Path(f"/proc/{terminal.pid}/cmdline").read_bytes()
        assert SECRET.encode() not in called and b"clickhouse://ann:***@" in called
        terminal.quiet()
        terminal.send(b"u")
        terminal.quiet()
        terminal.send(b"\x11")
        terminal.wait()
        assert SECRET.encode() not in terminal.output
    script = f"import os, sys, console.__main__ as m; m.begin(); print(sys.argv[1:], {PASSED_ON!r} in os.environ)"
    with Terminal("--store", usage, home=folder, program=(sys.executable, "-c", script)) as terminal:
        assert terminal.wait() == 0
        assert f"['--store', '{usage}'] False".encode() in terminal.output, "the program knows it, no child of its does"
    assert PASSED_ON not in os.environ
