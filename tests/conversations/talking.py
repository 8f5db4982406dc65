"""Plays a written dialogue through the real engine: what was typed, what must and must not come back, what is stored.

A phrase is looked for in the reply whatever its case and with "$40.00" read as "$40"; a name that begins with
`utter_` is looked for among the responses. `facts` are compared with the database when the dialogue is over; `{code}` is the
newest one-time code that was texted.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from bot import accounts, chat_scripts, contact, core, demo, handoff, personas
from bot.chat import Chat
from bot.chat_scripts import CLOCK, Moving, has
from bot.contact.samples import segments
from bot.contact.store import outbox
from bot.dialogue.loop import Talker
from bot.negotiation.store import agreements
from bot.payments import documents, ledger
from tests.databases import opened

HERE = Path(__file__).parent
MOST_SMS = 2
"""Parts of one text message. What a turn says is one message, and several where it has no room in one."""
PEOPLE = {name: (persona.phone, persona.proof) for name, persona in personas.PERSONAS.items()}
"""Phone and the answers that prove who they are."""
KEYS = chat_scripts.KEYS
STEPS = chat_scripts.STEPS | {"takes_over", "pays"}
"""The `answers` of a conversation that was kept are compared by `parley chat --replay`."""
FACTS = {"owner", "language", "case", "also_asked", "holds", "agreements", "balance", "audit", "opted_out", "disputes"}


@dataclass(frozen=True)
class Dialogue:
    """`known` when they have proved who they are before it begins."""

    name: str
    turns: list[Mapping[str, Any]]
    person: str = "maria"
    known: bool = True
    channel: str = "sms"
    environment: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def read(folder: Path = HERE) -> list[tuple[str, Dialogue]]:
    """All dialogues with the file that they stand in. Raises ValueError for a key that means nothing."""
    return [(path.stem, _dialogue(path.name, data)) for path in sorted(folder.glob("*.yml"))
            for data in yaml.safe_load(path.read_text(encoding="utf-8"))]  # fmt: skip


def _dialogue(file: str, data: dict[str, Any]) -> Dialogue:
    unknown = (set(data) - KEYS) | {key for turn in data["turns"] for key in set(turn) - STEPS}
    unknown |= set(data.get("facts") or {}) - FACTS
    if unknown:
        raise ValueError(f"{file}, {data.get('name')!r}: what is {', '.join(sorted(unknown))}?")
    person, extra = (
        data.get("as", "maria"),
        {key: data[key] for key in ("channel", "environment", "facts") if key in data},
    )
    return Dialogue(data["name"], data["turns"], person, data.get("known", person != "stranger"), **extra)


def template(path: Path) -> Path:
    """A database with the people of the demo, to copy for each dialogue."""
    settings = core.Settings.load({"PARLEY_CLOCK": CLOCK})
    database = core.connect(f"sqlite:///{path}")
    core.metadata.create_all(database)
    with core.transaction(database) as session:
        demo.load(session, settings.clock.now(), settings.secret_key)
    database.dispose()  # the last connection writes the log back into the file
    return path


def play(dialogue: Dialogue, talker: Talker, filled: Path, place: Path) -> list[str]:
    """What went otherwise than written; nothing when all is well."""
    with _chat(dialogue, talker, _recognised(dialogue, talker, filled) if dialogue.known else filled, place) as chat:
        wrong = [problem for turn in dialogue.turns for problem in _step(chat, turn)]
        return wrong + _facts(chat, dialogue.facts)


@contextmanager
def _chat(dialogue: Dialogue, talker: Talker, before: Path, place: Path) -> Iterator[Chat]:
    """With the person of the dialogue, on a copy of what was before."""
    shutil.copy(before, place)
    database = opened(place)
    settings = core.Settings.load({**dialogue.environment, "PARLEY_CLOCK": CLOCK})
    settings = replace(settings, clock=Moving(settings.clock.now()))
    try:
        yield Chat(database, talker, settings, dialogue.channel, PEOPLE[dialogue.person][0])
    finally:
        database.dispose()  # the last connection writes the log back into the file


def _recognised(dialogue: Dialogue, talker: Talker, filled: Path) -> Path:
    """A database in which the person of the dialogue has just proved who they are, made once for all who begin so."""
    so = hashlib.sha256(repr(sorted(dialogue.environment.items())).encode()).hexdigest()[:12]
    made = filled.with_name(f"{dialogue.person}.{dialogue.channel}.{so}.db")
    if not made.exists():
        making = made.with_suffix(".making")
        with _chat(dialogue, talker, filled, making) as chat:
            chat.write("hi")
            chat.write(PEOPLE[dialogue.person][1])
            assert _talk(chat).party_id is not None, f"{dialogue.person} was not recognised"
        making.replace(made)
    return made


def _step(chat: Chat, turn: Mapping[str, Any]) -> list[str]:
    if "takes_over" in turn:
        talk = _talk(chat)
        with core.transaction(chat.database) as session:
            handoff.open_case(session, talk, handoff.Reason.ASKED, {}, chat.settings.clock.now())
            contact.set_owner(session, talk.id, turn["takes_over"])
        return []
    if "pays" in turn:
        _pays(chat, core.Money.of(str(turn["pays"]), "USD"))
        return []
    later = chat_scripts.duration(str(turn["later"])) if "later" in turn else chat_scripts.LATER
    chat.settings.clock.move(later)  # type: ignore[attr-defined]
    before = len(_lines(chat))
    reply = "\n".join(chat.write(str(turn["says"]).replace("{code}", _code(chat))))
    names = {name for line in _lines(chat)[before:] for name in line.responses}
    missing = [
        f"to {turn['says']!r} came no {want!r}" for want in turn.get("expects", ()) if not has(want, reply, names)
    ]
    extra = [f"to {turn['says']!r} came {word!r}" for word in turn.get("never", ()) if has(word, reply, names)]
    extra += [f"to {turn['says']!r} came {parts} SMS" for line in _lines(chat)[before:]
              if chat.channel == "sms" and (parts := segments(line.text)) > MOST_SMS]  # fmt: skip
    if "expects" in turn and not turn["expects"] and reply:
        extra.append(f"to {turn['says']!r} nothing should come")
    return [f"{problem}; it said: {reply or '(nothing)'}" for problem in missing + extra]


def _code(chat: Chat) -> str:
    """The newest one-time code that waits to be texted; nothing where there is none."""
    with core.reading(chat.database) as session:
        texts = session.execute(
            sa.select(outbox.c.text).where(outbox.c.sequence == "code", outbox.c.state == "ready")
            .order_by(outbox.c.number.desc())
        ).scalars().first()  # fmt: skip
    words = [word.strip(",.") for word in (texts or "").split()]
    return next((word for word in words if len(word) == 6 and word.isdigit()), "")


def _pays(chat: Chat, amount: core.Money) -> None:
    """Money that arrived on their only debt, and its receipt."""
    party, now = _talk(chat).party_id, chat.settings.clock.now()
    assert party is not None
    with core.transaction(chat.database) as session:
        (debt,) = accounts.known_debts_of(session, party)
        source = f"payment:{now.isoformat()}"
        accounts.post(session, debt_id=debt.id, kind=accounts.EntryKind.PAYMENT, amount=-amount, source=source, now=now)
        documents.write_receipt(session, ledger.entry(session, debt.id, source), None, now)


def _lines(chat: Chat) -> list[contact.Line]:
    with core.reading(chat.database) as session:
        return contact.said(session, _talk(chat).id)


def _talk(chat: Chat) -> contact.Conversation:
    with core.transaction(chat.database) as session:
        return contact.open_conversation(session, chat.channel, chat.address, chat.settings.clock.now())


def _facts(chat: Chat, wanted: Mapping[str, Any]) -> list[str]:
    found = _found(chat)
    wrong = {key: value for key, value in wanted.items() if key != "audit" and found[key] != value}
    lost = [kind for kind in wanted.get("audit", ()) if kind not in found["audit"]]
    return [f"{key} is {found[key]!r}, not {value!r}" for key, value in wrong.items()] + [
        f"no {kind} was recorded" for kind in lost
    ]


def _found(chat: Chat) -> dict[str, Any]:
    talk, now = _talk(chat), chat.settings.clock.now()
    with core.reading(chat.database) as session:
        case = handoff.open_case_of(session, talk.id)
        party = talk.party_id or next(iter(contact.parties_at(session, talk.channel, talk.address)), None)
        debts = accounts.known_debts_of(session, party) if party else ()
        return {
            "owner": talk.owner,
            "language": talk.language,
            "case": case.reason.value if case else None,
            "also_asked": [one["about"] for one in case.summary.get("also_asked", ())] if case else [],
            "holds": sorted({hold.kind.value for hold in contact.active_holds(session, party, now)}) if party else [],
            "agreements": session.execute(sa.select(sa.func.count()).select_from(agreements)).scalar_one(),
            "balance": [debt.balance.text() for debt in debts],
            "audit": {fact.kind for fact in core.facts(session)},
            "opted_out": contact.consent.opted_out_since(session, talk.channel, talk.address) is not None,
            "disputes": [dispute.reason.value for dispute in accounts.open_disputes(session, party)] if party else [],
        }
