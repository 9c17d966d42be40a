"""The body of a request: as much of it as may be, in as long as it may take."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request

from console.server.bearer import Refusal

LARGEST = 4 * 1024 * 1024
"""Bytes of a body: forty times what the largest request of the guide's kinds needs."""
PATIENCE = 30.0
"""Seconds in which a body must have arrived."""


def declared_size(request: Request) -> int:
    """How many bytes a body is said to have; more than any may, where that is not said."""
    given = request.headers.get("content-length", "")
    return int(given[:20]) if given.isascii() and given.isdigit() else LARGEST + 1


async def read_body(request: Request) -> bytes:
    """The whole body; raises `Refusal`: 413 as soon as it is too large, 408 when it does not arrive."""
    if declared_size(request) > LARGEST and "content-length" in request.headers:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > LARGEST:
                    raise _too_large()
                parts.append(part)
    except (TimeoutError, ClientDisconnect):
        raise Refusal(408, "the body did not arrive") from None
    return b"".join(parts)


def _too_large() -> Refusal:
    return Refusal(413, f"the body is larger than {LARGEST // 1024 // 1024} MiB")
