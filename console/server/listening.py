"""Listening: a socket, uvicorn on it, and one sentence when that cannot be."""

from __future__ import annotations

import socket
import ssl
import sys
from collections.abc import Callable
from datetime import datetime

import uvicorn

from console.server.app import make_app
from store.database import Store
from store.errors import TermsheetError
from store.text import visible

GRACE = 10
"""Seconds that requests have to end when the server is told to stop."""


def listen(
    store: Store, *, host: str, port: int, clock: Callable[[], datetime], tls: tuple[str, str] | None = None
) -> None:
    """Serve the API until told to stop; `tls` is a certificate and its key. Raises TermsheetError if it cannot."""
    opened = _socket(host, port)
    config = uvicorn.Config(
        make_app(store, clock=clock),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE,
    )
    if tls is not None:
        config.ssl_certfile, config.ssl_keyfile = tls
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        opened.close()
        raise TermsheetError(f"the certificate or its key cannot be used: {error}") from None
    where = opened.getsockname()
    shown = f"[{where[0]}]" if ":" in where[0] else where[0]
    scheme = "https" if tls else "http"
    sys.stderr.write(f"Serving {visible(store.location.shown)} at {scheme}://{shown}:{where[1]} (ctrl+c stops it)\n")
    sys.stderr.flush()
    uvicorn.Server(config).run(sockets=[opened])


def _socket(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise TermsheetError(f"{host} port {port} cannot be listened on: {error.strerror or error}") from None
