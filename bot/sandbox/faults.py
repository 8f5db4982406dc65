"""The bad weather that can be asked for: `POST /faults` replaces the whole setting, `{}` clears it.

Everything random comes from one generator with the given seed. Counted faults ("times") are used up, also
across a restart.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.store import Store
from bot.sandbox.stripe_cards import DECLINES, Decline

Probability = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Provider = Literal["stripe", "twilio", "telegram"]


class ErrorAnswers(Struct, frozen=True, forbid_unknown_fields=True):
    """The next `times` API calls are answered with `status` and do nothing.

    `html`: with a page of somebody in between instead of the provider's own words.
    `retry_after` (Telegram): seconds that a 429 names.
    `calls` (Twilio): only those that send, that list, that make and list contents, or that hand out media.
    """

    status: Annotated[int, Meta(ge=400, le=599)] = 500
    times: Count = 1
    html: bool = False
    retry_after: Count = 1
    calls: Literal["all", "send", "list", "content", "media"] = "all"


class AnswersToLose(Struct, frozen=True, forbid_unknown_fields=True):
    """The next `times` API calls do their work, hang for `hang_ms`, and then break the connection."""

    times: Count = 1
    hang_ms: Count = 12_000


class SavedCardDeclines(Struct, frozen=True, forbid_unknown_fields=True):
    """The next `times` charges of a saved card are declined with that Stripe `decline_code`."""

    decline_code: str = "insufficient_funds"
    times: Count = 1


class Faults(Struct, frozen=True, forbid_unknown_fields=True):
    """`duplicates`: extra copies of each webhook. `delay_ms`: each webhook waits up to this long.

    `drop`: a webhook is never sent. `reorder`: it is held back behind later ones. `wrong_signature` and
    `old_timestamp` (Stripe only): per try. `answer_delay_ms`: each API answer waits exactly this long. `per_second`: a
    message beyond so many in any second is answered with 429, by channel ("sms": 1).
    """

    seed: int = 0
    providers: tuple[Provider, ...] = ("stripe", "twilio", "telegram")
    duplicates: Annotated[int, Meta(ge=0, le=20)] = 0
    delay_ms: Count = 0
    answer_delay_ms: Count = 0
    drop: Probability = 0.0
    reorder: Probability = 0.0
    wrong_signature: Probability = 0.0
    old_timestamp: Probability = 0.0
    error: ErrorAnswers | None = None
    timeout_after_success: AnswersToLose | Count | None = None
    decline_saved_card: SavedCardDeclines | None = None
    per_second: dict[Literal["sms", "whatsapp", "telegram"], Annotated[int, Meta(ge=1)]] = {}


HOLD_SECONDS = 0.8
"""How long a reordered webhook is held back: long enough for the next ones of one payment to overtake it."""


class Weather:
    """The faults in force and the dice."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.faults = msgspec.convert(store.setting("faults", {}), Faults)
        self.dice = random.Random(self.faults.seed)
        self._lately: dict[str, deque[float]] = {}

    def is_too_much(self, channel: str) -> bool:
        """One more message on this channel now would be too many for a second; those that were are counted."""
        limits = {str(name): most for name, most in self.faults.per_second.items()}
        most, now = limits.get(channel), time.monotonic()
        lately = self._lately.setdefault(channel, deque())
        while lately and now - lately[0] >= 1.0:
            lately.popleft()
        if most is not None and len(lately) >= most:
            self._store.set(f"refused:{channel}", self._store.setting(f"refused:{channel}", 0) + 1)
            return True
        lately.append(now)
        return False

    def change(self, body: bytes) -> Faults:
        """Raises msgspec.ValidationError with the place and what was expected."""
        self._keep(msgspec.json.decode(body, type=Faults))
        declines = self.faults.decline_saved_card
        if declines and declines.decline_code not in DECLINES:
            self._keep(Faults())
            raise msgspec.ValidationError(
                f"Expected one of {', '.join(DECLINES)} - at `$.decline_saved_card.decline_code`"
            )
        self.dice = random.Random(self.faults.seed)
        return self.faults

    def _keep(self, faults: Faults) -> None:
        self.faults = faults
        self._store.set("faults", msgspec.to_builtins(faults))

    def strikes(self, provider: str, probability: float) -> bool:
        return provider in self.faults.providers and self.dice.random() < probability

    def spread(self, provider: str) -> list[float]:
        """Seconds to wait before each copy of one new webhook; an empty list is a lost webhook."""
        faults = self.faults
        if provider not in faults.providers:
            return [0.0]
        if self.dice.random() < faults.drop:
            return []
        held = HOLD_SECONDS if self.dice.random() < faults.reorder else 0.0
        return [held + self.dice.uniform(0, faults.delay_ms / 1000) for _ in range(1 + faults.duplicates)]

    def next_error(self, provider: str, call: str = "all") -> ErrorAnswers | None:
        """What to answer this API call with instead of doing it; uses one up."""
        error = self.faults.error
        if error is None or error.times == 0 or provider not in self.faults.providers:
            return None
        if error.calls not in ("all", call):
            return None
        left = msgspec.structs.replace(error, times=error.times - 1)
        self._keep(msgspec.structs.replace(self.faults, error=left))
        return error

    def answer_delay(self, provider: str) -> float:
        """Seconds."""
        return self.faults.answer_delay_ms / 1000 if provider in self.faults.providers else 0.0

    def next_lost_answer(self, provider: str) -> float | None:
        """Seconds to hang before this answer is lost, or None; uses one up."""
        lost = self.faults.timeout_after_success
        lost = AnswersToLose(times=lost) if isinstance(lost, int) else lost
        if lost is None or lost.times == 0 or provider not in self.faults.providers:
            return None
        left = msgspec.structs.replace(lost, times=lost.times - 1)
        self._keep(msgspec.structs.replace(self.faults, timeout_after_success=left))
        return lost.hang_ms / 1000

    def next_decline(self) -> Decline | None:
        """How this charge of a saved card is declined, or None; uses one up."""
        declines = self.faults.decline_saved_card
        if declines is None or declines.times == 0:
            return None
        left = msgspec.structs.replace(declines, times=declines.times - 1)
        self._keep(msgspec.structs.replace(self.faults, decline_saved_card=left))
        return DECLINES[declines.decline_code]


PAGE = "<!doctype html><title>Gateway</title><h1>The gateway has nothing for you</h1>"
"""What a proxy in between says."""


class LostAnswer(Response):
    """Hangs, then breaks the connection: the client cannot know that its request was done."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI has no word for this, so uvicorn's transport is taken; another server breaks off in the body."""
        await asyncio.sleep(self._seconds)
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is None:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
            return
        transport.abort()
        await asyncio.sleep(0.02)
