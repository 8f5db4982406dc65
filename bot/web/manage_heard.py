"""What was not understood: messages without personal details, to be told what they meant, and what that taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact
from bot.core import Money, Problem, Problems, Session, record, transaction
from bot.handoff import hearing
from bot.web import act_words, going_on, staff
from bot.web.manage_parts import Form, manager, page, posted, said
from bot.web.manage_words import named
from bot.web.parts import Parts

HERE = "/manage/not-understood"
NEWS = ("taught", "held-out", "left")
MOST_ACTS = 4
_LONGEST = 600
WHY = {
    "not_understood": "not understood",
    "check": "asked about gently",
    "corrected": "corrected by an agent",
}


@dataclass(frozen=True)
class Row:
    """A message as managers may read it."""

    heard: hearing.Heard
    text: str
    why: str
    scene: str
    acts: str


def routes(parts: Parts) -> list[Route]:
    return [
        Route(HERE, partial(_list, parts), methods=["GET"]),
        Route(HERE + "/{id}", partial(_show, parts), methods=["GET"]),
        Route(HERE + "/{id}", partial(_teach, parts), methods=["POST"]),
        Route(HERE + "/{id}/leave", partial(_leave, parts), methods=["POST"]),
    ]


def _list(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        found, taught = hearing.misheard(session), hearing.lessons(session)
        values = {
            "rows": [_row(session, one) for one in found],
            "examples": sum(not one.is_held_out for one in taught),
            "held_out": sum(one.is_held_out for one in taught),
            "taught": list(reversed(taught))[:20],
            "trainings": hearing.last_trainings(session),
        }
        record(session, "MisheardRead", subject=me.id, data={"messages": len(found)}, now=_now(parts), actor=me.actor)
    news = request.query_params.get("done")
    return page(parts, request, "manage_heard.html", me, {**values, "done": news if news in NEWS else None})


def _now(parts: Parts) -> datetime:
    return parts.settings.clock.now()


def _show(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        row = _row(session, _opened(session, request))
        before = next((one for one in hearing.lessons(session) if one.id == row.heard.id), None)
        record(session, "MisheardRead", subject=row.heard.id, data={}, now=_now(parts), actor=me.actor)
    values = {"row": row, "acts": act_words.groups(), "before": before, "most": MOST_ACTS, "longest": _LONGEST}
    return page(parts, request, "manage_heard_one.html", me, values)


def _opened(session: Session, request: Request) -> hearing.Heard:
    """Raises HTTPException 404; what was understood is nobody's to read here."""
    found = hearing.one(session, request.path_params["id"])
    if found is None or not found.why:
        raise HTTPException(404)
    return found


async def _teach(parts: Parts, request: Request) -> Response:
    def teach(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        found = _opened(session, request)
        text, chosen = said(form, "text", _LONGEST), [value for name, value in form if name == "acts"]
        problems = _problems(text, chosen)
        if problems:
            raise Problems(problems)
        lesson = hearing.teach(session, found, text, chosen, by=me.actor, now=now)
        return f"{HERE}?done=" + ("held-out" if lesson.is_held_out else "taught")

    return await posted(parts, request, teach)


def _problems(text: str, chosen: list[str]) -> list[Problem]:
    known = {name for group in act_words.groups().values() for name in group}
    problems = []
    if not text:
        problems.append(Problem("The message", "words that teach something", "nothing"))
    if contact.masking.personal.without_details(text) != text:
        problems.append(Problem("The message", "nothing personal in it", contact.masking.personal.without_details(text)))
    if not 1 <= len(chosen) <= MOST_ACTS:
        problems.append(Problem("What it means", f"one to {MOST_ACTS} of the list", str(len(chosen))))
    if not set(chosen) <= known:
        problems.append(Problem("What it means", "names of the list", ", ".join(sorted(set(chosen) - known))[:80]))
    if "nothing" in chosen and len(chosen) > 1:
        problems.append(Problem("What it means", "something, or nothing to act on", "both"))
    return problems


async def _leave(parts: Parts, request: Request) -> Response:
    def leave(session: Session, me: staff.Staff, _form: Form, now: datetime) -> str:
        hearing.leave(session, _opened(session, request), by=me.actor, now=now)
        return f"{HERE}?done=left"

    return await posted(parts, request, leave)


def _row(session: Session, heard: hearing.Heard) -> Row:
    text = contact.masking.personal.without_details(heard.text, _names(session, heard.conversation_id))
    return Row(heard, text, WHY[heard.why], scene_in_words(heard.scene), ", ".join(map(_meaning, heard.acts)))


def _names(session: Session, conversation_id: str) -> list[str]:
    """Of everybody whose the conversation or its address is."""
    talk = contact.conversation(session, conversation_id)
    known = {*contact.parties_at(session, talk.channel, talk.address), *([talk.party_id] if talk.party_id else [])}
    people = accounts.known_parties(session, sorted(known)).values()
    return [one.name for one in people]


def _meaning(act: str) -> str:
    """In words; the name itself where the list has only closer ones."""
    return next((group[act] for group in act_words.groups().values() if act in group), named(act))


_ASKED = {
    "identity": "we had asked who they are", "menu": "we had read the menu", "options": "we had offered choices",
    "choice": "we had read numbered offers", "accept": "an offer waited for a yes",
    "terms": "we had asked for a figure or a day", "debt": "we had asked which debt",
    "shares": "a division had been read back", "ahead": "we had asked how much to pay ahead",
    "move": "we had asked to which day", "change": "a change of the plan had been read back",
    "cancel": "we had asked whether to end the plan", "relief": "we had offered a pause or less",
    "person": "we had offered a person", "safe": "we had asked whether they are all right",
    "meant": "we had asked what they meant", "else": "we had asked whether there is anything else",
}  # fmt: skip


def scene_in_words(scene: Mapping[str, Any]) -> str:
    """What was known when they wrote, in one line."""
    told = ["verified" if scene.get("verified") else "not verified", _ASKED.get(str(scene.get("asked")), "nothing asked")]
    told += [f"offered: {_offer(one)}" for one in scene.get("offers", ())]
    debts = scene.get("debts", ())
    told.append("no account known" if not debts else "one account" if len(debts) == 1 else f"{len(debts)} accounts")
    if scene.get("plan"):
        told.append("a plan runs")
    return "; ".join(told)


def _offer(one: Mapping[str, Any]) -> str:
    sum_ = one.get("each") or one.get("total")
    amount = f" of {Money(int(sum_), 'USD').text('en')}" if sum_ else ""
    return f"{named(one.get('kind', 'plan'))}{amount}"
