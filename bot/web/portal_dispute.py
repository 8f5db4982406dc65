"""Something is wrong with it: said in their own place, with a photo or a paper that shows it, and held at once.

The photo is a message of theirs, as if it had come in the chat: the desk finds it with the dispute.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact, handoff
from bot.contact import file_check, files
from bot.core import reading
from bot.web import edge, portal, portal_acts, portal_proof, uploads
from bot.web.chat_files import AT_ONCE
from bot.web.cookies import is_foreign
from bot.web.limits import Bucket
from bot.web.parts import Parts
from bot.web.portal import Visit

PATH = "/portal/dispute"
SHORTEST_TEXT, LONGEST_TEXT = 3, 2000
"""Of what is wrong, in characters."""
_BODY = 2 * file_check.LARGEST
"""Bytes of the form: of a photo that is too large the words are kept."""
_BUSY = 5
_PROBLEMS = {"too_large": "portal_wrong_large", "unknown": "portal_wrong_file"}


@dataclass(frozen=True)
class _Door:
    parts: Parts
    each: Bucket = field(default_factory=lambda: Bucket(burst=10, per_second=0.1))
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


def routes(parts: Parts) -> list[Route]:
    return [Route(PATH, partial(_post, _Door(parts)), methods=["POST"])]


async def _post(door: _Door, request: Request) -> Response:
    """Nothing is read of a form before it is known who sends it."""
    parts, cookie = door.parts, door.parts.visitor.read(request)
    if cookie is None or is_foreign(request, parts.settings.public_url):
        raise HTTPException(403)
    if not await run_in_threadpool(_is_known, parts, cookie):
        return edge.see_other("/portal?idle=1")
    wait = door.each.take(cookie) or (_BUSY if door.room.locked() else 0)
    if wait:
        raise HTTPException(429, headers={"Retry-After": str(wait)})
    async with door.room:
        try:
            form, raw = await uploads.read(request, _BODY)
        except uploads.Unreadable:
            raise HTTPException(400) from None
        if not parts.visitor.is_form_token(cookie, form.get("token", "")):
            raise HTTPException(403)
        kept = await run_in_threadpool(_checked, raw)
        act = partial(_dispute, kept)
        return await run_in_threadpool(portal_acts.do, parts, act, request, cookie, form)


def _is_known(parts: Parts, cookie: str) -> bool:
    with reading(parts.engine) as session:
        return portal_proof.known_here(session, cookie, parts.settings.clock.now()) is not None


def _checked(raw: bytes) -> file_check.Checked | str | None:
    """What was chosen; the name of what is wrong with it; None where nothing was."""
    if not raw:
        return None
    try:
        checked = file_check.check(raw)
    except file_check.NotKept as no:
        return _PROBLEMS[str(no)]
    return "portal_wrong_file" if checked.kind.startswith("audio/") else checked


def _dispute(
    kept: file_check.Checked | str | None, visit: Visit, request: Request, cookie: str, form: dict[str, str]
) -> Response:  # fmt: skip
    """Held the moment that it is sent, and a person is asked. The same form twice is one dispute."""
    debt = accounts.debt(visit.session, visit.who, form.get("debt", ""))
    words = contact.sanitize.clean(form.get("text", ""))[:LONGEST_TEXT].strip()
    reasons = {one.value for one in accounts.DisputeReason}
    is_said = len(words) >= SHORTEST_TEXT and form.get("reason") in reasons
    if isinstance(kept, str) or not is_said:
        problem = kept if isinstance(kept, str) else "portal_dispute_text"
        return portal.home(visit, request, cookie, problem=problem, about=f"wrong:{debt.id}", typed=form, status=422)
    claim = accounts.Claim(accounts.DisputeReason(form["reason"]), words, debt.id)
    once = f"portal:{visit.talk.id}:{form.get('id', '')[:40]}"
    opened = accounts.open_dispute(visit.session, visit.talk, claim, message_id=once, now=visit.now)
    if kept is not None:
        _add(visit, kept, words, once, opened.number)
    why, hours = {"why": words[:200]}, visit.parts.settings.opening
    handoff.open_case(visit.session, visit.talk, handoff.Reason.DISPUTE, why, visit.now, hours=hours)
    return edge.see_other(f"/portal?done=portal_disputed&number={opened.number}#done")


def _add(visit: Visit, kept: file_check.Checked, words: str, once: str, number: str) -> None:
    """It waits for no answer of the assistant: the page answers."""
    incoming = contact.Incoming(
        "web", visit.talk.address, f"{visit.talk.address}:{once}", words, (files.OURS,), media_kinds=(kept.kind,)
    )
    message = contact.receive(visit.session, incoming, visit.now)
    if message is None:
        return
    contact.inbox.finish(visit.session, [message], visit.now)
    came = files.of(visit.session, [message.id])
    for one in came:
        files.keep(visit.session, one.id, kept, visit.now)
    files.belong(visit.session, came, number, visit.now)
