"""A world with a handful of people of the demo, and somebody who writes acts instead of words.

The handlers, the door, the tables and the loop are the real ones; only understanding is spared, so that a property can
try hundreds of conversations.
"""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import sqlalchemy as sa

import actions
from actions import handler
from bot import accounts, contact, core, demo, handoff, identity, tables
from bot.chat import Chat
from bot.contact.store import outbox
from bot.dialogue import truths
from bot.dialogue.meaning.acts import Act, Identify, Meaning, Plain, Said
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.turn import Turn, running
from tests.databases import opened

START = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
"""A Wednesday, ten in the morning in New York."""
MARIA = Identify(date_of_birth=date(1985, 4, 12), postcode="30318", reference="NW-1000")
ALICE = Identify(date_of_birth=date(1994, 2, 25), postcode="31419", reference="NW-9528")
WRONG = Identify(date_of_birth=date(1970, 1, 1), postcode="30318", reference="NW-1000")
ASKS_FOR_MONEY = frozenset({"offer", "payment", "reminder"})
OFFER = contact.Say("utter_negotiation_read_back", "That works: $40.00 a month.", tag="offer")
REMINDER = contact.Say("utter_negotiation_read_back", "$40.00 is due on Friday.", tag="reminder")
for found in pkgutil.iter_modules(actions.__path__):
    importlib.import_module(f"actions.{found.name}")
assert tables.ROOMS


class Moving(core.Clock):
    """Stands still but when it is moved."""

    def __init__(self, at: datetime = START) -> None:
        object.__setattr__(self, "moment", at)

    def now(self) -> datetime:
        return self.moment  # type: ignore[attr-defined, no-any-return]

    def move(self, by: timedelta) -> None:
        object.__setattr__(self, "moment", self.now() + by)


class Scripted:
    """Understands what it was told that a text means."""

    def __init__(self) -> None:
        self.means: dict[str, tuple[Act | Said, ...]] = {}
        self.language: contact.Language | None = None

    def understand(self, text: str, scene: Scene) -> Meaning:
        meant = self.means.get(text, (Plain(name=text.split()[-1]),))
        said = tuple(act if isinstance(act, Said) else Said(act, text) for act in meant)
        return Meaning(said, self.language or "en", 1.0 if self.language else 0.0)

    def talk(self, turn: Turn) -> list[contact.Say]:
        with running(turn):
            while turn.queue:
                turn.next()
                handler._act(turn)
            handler._comes_last(turn)
            return [truths.render(turn, name, values) for name, values in turn.says]


class World:
    """One address, and whoever writes from it."""

    def __init__(self, channel: str = "web", address: str = "visitor-1") -> None:
        self.place = Path(mkdtemp()) / "law.db"
        shutil.copy(_template(), self.place)
        self.clock = Moving()
        settings = replace(core.Settings.load({}), clock=self.clock)
        self.talker = Scripted()
        self.chat = Chat(opened(self.place), self.talker, settings, channel, address)
        self.count = 0

    @property
    def database(self) -> sa.engine.Engine:
        return self.chat.database

    def says(self, *acts: str | Act | Said) -> list[str]:
        """One message that means this; the names of what came back."""
        text = f"message {self.count + 1}"
        self.talker.means[text] = tuple(Plain(name=act) if isinstance(act, str) else act for act in acts)
        return self.writes(text)

    def writes(self, text: str) -> list[str]:
        """The same, of these very words."""
        self.clock.move(timedelta(seconds=40))
        self.count += 1
        before, talk = self.last(), self.talk()
        self.chat.write(text)
        with core.reading(self.database) as session:
            lines = contact.said(session, talk.id, after=before)
        return [name for line in lines for name in line.responses]

    def last(self) -> int:
        with core.reading(self.database) as session:
            return contact.glance.last_number(session)

    def talk(self) -> contact.Conversation:
        with core.transaction(self.database) as session:
            return contact.open_conversation(session, self.chat.channel, self.chat.address, self.clock.now())

    def holds(self) -> set[str]:
        """Of whoever may read this conversation."""
        talk = self.talk()
        with core.reading(self.database) as session:
            return {hold.kind.value for hold in contact.holds_over(session, talk, self.clock.now())}

    def holds_of(self, reference: str) -> set[str]:
        party = self.party(reference)
        with core.reading(self.database) as session:
            return {hold.kind.value for hold in contact.active_holds(session, party, self.clock.now())}

    def party(self, reference: str) -> str:
        customer = {"NW-1000": "C-1000", "NW-9528": "C-1001"}[reference]
        with core.reading(self.database) as session:
            return accounts.known_debts_by_customer(session, customer)[0].party_id

    def agent_takes(self) -> None:
        talk = self.talk()
        with core.transaction(self.database) as session:
            handoff.open_case(session, talk, handoff.Reason.ASKED, {}, self.clock.now())
            contact.set_owner(session, talk.id, "agent:7")

    def agent_hands_back(self) -> None:
        talk = self.talk()
        with core.transaction(self.database) as session:
            case = handoff.open_case_of(session, talk.id)
            if case is not None:
                handoff.hand_back(
                    session, case.id, by="agent:7", code=handoff.Code.ANSWERED, settings=self.chat.settings
                )

    def forgets(self) -> None:
        talk = self.talk()
        with core.transaction(self.database) as session:
            identity.forget(session, talk.id, self.clock.now())

    def restarts(self) -> None:
        self.database.dispose()
        self.chat.database = opened(self.place)

    def tries_to_send(self, say: contact.Say, **how: Any) -> int:
        """Something that we start; how many may go out."""
        self.count += 1
        talk, sending = self.talk(), contact.Sending(f"try:{self.count}", **how)
        with core.transaction(self.database) as session:
            return contact.send(session, talk, [say], sending, self.clock.now())

    def rows(self) -> list[Any]:
        with core.reading(self.database) as session:
            return list(session.execute(sa.select(outbox).order_by(outbox.c.number)))

    def asked_for_money(self, after: int = 0) -> list[str]:
        """What went out since then that offers or asks for money."""
        return [part["response"] for row in self.rows() if row.number > after and row.state != "blocked"
                for part in row.parts if part["tag"] in ASKS_FOR_MONEY]  # fmt: skip

    def links(self) -> int:
        with core.reading(self.database) as session:
            requests = core.metadata.tables["payment_requests"]
            return int(session.execute(sa.select(sa.func.count()).select_from(requests)).scalar_one())


@lru_cache(maxsize=1)
def _template() -> Path:
    path = Path(mkdtemp()) / "law.db"
    settings = core.Settings.load({})
    database = core.connect(f"sqlite:///{path}")
    core.metadata.create_all(database)
    some = [one for one in demo._placements(START.date()) if one.person.customer in ("C-1000", "C-1001")]
    with core.transaction(database) as session:
        accounts.place(session, some, now=START, secret=settings.secret_key)
    database.dispose()
    return path
