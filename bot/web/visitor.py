"""Who is really there: behind a proxy that we trust, the address that the proxy saw.

`X-Forwarded-For` is read from the right: each proxy adds whom it saw, so the first address from there that is none
of ours is the visitor. What stands further left was written by the visitor. From anybody else it is not read.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.core import network


class RealVisitor:
    """Sets `client` of every request. `trusted` are addresses and networks."""

    def __init__(self, app: ASGIApp, trusted: Collection[str]) -> None:
        self._app, self._trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["client"] and network.is_in(scope["client"][0], self._trusted):
            given = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
            seen = visitor(scope["client"][0], b",".join(given).decode("latin-1").split(","), self._trusted)
            scope = {**scope, "client": (seen, 0)}
        await self._app(scope, receive, send)


def visitor(peer: str, forwarded: Iterable[str], trusted: Collection[str]) -> str:
    """The last address in the chain that is not one of our proxies; what is no address ends the chain."""
    seen = peer
    for hop in reversed([part.strip() for part in forwarded]):
        if not network.is_in(seen, trusted) or not _is_address(hop):
            break
        seen = hop
    return seen


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
