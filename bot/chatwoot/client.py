"""Chatwoot's own API (4.13 and newer), as far as a mirror needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from bot.core import Chatwoot, Settings

TIMEOUT = 5.0
Kind = Literal["incoming", "outgoing"]
Status = Literal["open", "resolved", "pending", "snoozed"]
_OUTGOING = (1, "outgoing")


class Away(Exception):
    """Chatwoot did not answer as it should; nobody knows whether what was asked was done."""


class Gone(Exception):
    """What was asked for is no longer there: somebody has deleted it in Chatwoot."""


@dataclass(frozen=True)
class Message:
    """One of a conversation. `ours` is the key that we gave it; `by` the agent who wrote it, empty for all others."""

    number: int
    text: str
    is_private: bool
    ours: str
    by: str
    has_files: bool


@dataclass(frozen=True)
class Talk:
    status: str
    labels: tuple[str, ...]


class Client:
    def __init__(self, keys: Chatwoot, transport: httpx.BaseTransport | None = None) -> None:
        base = f"{keys.url}/api/v1/accounts/{keys.account}"
        headers = {"api_access_token": keys.token}
        self._inbox = keys.inbox
        self._http = httpx.Client(base_url=base, headers=headers, timeout=TIMEOUT, transport=transport)

    def begin(self, identifier: str, case_id: str, about: Mapping[str, Any]) -> int:
        """The number of this case's conversation, a new one where there is none. Twice is once."""
        contact, source = self._contact(identifier)
        for talk in self._ask("GET", f"/contacts/{contact}/conversations").get("payload", []):
            if (talk.get("custom_attributes") or {}).get("case_id") == case_id:
                return int(talk["id"])
        made = self._ask("POST", "/conversations", {
            "source_id": source, "inbox_id": self._inbox, "contact_id": contact, "status": "open",
            "custom_attributes": {"case_id": case_id, **about},
        })  # fmt: skip
        return int(made["id"])

    def _contact(self, identifier: str) -> tuple[int, str]:
        found = self._ask("GET", "/contacts/search", params={"q": identifier}).get("payload", [])
        for one in found:
            if one.get("identifier") == identifier:
                sources = [each["source_id"] for each in one.get("contact_inboxes", [])
                           if each["inbox"]["id"] == self._inbox]  # fmt: skip
                return int(one["id"]), sources[0] if sources else identifier
        name = f"Customer {identifier[-4:]}"
        made = self._ask("POST", "/contacts", {"inbox_id": self._inbox, "identifier": identifier, "name": name})
        made = made["payload"]
        return int(made["contact"]["id"]), str(made["contact_inbox"]["source_id"])

    def after(self, talk: int, number: int) -> Iterator[Message]:
        """All messages of a conversation with a higher number, the lowest first."""
        while found := self._ask("GET", f"/conversations/{talk}/messages", params={"after": number}).get("payload", []):
            numbered = sorted((one for one in found if int(one["id"]) > number), key=lambda one: int(one["id"]))
            yield from map(_message, numbered)
            if not numbered:
                return
            number = int(numbered[-1]["id"])

    def write(self, talk: int, ours: str, text: str, kind: Kind = "outgoing", *, private: bool = False) -> int:
        """Its number there."""
        told = {"content": text, "message_type": kind, "private": private, "source_id": ours,
                "content_attributes": {"ext_id": ours}}  # fmt: skip
        return int(self._ask("POST", f"/conversations/{talk}/messages", told)["id"])

    def look(self, talk: int) -> Talk:
        found = self._ask("GET", f"/conversations/{talk}")
        return Talk(str(found["status"]), tuple(found.get("labels") or ()))

    def put(self, talk: int, status: Status) -> None:
        self._ask("POST", f"/conversations/{talk}/toggle_status", {"status": status})

    def inbox(self) -> str:
        """The kind of our inbox: "Channel::Api"."""
        return str(self._ask("GET", f"/inboxes/{self._inbox}").get("channel_type", ""))

    def _ask(self, method: str, path: str, told: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, json=told, **more)
            if answer.status_code == 404:
                raise Gone(path)
            found = answer.raise_for_status().json() if answer.content else {}
        except httpx.HTTPStatusError as error:
            raise Away(f"HTTP {error.response.status_code}") from error
        except (httpx.HTTPError, ValueError) as error:
            raise Away(type(error).__name__) from error
        if not isinstance(found, dict):
            raise Away("an answer that is not Chatwoot's")
        return found


def _message(one: Mapping[str, Any]) -> Message:
    sender, more = one.get("sender") or {}, one.get("content_attributes") or {}
    by_agent = one.get("message_type") in _OUTGOING and sender.get("type") == "user"
    return Message(
        int(one["id"]), str(one.get("content") or ""), bool(one.get("private")),
        str(one.get("source_id") or more.get("ext_id") or ""), str(sender.get("name") or "agent") if by_agent else "",
        bool(one.get("attachments")),
    )  # fmt: skip


def tried(settings: Settings, transport: httpx.BaseTransport | None = None) -> str | None:
    """What is wrong with the mirror, for `parley doctor`; None when it works or is off. Changes nothing."""
    if settings.chatwoot is None:
        return None
    try:
        kind = Client(settings.chatwoot, transport).inbox()
    except Gone:
        return f"there is no inbox {settings.chatwoot.inbox} (PARLEY_CHATWOOT_INBOX)"
    except Away as error:
        return f"it does not answer ({error})"
    return None if kind == "Channel::Api" else f"its inbox {settings.chatwoot.inbox} is no API inbox ({kind})"
