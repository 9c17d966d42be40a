"""Where the command line begins and ends: what is refused becomes one sentence and an exit code, never a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from store.errors import TermsheetError
from store.text import visible

REFUSED, WRONG_USAGE, DEFECT, INTERRUPTED = 1, 2, 70, 130


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code (README, *Exit codes*)."""
    import typer
    from typer.exceptions import TyperException

    debug = "--debug" in arguments
    words = _hoisted([word for word in arguments if word != "--debug"])
    try:
        from console.cli.app import app

        outcome = app(args=words, prog_name="termsheet", standalone_mode=False)
        sys.stdout.flush()
        if outcome == INTERRUPTED:  # what Typer makes of Ctrl-C, without a word
            return _refuse("interrupted", INTERRUPTED)
        return outcome if isinstance(outcome, int) else 0
    except TermsheetError as error:
        return _traced(error, REFUSED) if debug else _refuse(str(error))
    except typer.Abort:
        return _refuse("interrupted", INTERRUPTED)
    except KeyboardInterrupt:
        return _refuse("interrupted", INTERRUPTED)
    except TyperException as error:
        sys.stderr.write(f"termsheet: {visible(_usage(error))} (termsheet --help lists commands and options)\n")
        return WRONG_USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as error:
        if debug:
            return _traced(error, REFUSED)
        return _refuse(f"{error.filename or 'the system'}: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001  the last edge: a defect is told in one line, with the place to look
        return _traced(error, DEFECT) if debug else _defect(error)


ANYWHERE = ("--as", "--reason")
"""Options of every command that are about who gives it: they may stand anywhere in it."""


def _hoisted(words: list[str]) -> list[str]:
    """The words with those options, and their values, before the command."""
    first: list[str] = []
    rest: list[str] = []
    given = iter(words)
    for word in given:
        if word == "--":
            return [*first, *rest, word, *given]
        if word in ANYWHERE:
            first += [word, *(value for value in [next(given, None)] if value is not None)]
        else:
            (first if word.startswith(tuple(f"{name}=" for name in ANYWHERE)) else rest).append(word)
    return first + rest


def _usage(error: Exception) -> str:
    say = getattr(error, "format_message", None)
    return str(say() if say else error).rstrip(".")


def _refuse(sentence: str, code: int = REFUSED) -> int:
    sys.stderr.write(f"termsheet: {visible(sentence)}\n")
    return code


def _traced(error: Exception, code: int) -> int:
    """The whole trace, for whoever looks for a defect; no terminal obeys what is in it."""
    for line in "".join(traceback.format_exception(error)).splitlines():
        sys.stderr.write(visible(line) + "\n")
    return code


def _defect(error: Exception) -> int:
    from console.crash import note

    sys.stderr.write(f"termsheet: {visible(note(error))}\n")
    return DEFECT


def fail(sentence: str) -> NoReturn:
    """Refuse with one sentence."""
    raise TermsheetError(sentence)
