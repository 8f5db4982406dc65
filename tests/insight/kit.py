"""A month of five people that fits on a sheet of paper; the worker's counting at the end of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy.engine import Engine

from bot import accounts, contact, core, handoff, insight
from bot.contact.store import outbox
from bot.core import Clock, Settings
from bot.handoff.satisfaction import Resolution, Resolved
from bot.negotiation import Kind
from tests.agreements import kit
from tests.agreements.kit import SECRET, World, usd

END = datetime(2026, 12, 3, 15, tzinfo=timezone.utc)
LAST = date(2026, 12, 3)
SAYS = contact.Say("utter_dialogue_thanks", "Hello.", audience="anyone", tag="handoff", discloses=("automated",))


def settings_at(now: datetime) -> Settings:
    return replace(Settings.load({}), clock=Clock(fixed=now))


class Month:
    """Ana, Beto, Carl, Dora and Eve: placed on November 2, each day at ten in the morning of New York."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.count = engine, 0
        self.surveys: dict[str, str] = {}
        self.now = datetime(2026, 11, 2, 15, tzinfo=timezone.utc)
        self.ana = self.person(1, "600.00", late=200)
        self.beto = self.person(2, "400.00", late=20, product="water", language="es")
        self.carl = self.person(3, "1000.00", late=200)
        self.dora = self.person(4, "500.00", late=None)
        self.eve = self.person(5, "200.00", late=45)

    def person(
        self, number: int, owes: str, late: int | None, product: str = "electricity", language: str = "en"
    ) -> World:
        one = kit._placement(number, 0, owes, self.now.date() - timedelta(days=late or 0))
        account = replace(one.account, product=product, due_since=one.account.due_since if late else None)
        one = replace(one, person=replace(one.person, language=language), account=account)
        with core.transaction(self.engine) as session:
            accounts.place(session, [one], now=self.now, secret=SECRET)
            contact.open_conversation(session, "sms", kit.phone(number), self.now, language)  # type: ignore[arg-type]
            who = kit.verified(session, self.now, number)
            debts = accounts.open_debts(session, who, self.now)
        return World(self.engine, self.now, who, tuple(debt.id for debt in debts), who.conversation_id, number * 100)

    def on(self, day: str, clock: str = "15:00") -> None:
        self.now = datetime.fromisoformat(f"{day}T{clock}:00+00:00")
        for one in (self.ana, self.beto, self.carl, self.dora, self.eve):
            one.now = self.now

    def writes(self, who: World, text: str = "hello") -> str:
        self.count += 1
        with core.transaction(self.engine) as session:
            talk = contact.conversation(session, who.conversation_id)
            came = contact.receive(session, contact.Incoming("sms", talk.address, f"SM{self.count}", text), self.now)
            assert came is not None
            contact.inbox.finish(session, [came], self.now)
            if talk.owner.startswith("agent:"):
                handoff.debtor_wrote(session, talk, came, self.now)
        return came.id

    def hears(self, who: World, *, goes: bool = True) -> None:
        """A message of ours, which the worker has sent where the door lets it."""
        self.count += 1
        with core.transaction(self.engine) as session:
            talk = contact.conversation(session, who.conversation_id)
            how = contact.Sending(f"key{self.count}", reply_to="in_1", answers_at=self.now) if goes else contact.Sending(f"key{self.count}")
            says = SAYS if goes else replace(SAYS, tag="reminder")
            assert bool(contact.send(session, talk, [says], how, self.now)) == goes
            session.execute(outbox.update().where(outbox.c.state == "ready").values(state="sent", sent_at=self.now))

    def answers(self, who: World) -> None:
        settings = settings_at(self.now)
        with core.transaction(self.engine) as session:
            case = handoff.open_case_of(session, who.conversation_id)
            assert case is not None
            handoff.take(session, case, "agent:sam", self.now)
            self.count += 1
            assert handoff.reply(session, case, "I am here.", by="agent:sam", key=f"a{self.count}", settings=settings)
            session.execute(outbox.update().where(outbox.c.state == "ready").values(state="sent", sent_at=self.now))

    def lives(self) -> Month:
        self.on("2026-11-03")
        self.writes(self.ana)
        self.plan = self.ana.monthly(60, "2026-11-10")
        self.hears(self.ana)
        self.writes(self.beto)
        self.promise = self.beto.accept(
            self.beto.propose(wants="promise", each=usd(50), first_date=date(2026, 11, 6))
        )
        self.hears(self.beto)
        self.on("2026-11-04")
        self.writes(self.carl)
        self.settled = self.carl.accept(self.carl.option(Kind.SETTLEMENT))
        self.hears(self.carl)
        self.on("2026-11-05")
        self.writes(self.ana, "thanks")
        self.hears(self.ana)
        self.on("2026-11-06")
        self.beto.pay(50)
        self.beto.look_after(self.promise)
        self.on("2026-11-09")
        said = self.writes(self.beto, "this is not mine")
        claim = accounts.Claim(accounts.DisputeReason.NOT_MY_DEBT, "this is not mine")
        with core.transaction(self.engine) as session:
            talk = contact.conversation(session, self.beto.conversation_id)
            dispute = accounts.open_dispute(session, talk, claim, message_id=said, now=self.now)
        self.on("2026-11-10")
        self.carl.pay(100)
        self.on("2026-11-11")
        self.carl.pay(-20)
        self.on("2026-11-12")
        self.eve.pay(200)
        self.writes(self.carl, "you people are awful")
        with core.transaction(self.engine) as session:
            talk = contact.conversation(session, self.carl.conversation_id)
            handoff.open_case(session, talk, handoff.Reason.COMPLAINT, {}, self.now)
        self.on("2026-11-12", "15:10")
        self.answers(self.carl)
        self.on("2026-11-12", "16:00")
        self.writes(self.carl, "and?")
        self.on("2026-11-12", "16:30")
        self.answers(self.carl)
        self.on("2026-11-13")
        with core.transaction(self.engine) as session:
            contact.opt_out(session, "sms", kit.phone(1), source="stop", now=self.now)
        self.on("2026-11-16")
        self.hears(self.ana, goes=False)
        self.ana.look_after(self.plan)
        with core.transaction(self.engine) as session:
            upheld = accounts.DisputeOutcome.UPHELD
            accounts.decide_dispute(session, dispute.number, upheld, reason="right", actor="agent:sam", now=self.now)
        self.on("2026-11-17")
        self.is_asked(self.eve, Resolution.PAID)
        self.on("2026-11-18")
        for who in (self.beto, self.dora):
            self.is_asked(who, Resolution.CASE)
        self.on("2026-11-19")
        self.rates(self.eve, 5)
        self.rates(self.dora, 2)
        self.on("2026-12-03")
        return self

    def is_asked(self, who: World, what: Resolution) -> None:
        """How it was for them."""
        one = Resolved(what, who.debt_id, who.who.party_id, who.conversation_id, self.now)
        with core.transaction(self.engine) as session:
            talk = contact.conversation(session, who.conversation_id)
            how = contact.Sending(one.key, reply_to="in_1", answers_at=self.now)
            assert contact.send(session, talk, [SAYS], how, self.now)
            session.execute(outbox.update().where(outbox.c.state == "ready").values(state="sent", sent_at=self.now))
            self.surveys[who.debt_id] = handoff.satisfaction.note_asked(session, one, "sms", self.now)

    def rates(self, who: World, rating: int) -> None:
        with core.transaction(self.engine) as session:
            assert handoff.satisfaction.answer(session, self.surveys[who.debt_id], rating, self.now)


def counted(engine: Engine, now: datetime = END) -> int:
    """As the worker does it, until nothing is due."""
    done = 0
    while insight.work(engine, settings_at(now)):
        done += 1
    return done


def report(engine: Engine, last: date = LAST, days: int = 31, **filters: Any) -> insight.Report:
    with core.reading(engine) as session:
        return insight.report(session, insight.Asked(last, days, **filters))


def told(found: insight.Report) -> dict[str, tuple[int, int | None]]:
    """(top, bottom) of every figure."""
    return {one.figure.name: (one.whole.top, one.whole.bottom) for one in found.shown}


__all__ = ["END", "LAST", "Month", "counted", "report", "settings_at", "told"]
