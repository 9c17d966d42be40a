"""The shared host of the README, set up as written on the loopback: operators work over SSH, and their lines are cut.

    python -m tests.benchmarks.host [--cuts 10]

Needs root (it makes two users and a group, and removes them) and OpenSSH's server; says so where they are missing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from store import drafts, integrity
from store.database import Store
from store.terms import document
from tests import postgres
from tests.console.killing import TEXT
from tests.console.terminal import Terminal

HERE = Path(__file__).parents[2]
ANN, BEN, GROUP = "termsheet-ann", "termsheet-ben", "termsheet-operators"
SERVER = "/usr/sbin/sshd"


def blocks() -> list[str]:
    """What the README has to type and to write: group, user, sshd's configuration, the console's script, PostgreSQL."""
    part = (HERE / "README.md").read_text().partition("<!-- host:begin -->")[2].partition("<!-- host:end -->")[0]
    return re.findall(r"^```(?:sh)?\n(.*?)^```", part, re.DOTALL | re.MULTILINE)


class Host:
    """Everything of it in one folder, and a server on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.program = folder / "termsheet"
        self.names = {
            "/opt/termsheet/bin/termsheet": str(self.program),
            "/usr/local/bin/billing-console": str(folder / "billing-console"),
            "/srv/billing": str(folder / "billing"),
            "billing-operators": GROUP,
            "/var/run/postgresql": str(postgres.FOLDER),
        }

    def here(self, text: str, **more: str) -> str:
        """A text of the README with this host's names."""
        for name, ours in {**self.names, **more}.items():
            text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", ours, text)
        return text

    def run(self, script: str, **env: str) -> None:
        """Run lines of a shell, as root."""
        path = f"{self.folder}:{os.environ['PATH']}"
        subprocess.run(["sh", "-euc", script], check=True, env={**os.environ, "PATH": path, **env}, capture_output=True)

    def write(self, path: Path, text: str, mode: int = 0o644) -> Path:
        """A file that everybody can read."""
        path.write_text(text)
        path.chmod(mode)
        return path

    def set_up(self) -> None:
        """Group, users, folder, console and server, as the README has them."""
        group, user, config, console, _ = blocks()
        modules = f"{HERE}:{sysconfig.get_path('purelib')}"
        self.write(self.program, f'#!/bin/sh\nPYTHONPATH={modules} exec {_python()} -m console "$@"\n', 0o755)
        self.run(self.here(group))
        key = self.folder / "key"
        for file in (key, self.folder / "host_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
        for name in (ANN, BEN):
            self.run(self.here(user, ann=name))
            self.run(f"usermod -p '*' {name}")  # no password; without PAM a locked account is refused
            self.write(self.folder / f"keys.{name}", (self.folder / "key.pub").read_text())
        self.use(console)
        self.write(self.folder / "known_hosts", f"here {(self.folder / 'host_key.pub').read_text()}")
        ours = (
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {self.folder}/host_key\nPidFile {self.folder}/pid\n"
            f"AuthorizedKeysFile {self.folder}/keys.%u\nStrictModes no\nUsePAM no\nAcceptEnv LANG LC_*\n"
            "Subsystem sftp internal-sftp\n"
        )
        settings = self.write(self.folder / "sshd_config", ours + self.here(config))
        Path("/run/sshd").mkdir(exist_ok=True)
        subprocess.run([SERVER, "-f", str(settings), "-E", str(self.folder / "log")], check=True)
        end = time.monotonic() + 5
        while not (self.folder / "pid").exists():
            assert time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.02)

    def use(self, console: str) -> None:
        """What a login runs."""
        self.write(self.folder / "billing-console", self.here(console), 0o755)

    def take_down(self) -> None:
        """Remove the users and stop the server."""
        if (self.folder / "pid").exists():
            os.kill(int((self.folder / "pid").read_text()), signal.SIGTERM)
        for name in (ANN, BEN):
            subprocess.run(["userdel", "-rf", name], check=False, capture_output=True)
        subprocess.run(["groupdel", GROUP], check=False, capture_output=True)

    def words(self, user: str, *options: str) -> list[str]:
        """The words of an `ssh` to this host."""
        told = (
            f"UserKnownHostsFile={self.folder}/known_hosts", "HostKeyAlias=here", "IdentitiesOnly=yes",
            "LogLevel=ERROR", "BatchMode=yes", "ControlMaster=no",
            "SetEnv=TERMSHEET_OPERATOR=root TERMSHEET_STORE=/tmp/other.db",
        )  # fmt: skip
        named = [word for option in told for word in ("-o", option)]
        return ["ssh", "-F", "none", "-p", str(self.port), "-i", str(self.folder / "key"), *named, *options,
                f"{user}@127.0.0.1"]  # fmt: skip

    def login(self, user: str) -> Terminal:
        """An operator at a terminal."""
        return Terminal(home=self.folder, program=self.words(user))


def _python() -> str:
    """This interpreter where everybody may run it, else the system's of the same version."""
    base = Path(sys.executable).resolve()
    if all(part.stat().st_mode & 0o005 == 0o005 for part in (base, *base.parents)):
        return sys.executable
    return f"/usr/bin/python3.{sys.version_info.minor}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def at_work(user: str) -> list[psutil.Process]:
    """The consoles of that user."""
    running = psutil.process_iter(["username", "cmdline"])
    return [p for p in running if p.info["username"] == user and "console" in (p.info["cmdline"] or ())]


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
        terminal.until("Two")
        terminal.quiet()
        terminal.send(b"n")
        terminal.until("Save (^S)")
        terminal.quiet()
        last = chance.randint(8, len(TEXT) - 1)
        for n, letter in enumerate(TEXT[:last]):
            terminal.send(letter.encode())
            terminal.read(chance.uniform(0.02, 0.12))
            seen[n + 1] = time.monotonic()
        terminal.read(chance.uniform(0, 0.4))
        os.kill(terminal.pid, signal.SIGKILL)
        killed = time.monotonic()
        terminal.wait()
    while at_work(user):
        assert time.monotonic() < killed + 20, "the console lives on"
        time.sleep(0.01)
    outlived = time.monotonic() - killed
    store = Store.open(url)
    kept = drafts.list_for(store, user)
    length = max((n for n in range(last + 1) if any(TEXT[:n] in document.write(d.payload) for d in kept)), default=0)
    for draft in kept:
        drafts.discard(store, draft.id, by=user, now=draft.saved_at)
    faults = integrity.check(store)
    store.close()
    return killed - min((at for n, at in seen.items() if n > length), default=killed), outlived, faults


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


@contextmanager
def a_server(host: Host) -> Iterator[str]:
    """PostgreSQL as the README has it: logins are the operating system's, in a database `book`."""
    postgres.server()
    rules = postgres.FOLDER / "pg_hba.conf"
    operators = f"local all {ANN},{BEN} peer\n"
    rules.write_text(operators + rules.read_text())
    postgres.FOLDER.chmod(0o711)
    ours = {"PGHOST": str(postgres.FOLDER), "PGUSER": "postgres"}
    host.run("psql -qc 'SELECT pg_reload_conf()' postgres", **ours)
    host.run(host.here(blocks()[4], ann=f'"{ANN}"'), **ours)
    host.run(f"psql -qc 'CREATE ROLE \"{BEN}\" LOGIN IN ROLE billing_operators' book", **ours)
    yield f"postgresql+psycopg:///book?host={postgres.FOLDER}"


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
