"""The guide's own commands, word for word but for the host and the token, run by curl.

On a machine without curl the same words are sent by a stand-in, so that the commands are tried everywhere.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from console.demo import TODAY, book_text
from store import bundle
from store.database import Store
from store.terms import document
from tests.console.serving import BY, Server, serving

PAYLOADS = Path(__file__).parents[1] / "store" / "seed_payloads"
COMMAND = """
curl -X POST https://api.metronome.com{path} \\
  -H "Authorization: Bearer <TOKEN>" \\
  -H "Content-Type: application/json" \\
  -d '{body}'
"""
STEPS = (
    ("/v1/customers", "customers_create"),
    ("/v1/contracts/create", "contracts_create"),
    ("/v1/contracts/amend", "contracts_amend"),
    ("/v1/contracts/create", "contracts_create_us_filter"),
    ("/v1/contracts/setUsageFilter", "contracts_set_usage_filter"),
)


def run(command: str, server: Server) -> tuple[int, Any]:
    """What a command of the guide gets from this server: the status and the answer."""
    ours = command.replace("https://api.metronome.com", server.url).replace("<TOKEN>", server.token)
    words = [word for word in shlex.split(ours.replace("\\\n", " ")) if word.strip()]
    if shutil.which("curl") is None:
        return stand_in(words)
    done = subprocess.run([*words, "-s", "-w", "\n%{http_code}"], capture_output=True, text=True, check=True)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), document.read(body)


def stand_in(words: list[str]) -> tuple[int, Any]:
    """What curl would send for `curl -X METHOD URL -H … -d …`, and the answer."""
    options = list(pairwise(words))
    headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
    (method,), (body,) = ([value for option, value in options if option == name] for name in ("-X", "-d"))
    found = httpx.request(method, words[words.index("-X") + 2], headers=headers, content=body.encode())
    return found.status_code, document.read(found.content)


def test_the_stand_in_sends_what_curl_sends(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "store.db"))
    with serving(store) as server:
        command = COMMAND.format(path="/v1/customers", body='{"name": "Acme"}').replace(
            "https://api.metronome.com", server.url
        )
        words = [w for w in shlex.split(command.replace("\\\n", " ").replace("<TOKEN>", server.token)) if w.strip()]
        status, found = stand_in(words)
        assert (status, found["data"]["name"]) == (200, "Acme")
    store.close()


def test_the_guides_commands_work(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "store.db"))
    with store.work(by=BY, now=TODAY) as work:
        bundle.import_bundle(work, bundle.parse_bundle(document.read(book_text()), stored=True))
    with serving(store, lambda: TODAY) as server:
        for path, name in STEPS:
            body = (PAYLOADS / f"{name}.json").read_text("utf-8")
            status, found = run(COMMAND.format(path=path, body=body), server)
            assert (status, bool(found["data"]["id"])) == (200, True), (path, found)
        again = COMMAND.format(path=STEPS[0][0], body=(PAYLOADS / "customers_create.json").read_text("utf-8"))
        assert run(again, server)[0] == 409
        without = again.replace("<TOKEN>", "none")
        assert run(without, server)[0] == 401
    store.close()
