"""What does not match or may go back, and what to do about each: stays until somebody says that it is done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, payments
from bot.core import Money, Session, record, transaction
from bot.payments import PaymentProblem
from bot.web import edge, going_on, texts
from bot.web.desk_parts import check_form, desk_page, who
from bot.web.parts import Parts, language, written_at

SHORTEST_REASON = 10
_NEWS = ("done", "unchanged", "short")


@dataclass(frozen=True)
class Row:
    """`what` and `todo` are whole sentences; `about` is what to look for at the provider, if anything."""

    id: str
    what: str
    todo: str
    amount: str
    reference: str
    talk: str | None
    about: str
    reason: str
    since: str


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/desk/money", partial(_show, parts), methods=["GET"]),
        Route("/desk/money", partial(_post, parts), methods=["POST"]),
    ]


def _show(parts: Parts, request: Request) -> Response:
    spoken = language(request)
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        rows, checked = rows_of(session, parts, spoken), _checked(payments.nightly.last_check(session), spoken)
        record(session, "MoneyListRead", subject=me.id, data={}, now=parts.settings.clock.now(), actor=me.actor)
    done = request.query_params.get("done")
    values = {"rows": rows, "shortest": SHORTEST_REASON, "done": done if done in _NEWS else None, "checked": checked}
    return desk_page(parts, request, "desk_money_list.html", me, values)


async def _post(parts: Parts, request: Request) -> Response:
    form = await edge.form(request)
    how = form.get("how", "").strip()
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        check_form(parts, request, form.get("token", ""))
        if len(how) < SHORTEST_REASON:
            return edge.see_other("/desk/money?done=short")
        now = parts.settings.clock.now()
        is_new = payments.finish(session, form.get("problem", ""), how=how, by=me.actor, now=now)
    return edge.see_other(f"/desk/money?done={'done' if is_new else 'unchanged'}")


def rows_of(session: Session, parts: Parts, spoken: str) -> list[Row]:
    """The oldest first; events that keep failing go by themselves once they can be read."""
    found = payments.open_problems(session)
    debts = accounts.known_debts_by_id(session, [one.debt_id for one in found if one.debt_id])
    rows = [_row(one, debts.get(one.debt_id or ""), parts, spoken) for one in found]
    for event in payments.stuck_events(session):
        what = texts.text("matter_stuck", spoken, kind=event.type, n=event.attempts)
        since = written_at(parts.settings.time_zone, spoken, event.created)
        todo = texts.text("matter_stuck_do", spoken)
        rows.append(Row("", what, todo, "", "", None, event.object_id, event.last_error or "", since))
    return rows


def _checked(found: payments.nightly.Checked | None, spoken: str) -> list[str]:
    """What moved on the last day that was looked at, one line for each currency."""
    if found is None:
        return []
    day = format_date(found.day, "long", locale=spoken)
    return [
        texts.text(
            "matters_checked", spoken, day=day, moved=Money(moved, currency).text(spoken), posted=Money(posted, currency).text(spoken)
        )
        for currency, (moved, posted) in found.totals.items()
    ]  # fmt: skip


def _row(one: PaymentProblem, debt: accounts.Debt | None, parts: Parts, spoken: str) -> Row:
    return Row(
        id=one.id,
        what=texts.text(f"matter_{one.kind.value}", spoken),
        todo=texts.text(f"matter_{one.kind.value}_do", spoken),
        amount=one.amount.text(spoken) if one.amount else "",
        reference=debt.reference if debt else "",
        talk=one.conversation_id,
        about=str(one.data.get("about", "")) if one.kind is not payments.ProblemKind.LINK_STOPPED else "",
        reason=str(one.data.get("reason", "")).replace("_", " "),
        since=written_at(parts.settings.time_zone, spoken, one.found_at),
    )
