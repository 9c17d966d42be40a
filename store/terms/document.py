"""Text to documents and back without losing a digit: numbers are exact decimals both ways."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

import simplejson
from pydantic import BaseModel

from store.errors import Invalid, Problem
from store.terms import money, time


def read(source: str | bytes, *, name: str = "", yaml: bool = False, repeats: Repeats = "refused") -> Any:
    """The document in a JSON (or YAML) text, numbers as exact decimals; raises `Invalid` with line and reason.

    An object that has a field twice says two things at once and is refused, unless the last is to count.
    """
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        raise Invalid(f"{name or 'the document'} is not UTF-8 text (byte {error.start})") from None
    value = _yaml(text, name) if yaml else _json(text, name, repeats)
    if (yaml or "\\u" in text) and (problem := unwritable(value)):
        raise Invalid(f"{name or 'the document'}: {problem}")
    return value


Repeats = Literal["refused", "last"]
"""What becomes of a field that an object has twice."""

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def unwritable(value: Any) -> Problem | None:
    """The first text in a document that no store can keep (a NUL, half of a surrogate pair), with its path; or None.

    Looks level by level, so that no depth of nesting can exhaust the stack.
    """
    waiting: list[tuple[str, Any]] = [("", value)]
    for path, item in waiting:
        if isinstance(item, str):
            if _UNWRITABLE.search(item):
                return Problem(path, "holds a character that is not text")
        elif isinstance(item, dict):
            for key, inner in item.items():
                if isinstance(key, str) and _UNWRITABLE.search(key):
                    return Problem(path, "has a field whose name holds a character that is not text")
                waiting.append((f"{path}/{key}", inner))
        elif isinstance(item, list | tuple):
            waiting.extend((f"{path}/{k}", inner) for k, inner in enumerate(item))
    return None


def _json(text: str, name: str, repeats: Repeats) -> Any:
    label = name or "the document"
    try:
        return (_DECODER if repeats == "refused" else _LENIENT).decode(text)
    except _Repeated as found:
        raise Invalid(f"{label} has the field {found} twice in one object") from None
    except simplejson.JSONDecodeError as error:
        reason = error.msg.replace(" %r at", "")  # a placeholder that simplejson leaves in
        raise Invalid(f"{label} is not valid JSON: {reason} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Invalid(f"{label} is nested too deeply") from None
    except ArithmeticError:
        raise Invalid(f"{label} holds a number with an exponent beyond all measure") from None
    except ValueError as error:
        raise Invalid(f"{label} is not valid JSON: {error}") from None


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number")


class _Repeated(Exception):
    """A field that an object has twice."""


def _once(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(fields)
    if len(found) < len(fields):
        raise _Repeated(next(name for k, (name, _) in enumerate(fields) if any(name == n for n, _ in fields[:k])))
    return found


_LENIENT = simplejson.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)
_DECODER = simplejson.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once)


def _yaml(text: str, name: str) -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Decimals instead of floats, timestamps as the text they were written in, no aliases that blow up."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise Invalid(f"{name or 'the document'}: YAML aliases are not taken")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            found = super().construct_mapping(node, deep=deep)
            if len(found) < len(node.value):
                given = [self.construct_object(key, deep=True) for key, _ in node.value]
                twice = next(key for k, key in enumerate(given) if key in given[:k])
                raise Invalid(f"{name or 'the document'} has the field {twice} twice in one object")
            return found

    Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
    Loader.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value.replace("_", "")))
    try:
        return yaml.load(text, Loader=Loader)  # a SafeLoader
    except (yaml.YAMLError, ArithmeticError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        place = f" at line {where.line + 1}, column {where.column + 1}" if where else ""
        raise Invalid(f"{name or 'the document'} is not valid YAML{place}") from None


def plain(value: Any) -> Any:
    """A value of ours as JSON-ready data: models as objects, instants as RFC 3339, decimals in their plain form."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(exclude_unset=True))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return time.stamp(value)
    if isinstance(value, Decimal):
        number = money.canonical(value)
        return int(number) if number == number.to_integral_value() else number
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def write(value: Any, *, indent: int | None = None) -> str:
    """JSON text of a value: every digit of every decimal, no float anywhere, no trailing newline."""
    return write_plain(plain(value), indent=indent)


def write_plain(value: Any, *, indent: int | None = None) -> str:
    """The same of what `plain` made."""
    return str(simplejson.dumps(_digits(value), use_decimal=True, indent=indent, ensure_ascii=False))


class _Digits(Decimal):
    """A decimal whose text never has an exponent, so that JSON shows plain digits."""

    def __str__(self) -> str:
        return format(Decimal(self), "f")


def _digits(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _Digits(value)
    if isinstance(value, dict):
        return {key: _digits(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_digits(item) for item in value]
    return value
