"""Listening: a socket, uvicorn on it, and one sentence when that cannot be."""

from __future__ import annotations

import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import current_thread, main_thread

import uvicorn

from console.server.app import make_app
from store.database import Store
from store.errors import TermsheetError
from store.text import visible

GRACE = 10
"""Seconds that requests have to end when the server is told to stop."""


class Listener:
    """The API on a socket that is already open: requests wait in its queue until `run` takes them."""

    def __init__(
        self,
        store: Store,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], datetime],
        tls: tuple[str, str] | None = None,
    ) -> None:
        """Opens the socket (port 0: any that is free); raises TermsheetError where it cannot, or for unusable `tls`."""
        self._socket = _socket(host, port)
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
            self._socket.close()
            raise TermsheetError(f"the certificate or its key cannot be used: {error}") from None
        where = self._socket.getsockname()
        shown = f"[{where[0]}]" if ":" in where[0] else where[0]
        self.url = f"{'https' if tls else 'http'}://{shown}:{where[1]}"
        self._server = _Server(config)

    def run(self) -> None:
        """Answers requests until told to stop, by a signal or by `stop`."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Lets the requests under way end, then `run`."""
        self._server.should_exit = True


class _Server(uvicorn.Server):
    """Ends well when it is told to end: uvicorn's own dies of the signal once it is done."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes the signals that end a program, where they can be taken."""
        if current_thread() is not main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(
    store: Store, *, host: str, port: int, clock: Callable[[], datetime], tls: tuple[str, str] | None = None
) -> None:
    """Serve the API until told to stop; `tls` is a certificate and its key. Raises TermsheetError if it cannot."""
    listener = Listener(store, host=host, port=port, clock=clock, tls=tls)
    sys.stderr.write(f"Serving {visible(store.location.shown)} at {listener.url} (ctrl+c stops it)\n")
    sys.stderr.flush()
    listener.run()


def _socket(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise TermsheetError(f"{host} port {port} cannot be listened on: {error.strerror or error}") from None
