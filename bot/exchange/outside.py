"""Calls to an address that somebody typed in: never to our own network, never led on to elsewhere."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import httpx

from bot.core import ParleyError, Settings

TIMEOUT = 5.0
_HERE = ("127.0.0.1", "localhost")


class NotTaken(ParleyError):
    """Nobody answered with 2xx; in words."""


def refused(url: str, settings: Settings) -> str:
    """What would have been right; blank when it is."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an address such as https://api.example.com/parley"
    if len(url) > 300 or not url.isprintable() or not host or parts.username or parts.fragment or port == 0:
        return "an address such as https://api.example.com/parley"
    if not settings.is_live and host in _HERE:
        return ""
    return "" if parts.scheme == "https" else "an address that begins with https://"


def poster(settings: Settings) -> Callable[[str, bytes, Mapping[str, str]], None]:
    def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = host if not settings.is_live and host in _HERE else _public(host, parts.port or 443)
        target = httpx.URL(url).copy_with(host=address)
        told = {**headers, "Host": parts.netloc}
        try:
            with httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client:
                answer = client.post(target, content=body, headers=told, extensions={"sni_hostname": host})
        except httpx.HTTPError as error:
            raise NotTaken(f"no answer ({type(error).__name__})") from None
        if not answer.is_success:
            raise NotTaken(f"answered {answer.status_code}")

    return post


def _public(host: str, port: int) -> str:
    """The address that is called, looked up once: all that the name stands for must be public."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        raise NotTaken("no such host") from None
    if not found or not all(ipaddress.ip_address(one).is_global for one in found):
        raise NotTaken("not an address on the internet")
    return str(sorted(found)[0])
