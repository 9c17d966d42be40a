"""What holds for every test: no animation, no colours or themes from the shell, and nobody's real folders."""

from __future__ import annotations

import gc
import os
import uuid

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # before anything imports Textual
os.environ.setdefault("TERMSHEET_TEST_RUN", uuid.uuid4().hex)  # one for all processes of a run, see tests.postgres
for name in (
    "NO_COLOR",
    "TEXTUAL_THEME",
    "TERMSHEET_STORE",
    "TERMSHEET_CONFIG",
    "TERMSHEET_OPERATOR",
    "TERMSHEET_MOUSE",
):
    os.environ.pop(name, None)


def pytest_sessionfinish(session: object) -> None:
    """Stop the database server, if these tests have started one; the last to leave removes its files."""
    import sys

    if "tests.postgres" in sys.modules:
        from tests import postgres

        postgres.stop()
    if not hasattr(getattr(session, "config", None), "workerinput"):
        from tests import postgres

        postgres.sweep()


def pytest_collection_finish() -> None:
    """What is loaded by now stays: collections do not look through it again, which took half of a screen test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
