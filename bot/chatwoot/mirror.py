"""One round: new cases there, then each conversation with something new, read first and written after.

Reading first finds what an earlier round wrote before it died: it bears our key, and is not written again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime

import structlog
from sqlalchemy.engine import Engine

from bot import contact, handoff
from bot.chatwoot import intake, store
from bot.chatwoot.client import Away, Client, Gone, Kind
from bot.chatwoot.store import ACTOR, Mirrored
from bot.core import Session, Settings, reading, transaction
from bot.handoff import Case

BEFORE = 10
"""Messages before the case that they see too."""
ENOUGH = 3
_Item = tuple[str, str, Kind, bool]
"""Our key, the text, whose it is, and whether it is private."""
_log = structlog.get_logger(__name__)


class Mirror:
    """`work` is a job of the worker, in a thread of its own: a Chatwoot that is slow holds up nobody's message."""

    def __init__(self, database: Engine, settings: Settings, client: Client) -> None:
        self._database, self._settings, self._client = database, settings, client
        self._seen = (0, 0, 0)

    def work(self) -> int:
        """How many conversations were looked at. Raises Away."""
        now = self._settings.clock.now()
        with reading(self._database) as session:
            ours, theirs, _ = contact.glance.newest(session)
            marks = (ours, theirs, handoff.last_entry(session))
            changed = contact.glance.talks_since(session, *self._seen[:2]) | handoff.talks_since(session, self._seen[2])
            known = store.known(session)
            new = [case for case in handoff.waiting(session) if case.id not in known]
        for case in new:
            self._add(case)
        with reading(self._database) as session:
            due = store.to_look_at(session, changed, now)
        looked = self._look_at(due)
        self._seen = marks
        return looked

    def _look_at(self, due: list[str]) -> int:
        """One that Chatwoot chokes on keeps nobody from the next; a few in a row, and it is away."""
        failed: list[Away] = []
        looked = in_a_row = 0
        for case_id in due:
            try:
                looked += self._look(case_id)
                in_a_row = 0
            except Away as error:
                failed.append(error)
                in_a_row += 1
            if in_a_row == ENOUGH:
                break
        if failed:
            raise failed[0]
        return looked

    def _add(self, case: Case) -> None:
        with transaction(self._database) as session:
            if case.id not in store.known(session):
                lines = contact.transcript(session, case.conversation_id)[-BEFORE:]
                since = min([line.at for line in lines], default=case.opened_at)
                store.add(session, case.id, case.conversation_id, since)

    def _look(self, case_id: str) -> bool:
        began, now = time.monotonic(), self._settings.clock.now()
        with transaction(self._database) as session:
            talk = store.claim(session, case_id, now)
        if talk is None:
            return False
        try:
            number = talk.number or self._begin(talk)
            self._read(talk, number)
            self._write(talk, number, began)
            self._ends(talk, number)
        except Gone:
            _log.warning("chatwoot_conversation_gone", message=case_id)
            self._put(case_id, state=store.ENDED)
        finally:
            self._put(case_id, lease_until=None)
        self._put(case_id, looked_at=now)
        return True

    def _put(self, case_id: str, **values: object) -> None:
        with transaction(self._database) as session:
            store.put(session, case_id, **values)

    def _begin(self, talk: Mirrored) -> int:
        with reading(self._database) as session:
            case = handoff.case_by_id(session, talk.case_id)
            is_known = contact.conversation(session, talk.conversation_id).party_id is not None
        assert case is not None
        about = {"reason": case.reason.value, "verified": is_known, "answer_by": case.answer_by.isoformat()}
        number = self._client.begin(f"parley-{talk.conversation_id}", talk.case_id, about)
        self._put(talk.case_id, number=number)
        return number

    def _read(self, talk: Mirrored, number: int) -> None:
        """Each in a transaction of its own with how far we read, so that none is done twice."""
        for message in self._client.after(number, talk.read_to):
            with transaction(self._database) as session:
                intake.take_in(session, talk, message, self._settings)
                store.put(session, talk.case_id, read_to=message.number)
        seen = self._client.look(number)
        if seen.status != "resolved":
            return
        with transaction(self._database) as session:
            is_over = intake.end(session, talk, seen, self._settings)
        if not is_over:
            self._client.put(number, "open")

    def _write(self, talk: Mirrored, number: int, began: float) -> None:
        with reading(self._database) as session:
            done = store.there(session, talk.case_id)
            items = [item for item in _items(session, talk, self._settings.public_url) if item[0] not in done]
        for ours, text, kind, private in items:
            if time.monotonic() - began > store.LEASE.total_seconds() / 2:
                return  # somebody else may be at it soon; the next round goes on
            theirs = self._client.write(number, ours, text, kind, private=private)
            with transaction(self._database) as session:
                store.both(session, talk.case_id, ours, theirs)

    def _ends(self, talk: Mirrored, number: int) -> None:
        with reading(self._database) as session:
            case = handoff.open_case_of(session, talk.conversation_id)
        if case is None or case.id != talk.case_id:
            self._client.put(number, "resolved")
            self._put(talk.case_id, state=store.ENDED)


def _items(session: Session, talk: Mirrored, public_url: str) -> Iterator[_Item]:
    """What they should see there, oldest first."""
    case = handoff.case_by_id(session, talk.case_id)
    assert case is not None
    yield f"case:{talk.case_id}", _summary(case, public_url), "outgoing", True
    notes = [entry for entry in handoff.entries(session, talk.conversation_id)
             if entry.kind == "note" and entry.author != ACTOR and entry.at >= talk.since]  # fmt: skip
    lines: list[tuple[datetime, _Item]] = [
        (line.at, (f"in:{line.id}", line.text or "(a file)", "incoming", False)) if line.author == "debtor"
        else (line.at, (f"out:{line.id}", line.text, "outgoing", False))
        for line in contact.transcript(session, talk.conversation_id)
        if line.at >= talk.since and line.author != ACTOR
    ]  # fmt: skip
    lines += [(note.at, (f"note:{note.number}", note.data["text"], "outgoing", True)) for note in notes]
    yield from (item for _, item in sorted(lines, key=lambda each: each[0]))
    yield from ((ours, text, "outgoing", True) for ours, text in store.to_tell(session, talk.case_id))


def _summary(case: Case, public_url: str) -> str:
    """From facts, and where the rest stands: what they owe, and all that may be done about it, is at the desk only."""
    desk = f"{public_url}/desk/conversations/{case.conversation_id}"
    by = case.answer_by.isoformat(timespec="minutes")
    told = {"reason": case.reason.value, "answer by": by, **case.summary, "desk": desk}
    return "\n".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value)}" for name, value in told.items()
    )
