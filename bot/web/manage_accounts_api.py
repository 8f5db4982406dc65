"""Keys of creditors' systems, and the addresses at which they are told what happens."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import exchange
from bot.core import Session, transaction
from bot.web import going_on, staff
from bot.web.manage_parts import Form, manager, page, posted, said
from bot.web.parts import Parts

HERE = "/manage/accounts/api"


def routes(parts: Parts) -> list[Route]:
    return [
        Route(HERE, partial(_show, parts), methods=["GET"]),
        Route(f"{HERE}/keys", partial(_make_key, parts), methods=["POST"]),
        Route(f"{HERE}/keys/{{id}}/end", partial(_end_key, parts), methods=["POST"]),
        Route(f"{HERE}/webhooks", partial(_add_webhook, parts), methods=["POST"]),
        Route(f"{HERE}/webhooks/{{id}}/end", partial(_end_webhook, parts), methods=["POST"]),
        Route(f"{HERE}/webhooks/{{id}}/again", partial(_tell_again, parts), methods=["POST"]),
    ]


def _show(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        return going_on.to_log_in(request) if me is None else _page(parts, request, session, me)


def _page(
    parts: Parts, request: Request, session: Session, me: staff.Staff, key: str | None = None, secret: str | None = None
) -> Response:
    """`key` and `secret` are shown on this page and never again."""
    values = {
        "keys": exchange.keys.all_keys(session), "targets": exchange.webhooks.targets(session), "key": key, "secret": secret,
        "clients": exchange.files.clients(session, parts.settings), "kinds": exchange.webhooks.KINDS,
        "base": parts.settings.public_url, "names": staff.names(session),
    }  # fmt: skip
    return page(parts, request, "manage_accounts_api.html", me, values)


async def _make_key(parts: Parts, request: Request) -> Response:
    def make(session: Session, me: staff.Staff, form: Form, now: datetime) -> Response:
        client, name = said(form, "client", 81), said(form, "name", 81)
        key = exchange.keys.make(session, client=client, name=name, by=me.actor, now=now)
        return _page(parts, request, session, me, key=key)

    return await posted(parts, request, make)


async def _end_key(parts: Parts, request: Request) -> Response:
    def end(session: Session, me: staff.Staff, _form: Form, now: datetime) -> str:
        exchange.keys.end(session, request.path_params["id"], by=me.actor, now=now)
        return HERE

    return await posted(parts, request, end)


async def _add_webhook(parts: Parts, request: Request) -> Response:
    def add(session: Session, me: staff.Staff, form: Form, now: datetime) -> Response:
        client, url = said(form, "client", 80), said(form, "url", 400)
        secret = exchange.webhooks.add_target(
            session, client=client, url=url, by=me.actor, now=now, settings=parts.settings
        )
        return _page(parts, request, session, me, secret=secret)

    return await posted(parts, request, add)


async def _end_webhook(parts: Parts, request: Request) -> Response:
    def end(session: Session, me: staff.Staff, _form: Form, now: datetime) -> str:
        exchange.webhooks.end_target(session, request.path_params["id"], by=me.actor, now=now)
        return HERE

    return await posted(parts, request, end)


async def _tell_again(parts: Parts, request: Request) -> Response:
    def again(session: Session, me: staff.Staff, _form: Form, now: datetime) -> str:
        exchange.webhooks.tell_again(session, request.path_params["id"], now)
        return HERE

    return await posted(parts, request, again)
