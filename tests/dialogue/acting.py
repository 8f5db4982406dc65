"""Talking to the handlers without Rasa: a talker at the port that hears what it is told, and runs the actions that are
registered, as Rasa's rules would.

From the inbox to the outbox it is the path of production; only understanding is given by hand.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, demo, dialogue, handoff
from bot.chat import Chat
from bot.contact.model import Hold
from bot.contact.store import inbox, outbox
from bot.core import Money
from bot.dialogue import State, Turn, truths
from bot.dialogue.meaning.acts import Act, Identify, Meaning, Plain, Said, Unclear
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.turn import running
from bot.negotiation import store as terms
from bot.payments import store as money
from bot.tables import ROOMS
from tests.databases import opened

CLOCK = "2026-11-18T15:00:00+00:00"
"""A Wednesday, ten in the morning in New York."""
BETWEEN = timedelta(seconds=40)
MOST_STEPS = 20
"""Actions of one turn: more is a circle."""


def usd(amount: float) -> Money:
    return Money(round(amount * 100), "USD")


@dataclass(frozen=True)
class Person:
    phone: str
    proof: Identify


MARIA = Person("+15550100001", Identify(date_of_birth=date(1985, 4, 12), postcode="30318", reference="NW-1000"))
"""One account, nothing agreed."""
ERIN = Person("+15550100133", Identify(date_of_birth=date(2001, 8, 12), postcode="87501"))
"""Two accounts."""
ROCIO = Person("+15550100010", Identify(date_of_birth=date(1977, 3, 20), postcode="95833"))
"""One account, writes Spanish."""
STRANGER = Person("+15559990000", Identify())

_executor = ActionExecutor()
_executor.register_package("actions")
ACTIONS: dict[str, Any] = {name: run for name, run in _executor.actions.items() if name != "action_"}
"""By name; the class that they all come from is none."""


def meant(*acts: Act | str | Said, words: str = "", language: str = "en", sure: float = 0.0) -> Meaning:
    """What a message means: acts, or names of plain ones."""
    said = tuple(one if isinstance(one, Said) else Said(_act(one), words) for one in acts)
    return Meaning(said or (Said(Unclear(), words),), language, sure)  # type: ignore[arg-type]


def _act(one: Act | str) -> Act:
    return Plain(name=one) if isinstance(one, str) else one


@dataclass
class Talker:
    """Hears `means[text]`, and nothing that it can act on in any other text."""

    means: dict[str, Meaning] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    scenes: list[Scene] = field(default_factory=list)

    def understand(self, text: str, scene: Scene) -> Meaning:
        self.heard.append(text)
        self.scenes.append(scene)
        return self.means.get(text, meant(words=text))

    def talk(self, turn: Turn) -> list[contact.Say]:
        with running(turn):
            return [truths.render(turn, name, values) for name, values in asyncio.run(_act_by_act(turn))]


async def _act_by_act(turn: Turn) -> list[tuple[str, dict[str, Any]]]:
    """Each action leads to the next act, as long as there is one."""
    said: list[tuple[str, dict[str, Any]]] = []
    tracker = Tracker(turn.conversation.id, {}, {}, [], False, None, {}, None)
    for _ in range(MOST_STEPS):
        dispatcher = CollectingDispatcher()
        await ACTIONS[f"action_{turn.queue[0].name}"](dispatcher, tracker, {})
        said += [(one["response"], _values(one)) for one in dispatcher.messages]
        if not turn.queue:
            return said
    raise AssertionError(f"{MOST_STEPS} actions and no end, at {turn.queue[0].name}")


def _values(message: dict[str, Any]) -> dict[str, Any]:
    reserved = ("response", "text", "image", "attachment", "buttons", "elements", "template", "custom")
    return {name: value for name, value in message.items() if name not in reserved}


class Moving(core.Clock):
    """A clock that stands still but when it is moved."""

    def __init__(self) -> None:
        object.__setattr__(self, "moment", datetime.fromisoformat(CLOCK))

    def now(self) -> datetime:
        return self.moment  # type: ignore[attr-defined, no-any-return]

    def move(self, by: timedelta) -> None:
        object.__setattr__(self, "moment", self.now() + by)


@dataclass(frozen=True)
class Answer:
    """What came back: the responses by name, and as one text."""

    responses: tuple[str, ...]
    text: str
    tags: frozenset[str] = frozenset()


@dataclass
class Talk:
    """One person's conversation with the handlers, on a database of its own."""

    database: Engine
    person: Person = MARIA
    channel: str = "sms"
    talker: Talker = field(default_factory=Talker)
    clock: Moving = field(default_factory=Moving)
    lines: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def chat(self) -> Chat:
        settings = replace(core.Settings.load({**self.environment, "PARLEY_CLOCK": CLOCK}), clock=self.clock)
        return Chat(self.database, self.talker, settings, self.channel, self.person.phone)

    def write(self, text: str, *acts: Act | str | Said, later: timedelta = BETWEEN) -> Answer:
        """`text` is heard as `acts`."""
        self.clock.move(later)
        before = self._outbox()
        if acts:
            self.talker.means[contact.sanitize.clean(text)] = meant(*acts, words=text)
        self.chat.write(text)
        return self._answer(text, before)

    def arrives(self, text: str, *acts: Act | str | Said) -> None:
        """It waits in the inbox."""
        self.clock.move(BETWEEN)
        if acts:
            self.talker.means[contact.sanitize.clean(text)] = meant(*acts, words=text)
        with self.session() as session:
            incoming = contact.Incoming(self.channel, self.person.phone, core.new_id("m"), text)  # type: ignore[arg-type]
            contact.receive(session, incoming, self.clock.now())

    def write_burst(self, *texts: str, apart: timedelta = timedelta(seconds=1)) -> Answer:
        """Several messages that wait together."""
        self.clock.move(BETWEEN)
        before = self._outbox()
        for text in texts:
            with core.transaction(self.database) as session:
                incoming = contact.Incoming(self.channel, self.person.phone, core.new_id("m"), text)  # type: ignore[arg-type]
                contact.receive(session, incoming, self.clock.now())
            self.clock.move(apart)
        while dialogue.take_one(self.database, self.talker, self.chat.settings):
            pass
        return self._answer(" / ".join(texts), before)

    def known(self) -> Answer:
        """They prove who they are."""
        return self.write("my proof", self.person.proof)

    def _answer(self, text: str, before: int) -> Answer:
        new = self._outbox(before)
        with self.session() as session:
            failed = session.execute(sa.select(inbox.c.text, inbox.c.last_error).where(inbox.c.attempts > 0)).all()
        assert not failed, f"a turn raised: {failed}"
        names = tuple(part["response"] for row in new for part in row.parts)
        reply = "\n".join(row.text for row in new)
        self.lines += [f"> {text}", *(f"   {line}" for line in reply.split("\n"))]
        return Answer(names, reply, frozenset(part["tag"] for row in new for part in row.parts))

    def _outbox(self, after: int | None = None) -> Any:
        with core.reading(self.database) as session:
            query = sa.select(outbox).where(outbox.c.state != "blocked").order_by(outbox.c.number)
            if after is None:
                return max((row.number for row in session.execute(query)), default=0)
            return [row for row in session.execute(query) if row.number > after]

    @contextmanager
    def session(self) -> Iterator[core.Session]:
        with core.transaction(self.database) as session:
            yield session

    @property
    def conversation(self) -> contact.Conversation:
        with self.session() as session:
            return contact.open_conversation(session, self.channel, self.person.phone, self.clock.now())

    @property
    def state(self) -> State:
        here = self.conversation.id
        with self.session() as session:
            return dialogue.load_state(session, here)

    def remember(self, state: State) -> None:
        """As if the turns before had left this."""
        here = self.conversation.id
        with self.session() as session:
            dialogue.save_state(session, here, state, self.clock.now())

    @property
    def asked(self) -> str | None:
        """The kind of the open question."""
        question = self.state.question
        return question.kind if question is not None else None

    @property
    def party_id(self) -> str:
        with self.session() as session:
            (only,) = contact.parties_at(session, self.channel, self.person.phone)
            return only

    def holds(self) -> tuple[Hold, ...]:
        party_id = self.party_id
        with self.session() as session:
            return contact.active_holds(session, party_id, self.clock.now())

    def debts(self) -> tuple[accounts.Debt, ...]:
        party_id = self.party_id
        with self.session() as session:
            return accounts.known_debts_of(session, party_id)

    def case(self) -> handoff.Case | None:
        here = self.conversation.id
        with self.session() as session:
            return handoff.open_case_of(session, here)

    def agreed(self) -> list[sa.engine.Row]:
        with self.session() as session:
            return list(session.execute(sa.select(terms.agreements).order_by(terms.agreements.c.agreed_at)))

    def changes(self) -> dict[str, int]:
        """How many rows there are of all that is not to change without their yes."""
        tables = (terms.agreements, terms.agreement_changes, terms.agreement_ends, money.payment_requests)
        with self.session() as session:
            return {
                table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in tables
            }

    def facts(self, kind: str) -> list[Any]:
        with self.session() as session:
            return core.facts(session, kind=kind)


def template(path: Path) -> Path:
    """The demo people in a database; each conversation gets a copy."""
    assert ROOMS
    settings = core.Settings.load({"PARLEY_CLOCK": CLOCK})
    database = opened(path)
    core.metadata.create_all(database)
    with core.transaction(database) as session:
        demo.load(session, settings.clock.now(), settings.secret_key)
    database.dispose()
    return path


@contextmanager
def talk_on(
    filled: Path, at: Path, person: Person = MARIA, channel: str = "sms", *, known: bool = False
) -> Iterator[Talk]:
    shutil.copy(filled, at)
    database = opened(at)
    talk = Talk(database, person, channel)
    try:
        if known:
            talk.known()
        yield talk
    finally:
        database.dispose()
        at.unlink(missing_ok=True)
