"""`termsheet serve`: the API over HTTP."""

from __future__ import annotations

import importlib.util
from typing import Annotated

import typer

from console.cli.options import ReadOnly, StoreUrl, UsageUrl, now, opened
from store.errors import Invalid, TermsheetError


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 8085,
    tls_cert: Annotated[
        str | None, typer.Option("--tls-cert", metavar="FILE", help="The certificate chain (PEM).")
    ] = None,
    tls_key: Annotated[str | None, typer.Option("--tls-key", metavar="FILE", help="Its private key (PEM).")] = None,
    without_tls: Annotated[
        bool, typer.Option("--without-tls", help="Listen on any address in plain HTTP: tokens travel readable.")
    ] = False,
    store: StoreUrl = None,
    usage: UsageUrl = None,
    read_only: ReadOnly = False,
) -> None:
    """Serve the API over HTTP, to whoever has a token."""
    if (tls_cert is None) != (tls_key is None):
        raise Invalid("--tls-cert and --tls-key are given together, or neither is")
    if not (tls_cert or without_tls or loopback(host)):
        raise Invalid(
            f"{host} can be reached from elsewhere, and tokens would travel readable",
            hint="give --tls-cert and --tls-key, or --without-tls where a proxy in front has them",
        )
    if any(importlib.util.find_spec(name) is None for name in ("fastapi", "uvicorn")):
        raise TermsheetError("the server is not installed", hint="pip install 'termsheet[server]'")
    from console.server import listen

    with opened(store, usage, read_only, create=True) as book:
        listen(book, host=host, port=port, clock=now, tls=(tls_cert, tls_key) if tls_cert and tls_key else None)


def loopback(host: str) -> bool:
    """Whether an address can only be reached from this machine."""
    import ipaddress

    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
