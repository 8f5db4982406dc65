"""In Chatwoot's place: its API as far as we use it, agents who write there, and webhooks that it sends once, signed.

It answers in the shapes that Chatwoot 4.13 has (numbers as types of messages, `payload` around lists), and it can lose
the answer to something that it has done.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.core.chatwoot import Chatwoot

KEYS = Chatwoot("https://chat.example", 7, 3, "a-token-of-sixteen", "a-secret-of-sixteen")
TYPES = {"incoming": 0, "outgoing": 1}
AGENT = {"id": 12, "name": "Bea", "type": "user"}
MOST = 4
"""Messages of one answer: few, so that there are several pages."""
Json = dict[str, Any]


@dataclass
class Double:
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    loses: float = 0.0
    """How many of the answers to what was done are lost."""
    is_away: bool = False
    contacts: list[Json] = field(default_factory=list)
    talks: dict[int, Json] = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    webhooks: list[bytes] = field(default_factory=list)
    last: int = 100

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("nobody there")
        if request.headers.get("api_access_token") != KEYS.token:
            return httpx.Response(401, json={"error": "Invalid Access Token"})
        path = request.url.path.removeprefix(f"/api/v1/accounts/{KEYS.account}")
        told = json.loads(request.content) if request.content else {}
        for method, pattern, do in (
            ("GET", r"/contacts/search", self._search), ("POST", r"/contacts", self._contact),
            ("GET", r"/contacts/(\d+)/conversations", self._talks_of), ("POST", r"/conversations", self._begin),
            ("GET", r"/conversations/(\d+)/messages", self._after), ("POST", r"/conversations/(\d+)/messages", self._write),
            ("GET", r"/conversations/(\d+)", self._look), ("POST", r"/conversations/(\d+)/toggle_status", self._status),
            ("GET", r"/inboxes/(\d+)", lambda _q, _t, number: {"id": number, "channel_type": "Channel::Api"}),
        ):  # fmt: skip
            found = re.fullmatch(pattern, path)
            if method == request.method and found:
                numbers = [int(one) for one in found.groups()]
                if numbers and path.startswith("/conversations/") and numbers[0] not in self.talks:
                    return httpx.Response(404, json={"error": "Resource could not be found"})
                answer = do(request.url.params, told, *numbers)
                if method == "POST" and self.chance.random() < self.loses:
                    raise httpx.ReadTimeout("the answer was lost")
                return httpx.Response(200, json=answer)
        return httpx.Response(404, json={"error": path})

    def _search(self, query: httpx.QueryParams, _told: Json) -> Json:
        return {"payload": [one for one in self.contacts if query["q"] in one["identifier"]]}

    def _contact(self, _query: httpx.QueryParams, told: Json) -> Json:
        inbox = {"source_id": f"src-{len(self.contacts)}", "inbox": {"id": told["inbox_id"]}}
        made = {"id": len(self.contacts) + 1, "identifier": told["identifier"], "name": told["name"],
                "contact_inboxes": [inbox]}  # fmt: skip
        self.contacts.append(made)
        return {"payload": {"contact": made, "contact_inbox": inbox}}

    def _talks_of(self, _query: httpx.QueryParams, _told: Json, contact: int) -> Json:
        return {"payload": [talk for talk in self.talks.values() if talk["contact_id"] == contact]}

    def _begin(self, _query: httpx.QueryParams, told: Json) -> Json:
        assert told["source_id"].startswith("src-") and told["inbox_id"] == KEYS.inbox
        number = len(self.talks) + 1
        self.talks[number] = {"id": number, "labels": [], **told}
        return self.talks[number]

    def _after(self, query: httpx.QueryParams, _told: Json, talk: int) -> Json:
        found = [one for one in self.messages if one["conversation_id"] == talk and one["id"] > int(query["after"])]
        return {"meta": {}, "payload": found[:MOST]}

    def _write(self, _query: httpx.QueryParams, told: Json, talk: int) -> Json:
        return self.add(talk, told["content"], told["message_type"], AGENT, private=told["private"],
                        source_id=told["source_id"], content_attributes=told["content_attributes"])  # fmt: skip

    def _look(self, _query: httpx.QueryParams, _told: Json, talk: int) -> Json:
        return self.talks[talk]

    def _status(self, _query: httpx.QueryParams, told: Json, talk: int) -> Json:
        self.talks[talk]["status"] = told["status"]
        self._ring(talk, "conversation_status_changed")
        return {"payload": {"success": True}}

    # What people do there

    def add(self, talk: int, text: str, kind: str, sender: Json, *, private: bool = False, **more: Any) -> Json:
        self.last += self.chance.randint(1, 3)
        made = {"id": self.last, "conversation_id": talk, "content": text, "message_type": TYPES[kind],
                "private": private, "sender": sender, **more}  # fmt: skip
        self.messages.append(made)
        self._ring(talk, "message_created")
        return made

    def agent(self, text: str, talk: int = 1, *, private: bool = False, **more: Any) -> None:
        self.add(talk, text, "outgoing", AGENT, private=private, **more)

    def resolve(self, *labels: str, talk: int = 1) -> None:
        self.talks[talk].update(status="resolved", labels=list(labels))
        self._ring(talk, "conversation_status_changed")

    def _ring(self, talk: int, event: str) -> None:
        told = {"event": event, "account": {"id": KEYS.account}, "conversation": {"id": talk}}
        self.webhooks.append(json.dumps(told).encode())

    # What stands there

    def said(self, talk: int = 1) -> list[tuple[int, str]]:
        """What is public: (0 theirs, 1 ours, text)."""
        return [(one["message_type"], one["content"]) for one in self.messages
                if one["conversation_id"] == talk and not one["private"]]  # fmt: skip

    def notes(self, talk: int = 1) -> list[str]:
        return [one["content"] for one in self.messages if one["conversation_id"] == talk and one["private"]]


def signed(body: bytes, at: int, secret: str = KEYS.secret) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Chatwoot-Timestamp": str(at), "X-Chatwoot-Signature": f"sha256={digest}"}
