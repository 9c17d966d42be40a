"""The shared host of the README, set up as written on the loopback: operators work over SSH, and their lines are cut.

    python -m tests.benchmarks.host [--cuts 10]

Some lines are cut, and some fall silent without being closed, as when a cable is pulled. Needs root (it makes two users
and a group, and removes them) and OpenSSH's server; says so where they are missing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from store import drafts, integrity
from store.terms import document
from tests import postgres
from tests.benchmarks.hosting import ANN, BEN, SERVER, Host, a_server, at_work, blocks
from tests.console.killing import TEXT, book_of, type_letters
from tests.console.terminal import Terminal

SILENCE = 2 * 15 * 4 + 40
"""Seconds after which sshd, as the README sets it up, has given up a line from which nothing comes: after the last of
three probes too, and OpenSSH 9.2 lets two intervals pass for each.
"""


def work_together(host: Host, name: str) -> None:
    """Ann adds a customer, Ben sees it and adds another."""
    for user, there, added in ((ANN, "", f"{name} One"), (BEN, f"{name} One", f"{name} Two")):
        with host.login(user) as terminal:
            terminal.until(there or "No customers yet")
            terminal.quiet()
            terminal.send(b"n")
            terminal.until("Save (^S)")
            terminal.quiet()
            terminal.send(added.encode())
            terminal.quiet()
            terminal.send(b"\x13")
            terminal.until(f"Added {added}")
            terminal.quiet()


def refusals(host: Host) -> int:
    """What else an operator may try over the line: commands, files, tunnels; how many were refused."""
    tries: list[list[str]] = [
        [*host.words(ANN), "cat /etc/passwd"],
        [*host.words(ANN, "-T"), "sh"],
        [*host.words(ANN, "-o", "ExitOnForwardFailure=yes", "-N", "-R", "0:127.0.0.1:22")],
        [*host.words(ANN, "-s"), "sftp"],
    ]
    for words in tries:
        done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, timeout=20, check=False)
        assert done.returncode != 0 and b"root:" not in done.stdout, (words, done)
    return len(tries)


def cut(host: Host, url: str, user: str, chance: random.Random) -> tuple[float, float, tuple[str, ...]]:
    """Cut the line of somebody who types: the age of the draft, how long the console lived on, faults."""
    seen: dict[int, float] = {}
    with host.login(user) as terminal:
        last = at_a_form(terminal, seen, chance)
        os.kill(terminal.pid, signal.SIGKILL)
        killed = time.monotonic()
        terminal.wait()
    while at_work(user):
        assert time.monotonic() < killed + 20, "the console lives on"
        time.sleep(0.01)
    outlived = time.monotonic() - killed
    length, faults = left_behind(url, user, last)
    return killed - min((at for n, at in seen.items() if n > length), default=killed), outlived, faults


def silent(host: Host, url: str, chance: random.Random) -> tuple[float, float, tuple[str, ...]]:
    """Both type, then nothing comes from their lines, which nobody closes: as `cut`, the worse of the two."""
    typed: dict[str, tuple[int, dict[int, float], float]] = {}
    with ExitStack() as held:
        for user in (ANN, BEN):
            seen: dict[int, float] = {}
            terminal = held.enter_context(host.login(user))
            last = at_a_form(terminal, seen, chance)
            os.kill(terminal.pid, signal.SIGSTOP)
            typed[user] = last, seen, time.monotonic()
        ages, lives, faults = list[float](), list[float](), list[str]()
        for user, (last, seen, stopped) in typed.items():
            while at_work(user):
                assert time.monotonic() < stopped + SILENCE, "the console lives on"
                time.sleep(0.1)
            lives.append(time.monotonic() - stopped)
            length, found = left_behind(url, user, last)
            ages.append(stopped - min((at for n, at in seen.items() if n > length), default=stopped))
            faults += found
    return max(ages), max(lives), tuple(faults)


def at_a_form(terminal: Terminal, seen: dict[int, float], chance: random.Random) -> int:
    """Type some letters into the form for a customer; how many."""
    terminal.until("Two")
    terminal.quiet()
    terminal.send(b"n")
    terminal.until("Save (^S)")
    terminal.quiet()
    return type_letters(terminal, seen, chance)


def left_behind(url: str, user: str, last: int) -> tuple[int, tuple[str, ...]]:
    """How much of what was typed there is for that user, and the store's faults; the draft is thrown away."""
    with book_of(url, Path(f"~{user}").expanduser()) as store:
        kept = drafts.list_for(store, user)
        length = max(
            (n for n in range(last + 1) if any(TEXT[:n] in document.write(d.payload) for d in kept)), default=0
        )
        for draft in kept:
            drafts.discard(store, draft.id, by=user, now=draft.saved_at)
        return length, integrity.check(store)


def history(host: Host, user: str, env: Mapping[str, str]) -> set[tuple[str, str]]:
    """Who did something, and from where, as an operator reads it."""
    told = [f"{k}={v}" for k, v in env.items()]
    words = ["runuser", "-u", user, "--", "env", *told, str(host.program), "history", "--format", "json"]
    done = subprocess.run(words, capture_output=True, check=True, cwd="/")
    rows = json.loads(done.stdout)
    return {(row["who"], row.get("source") or "") for row in (rows if isinstance(rows, list) else rows["data"])}


def proved(host: Host, kind: str, url: str, usage: str, cuts: int) -> None:
    """Work together, cut lines, print what came of it."""
    work_together(host, kind)
    tried = refusals(host)
    chance = random.Random(1)
    found = [cut(host, url, chance.choice((ANN, BEN)), chance) for _ in range(cuts)]
    who = history(host, BEN, {"TERMSHEET_STORE": url, "TERMSHEET_USAGE": usage})
    assert {(ANN, "ssh 127.0.0.1"), (BEN, "ssh 127.0.0.1")} <= who, who
    ages, lives = sorted(f[0] for f in found), sorted(f[1] for f in found)
    sys.stdout.write(
        f"{kind}: two operators over SSH on one book, each named with where they came from; {tried} other uses of the "
        f"line refused; {cuts} lines cut: {sum(len(f[2]) for f in found)} faults found by db check, the oldest letter "
        f"lost was typed {ages[-1]:.2f} s before (median {ages[len(ages) // 2]:.2f} s), the console was gone after "
        f"{lives[-1]:.2f} s at most (median {lives[len(lives) // 2]:.2f} s)\n"
    )
    sys.stdout.flush()
    age, life, faults = silent(host, url, chance)
    sys.stdout.write(
        f"{kind}: two lines fell silent without being closed: {len(faults)} faults found by db check, the oldest "
        f"letter lost was typed {age:.2f} s before, the consoles were gone after {life:.0f} s\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Set up, prove, take down."""
    options = argparse.ArgumentParser()
    options.add_argument("--cuts", type=int, default=10)
    asked = options.parse_args()
    missing = [word for word in (SERVER, "useradd", "runuser", "ssh") if shutil.which(word) is None]
    if missing or os.getuid():
        sys.exit(f"This needs root and OpenSSH's server; missing: {', '.join(missing) or 'root'}")
    folder = Path(tempfile.mkdtemp(prefix="termsheet-host-"))
    folder.chmod(0o755)
    host = Host(folder)
    try:
        host.set_up()
        usage = f"{folder}/billing/usage"
        proved(host, "SQLite", f"{folder}/billing/book.db", usage, asked.cuts)
        with a_server(host) as url:
            console = host.here(blocks()[3]).replace(f"{folder}/billing/book.db", f"'{url}'")
            host.use(console)
            os.environ.setdefault("PGUSER", "postgres")
            proved(host, "PostgreSQL", url, usage, asked.cuts)
    finally:
        host.take_down()
        postgres.stop()
        postgres.sweep()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
