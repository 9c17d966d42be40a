"""A host as the README sets it up for operators, on the loopback: users, sshd, the console's script, PostgreSQL."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests import postgres
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
