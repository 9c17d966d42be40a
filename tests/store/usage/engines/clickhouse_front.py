"""ClickHouse's engine in this process behind HTTP, so that the real client speaks to it; for tests only."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import lz4.frame


class _Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        given = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self._chunks()
        if self.headers.get("Content-Encoding") == "lz4":
            body = lz4.frame.decompress(body)
        code, told, headers = self.server.ask(given, body)  # type: ignore[attr-defined]
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def _chunks(self) -> bytes:
        found = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is told."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, session: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Front)
        self._session = session
        self._one = Lock()

    def ask(self, given: dict[str, str], body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """What the engine says to a request of the client."""
        query, data = given.get("query", ""), body
        if not query and body.startswith(b"INSERT"):
            text, _, data = body.partition(b"\n")
            query = text.decode()
        elif not query:
            query, data = body.decode(), b""
        wanted = given.get("default_format") or "TabSeparated"
        settings = {k: v for k, v in given.items() if k in ("final",)}
        if settings and query.lstrip().upper().startswith(("SELECT", "WITH")):
            name, _, rest = query.rpartition(" FORMAT ")
            query = (name or rest) + " SETTINGS " + ", ".join(f"{k} = {v}" for k, v in settings.items())
            query += f" FORMAT {rest}" if name else ""
        if " FORMAT " in query and not data:
            query, _, wanted = query.rpartition(" FORMAT ")
            wanted = wanted.strip()
        answer = b""
        try:
            with self._one:
                if data:
                    self._insert(query, data)
                else:
                    told = self._session.query(query, wanted)
                    answer = b"" if told is None else bytes(told.bytes())
        except RuntimeError as error:
            return 500, str(error).encode(), {"X-ClickHouse-Exception-Code": "1"}
        return 200, answer, {"X-ClickHouse-Format": wanted, "Content-Type": "application/octet-stream"}

    def _insert(self, query: str, data: bytes) -> None:
        into, _, form = query.partition(" FORMAT ")
        with tempfile.NamedTemporaryFile(suffix=".native") as file:
            file.write(data)
            file.flush()
            self._session.query(f"{into} FROM INFILE '{file.name}' FORMAT {form.strip()}")


@contextmanager
def serving() -> Iterator[str]:
    """The address of a ClickHouse with an empty database, as `--usage` takes it."""
    from chdb import session

    with tempfile.TemporaryDirectory() as folder:
        engine = session.Session(folder)
        server = _Server(engine)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"clickhouse://127.0.0.1:{server.server_address[1]}/default"
        finally:
            server.shutdown()
            server.server_close()
            engine.close()
