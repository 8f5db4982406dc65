"""What somebody sent, for whoever works on it: only as a download, and never shown by us."""

from __future__ import annotations

from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, handoff
from bot.contact import files
from bot.core import Session, record, transaction
from bot.web import going_on, texts
from bot.web.desk_parts import who
from bot.web.parts import Parts

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Download-Options": "noopen",
}
"""Should a browser open it after all, nothing in it runs or loads."""


def routes(parts: Parts) -> list[Route]:
    return [Route("/desk/files/{id}", partial(_hand_out, parts), methods=["GET"])]


def shown(found: tuple[files.File, ...], say: texts.Speaker) -> tuple[tuple[str, str], ...]:
    """(address, words) of each; no address for one that is not here."""
    return tuple((f"/desk/files/{one.id}" if one.state == "kept" else "", _words(one, say)) for one in found)


def _words(one: files.File, say: texts.Speaker) -> str:
    sort = say(f"file_{one.sort}")
    if one.state != "kept":
        return say(f"file_{one.state}", sort=sort)
    where = say("file_with_payment") if one.about.startswith("payment:") else one.about
    told = f"{sort}, {max(1, one.size // 1024)} KB"
    return say("file_kept_with", file=told, about=where) if where else told


def _hand_out(parts: Parts, request: Request) -> Response:
    """To whoever may read the conversation: while it waits for a person, or a dispute of it for a decision."""
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        one = files.get(session, request.path_params["id"])
        content = files.content(session, one.id) if one is not None and _is_open(session, one) else None
        if one is None or content is None:
            raise HTTPException(404)
        data = {"file": one.id, "sha256": one.digest}
        now = parts.settings.clock.now()
        record(session, "FileRead", subject=one.conversation_id, data=data, now=now, actor=me.actor)
    name = f"{one.about if one.about.startswith('D-') else 'file'}-{one.id[-6:]}.{one.ending}"
    return Response(
        content, media_type=one.kind, headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    )


def _is_open(session: Session, one: files.File) -> bool:
    if handoff.open_case_of(session, one.conversation_id) is not None:
        return True
    return one.about in {dispute.number for dispute in accounts.every_open_dispute(session)}
