"""A request from elsewhere, in any of the forms it is written in, and the draft it becomes. No widget in sight."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from screens.request.asked import AMEND, CONTRACTS, FILTER, Asked
from screens.request.languages import CALLS
from store.errors import Invalid, Problem
from store.terms import document

LONGEST = 1_000_000
"""Characters of a request that is taken; the largest contracts are a tenth of that."""
AMENDED = ("customer_id", "contract_id", "starting_at", "overrides", "commits", "credits", "scheduled_charges",
           "discounts", "professional_services", "reseller_royalties", "custom_fields")  # fmt: skip
"""What the amendment editor takes of an amendment."""
FILTERED = ("contract_id", "group_key", "group_values", "starting_at")
"""What the timeline's form takes of a change of filter."""
_HEADED = re.compile(r"\s*(?:POST\s+)?(/v\d/\S+)\s+(?=\{)")
_DATA = ("-d", "--data", "--data-raw", "--data-binary", "--json")


def read(text: str) -> Asked:
    """The request in a text: JSON (with or without its path above), a curl command, or Python for the client.

    Raises `Invalid` where it is none, is more than one, or is of a kind that no screen completes.
    """
    if len(text) > LONGEST:
        raise Invalid(f"a request of more than {LONGEST:,} characters is not taken")
    bare = "\n".join(line for line in text.strip().splitlines() if not line.lstrip().startswith("#")).strip()
    if bare.startswith("curl"):
        asked = _from_curl(bare)
    elif bare.startswith(("from ", "import ", "client", "metronome")):
        asked = _from_python(bare)
    else:
        headed = _HEADED.match(bare)
        body = _object(bare[headed.end() :] if headed else bare)
        asked = Asked(headed[1] if headed else _kind(body), body)
    if asked.path not in (CONTRACTS, AMEND, FILTER):
        raise Invalid(f"POST {asked.path} is not completed on a screen", hint=f"{CONTRACTS}, {AMEND} and {FILTER} are")
    return asked


def _object(text: str) -> dict[str, Any]:
    found = document.read(text, name="the request")
    if not isinstance(found, dict):
        raise Invalid("the request must be an object, as in {…}")
    return found


def _kind(body: Mapping[str, Any]) -> str:
    """Which request a body is, going by its fields."""
    if "contract_id" not in body:
        return CONTRACTS
    if "group_key" in body:
        return FILTER
    return AMEND if "starting_at" in body else "/v2/contracts/edit"


def _from_curl(text: str) -> Asked:
    command, here, rest = text.partition("<<")
    try:
        words = shlex.split(command.replace("\\\n", " "))
    except ValueError as error:
        raise Invalid(f"the curl command cannot be read: {str(error).lower()}") from None
    url = next((word for word in words if "/v1/" in word or "/v2/" in word), "")
    path = urlsplit(url).path if "://" in url else url[url.find("/v") :]
    data = next((value for option, value in pairwise(words) if option in _DATA), None)
    if here and (data is None or data == "@-"):
        data = rest[rest.find("{") : rest.rfind("}") + 1]
    if not url or data is None:
        raise Invalid("the curl command has no address of the API, or no body (-d)")
    return Asked(path, _object(data))


def _from_python(text: str) -> Asked:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Invalid("the Python cannot be read") from None
    paths = {name: path for path, name in CALLS.items()}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).partition(".")[2]
            if name in paths:
                found.append(Asked(paths[name], _arguments(node)))
    if len(found) != 1:
        raise Invalid("the Python holds no request of the client" if not found else "the Python holds several requests")
    return found[0]


def _arguments(node: ast.Call) -> dict[str, Any]:
    try:
        given = {word.arg or "": ast.literal_eval(word.value) for word in node.keywords}
        return _object(document.write(given))
    except (ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
        raise Invalid("the Python has arguments that are not written out") from None


def beyond_the_editor(asked: Asked) -> None:
    """Raises `Invalid` where an amendment holds what its editor would lose."""
    if asked.path == AMEND:
        more = [name for name, value in asked.body.items() if name not in AMENDED and value not in (None, [], {}, "")]
        if more:
            raise Invalid([Problem(f"/{name}", "is not edited on the amendment screen") for name in more])


def _typed(value: Any) -> str:
    """A value of the filter's form as one would have typed it."""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def draft_payload(asked: Asked, *, customer_id: str) -> dict[str, Any]:
    """What a stored draft of the screen that completes it holds (for a contract: opened on its review)."""
    if asked.path == CONTRACTS:
        return {"request": {**asked.body, "customer_id": customer_id}, "texts": {}, "step": 3}
    if asked.path == FILTER:
        return {"form": {name: _typed(asked.body[name]) for name in FILTERED if asked.body.get(name)}}
    head = {name: str(asked.body[name]) for name in ("contract_id", "starting_at") if asked.body.get(name)}
    kept = {k: v for k, v in asked.body.items() if k not in ("customer_id", "contract_id", "starting_at") and v}
    return {"request": kept, "texts": head}
