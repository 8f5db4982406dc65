"""The worker's main job: take what is due out of the outbox, ask the door once more, send, write down what came.

What a provider may or may not have taken is looked up there before it is sent again. What dies for good opens a case.
Whether a lease has run out, a list can be trusted or a pause is over is measured by a clock that nobody sets, from
the moment that this worker saw it: two workers, whose clocks may differ by minutes, need not agree on the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Engine

from bot import accounts, contact, handoff, payments, still_true
from bot.channels import twilio_errors
from bot.channels.pace import Pace
from bot.contact import circuit, outbox
from bot.core import Session, Settings, Unchanged, reading, record, transaction

AT_ONCE = 8
_log = structlog.get_logger()


class Postman:
    """One worker's. `deliver` and `settle` return how many messages they brought forward."""

    def __init__(
        self,
        database: Engine,
        senders: Mapping[str, contact.Sender],
        settings: Settings,
        worker: str,
        lease: timedelta = outbox.LEASE,
        ticks: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        self._database, self._senders, self._settings, self._worker = database, senders, settings, worker
        self._lease, self._ticks = lease.total_seconds(), ticks
        self._held, self._circuits = Unchanged(ticks), Unchanged(ticks)
        self._pace = pace or Pace(settings.pace, ticks)
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="send")

    @property
    def _now(self) -> datetime:
        return self._settings.clock.now()

    def deliver(self) -> int:
        """One round: what is due, at most one message a conversation."""
        with reading(self._database) as session:
            held, circuits = outbox.held(session), circuit.open_ones(session)
            self._held.keep(held)
            self._circuits.keep(circuits)
            resting = self._channels(":send", [each.name for each in circuits if self._rests(each)])
            full = {each for each in self._pace.channels if not self._pace.room(each)}
            due = outbox.is_due(session, self._now, resting | full)
        expired = [each for each in held if each.state != "uncertain" and self._held.for_as_long_as(each, self._lease)]
        for each in expired:
            with transaction(self._database) as session:
                outbox.release(session, each)
        if not due:
            return len(expired)
        asking = bool(self._channels(":send", [each.name for each in circuits]) - resting)
        return self._send_some(1 if asking else AT_ONCE, resting | full) + len(expired)

    def settle(self) -> int:
        """Ask the providers about messages whose sending was cut off."""
        with reading(self._database) as session:
            held, circuits = outbox.held(session), circuit.open_ones(session)
        self._held.keep(held)
        self._circuits.keep(circuits)
        away = {each.name for each in circuits}
        resting = {each.name for each in circuits if self._rests(each)}
        done = 0
        for left in filter(self._is_ripe, held):
            name = f"{self._senders[left.channel].provider}:find"
            if name in resting:
                continue
            done += self._look_up(left, name)
            if name in away:
                break  # one question at a time while they do not answer
        return done

    def bury(self) -> int:
        """What the provider took and then could not deliver: a person hears of it."""
        with reading(self._database) as session:
            lost = outbox.failed(session)
        for message, why in lost:
            with transaction(self._database) as session:
                if outbox.mark_dead(session, message.id, None, why, self._now):
                    self._open_case(session, message, why)
        return len(lost)

    def _send_some(self, limit: int, not_on: Collection[str]) -> int:
        with transaction(self._database) as session:
            claimed = self._claim(session, limit, set(not_on))
            messages = [message for each in claimed if (message := self._begin(session, each)) is not None]
            began = self._ticks()
        calls = {self._pool.submit(self._call, message, began): message for message in messages}
        waiting = set(calls)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            with transaction(self._database) as session:
                for each in done:
                    self._note(session, calls[each], each.exception() or each.result())
        return len(claimed)

    def _claim(self, session: Session, limit: int, not_on: set[str]) -> list[str]:
        """Together where nothing limits them; of a channel with a limit only as many as it has room for."""
        not_on = not_on | contact.switches.channels_off(session)
        now, paced, every = self._now, self._pace.channels - not_on, set(self._senders)
        claimed = outbox.claim_due(session, self._worker, now, limit, not_on | paced)
        for channel in sorted(paced):
            room = min(limit - len(claimed), self._pace.room(channel))
            if room > 0:
                some = outbox.claim_due(session, self._worker, now, room, not_on | (every - {channel}))
                self._pace.spend(channel, len(some))
                claimed += some
        return claimed

    def _begin(self, session: Session, message_id: str) -> contact.OutboxMessage | None:
        """The door is asked once more; what it lets pass is written down as being sent."""
        message = outbox.begin_sending(session, message_id, self._worker, self._now)
        if message is None:
            return None
        known = self._settings
        if known.creditors:
            known = accounts.speaking(session, known, contact.conversation(session, message.conversation_id))
        message, over = self._true_words(session, message)
        by = contact.Sending(
            "recheck", company=known.company, licence_ca=known.licence_ca, link_over=over,
            untrue=still_true.is_over(session, message, self._now),
            templates=frozenset(known.twilio.templates), **accounts.too_old(self._theirs(session, message), self._now.date()),
        )  # fmt: skip
        decision = contact.recheck(session, message, known.collection_role, self._now, by)
        if decision.until is not None:
            outbox.put_off(session, message_id, self._worker, decision.until, decision.rules)
            return None
        if decision.allowed:
            return replace(outbox.get(session, message_id), template=decision.template)
        outbox.mark_blocked(session, message_id, self._worker, decision.rules, self._now)
        self._tell_of_link(session, message, decision.rules)
        return None

    def _theirs(self, session: Session, message: contact.OutboxMessage) -> tuple[accounts.Debt, ...]:
        """What whoever is written to owes."""
        party_id = contact.conversation(session, message.conversation_id).party_id
        return accounts.known_debts_of(session, party_id) if party_id else ()

    def _true_words(self, session: Session, message: contact.OutboxMessage) -> tuple[contact.OutboxMessage, bool]:
        """Links that they paid or lost while it waited: an answer says that there was one; nothing else is sent with it.
        True where the message must not go as it stands.
        """
        over = payments.waited.over(session, message.text, self._now)
        if not over or message.reply_to is None:
            return message, bool(over)
        talk = contact.conversation(session, message.conversation_id)
        word = contact.say("utter_payments_link_left_out", talk, {}, self._now, self._settings.time_zone)
        if not contact.put_in_place(session, message, over, word):
            return message, True
        return outbox.get(session, message.id), False

    def _tell_of_link(self, session: Session, message: contact.OutboxMessage, rules: Collection[str]) -> None:
        """Nobody was given the link of a message that is not sent. A reminder is tried again, and `reminding` tells."""
        is_known = contact.law.is_of_people(rules) or message.sequence.startswith("reminder_")
        why = contact.law.what_they_say(rules)
        payments.waited.not_sent(session, message.text, why, self._now, is_known=is_known)

    def _call(self, message: contact.OutboxMessage, began: float) -> str:
        """Only while the lease is young: a process that stood still may have lost the message to another."""
        if contact.link_text.lacks_link(message.text):
            raise contact.Undeliverable("its link is stored under another PARLEY_SECRET_KEY")
        return self._senders[message.channel].send(message, lambda: self._ticks() - began < self._lease / 3)

    def _note(self, session: Session, message: contact.OutboxMessage, came: str | BaseException) -> None:
        name, now = f"{self._senders[message.channel].provider}:send", self._now
        if isinstance(came, str):
            if not outbox.mark_sent(session, message.id, self._worker, came, now):
                self._was_known(session, message, came)
            circuit.mend(session, name, now)
        elif isinstance(came, contact.TooLate):
            outbox.wait_for_provider(session, message.id, self._worker, "the worker stood still")
        elif isinstance(came, contact.Undeliverable):
            self._dies(session, message, str(came))
            if came.opted_out:
                contact.opt_out(session, message.channel, message.address, source="provider", now=now)
        elif isinstance(came, contact.TryLater):
            if not outbox.try_later(session, message, self._worker, str(came), now):
                self._dies(session, message, str(came))
        elif isinstance(came, contact.Away):
            outbox.wait_for_provider(session, message.id, self._worker, str(came))
            self._trip(session, name, str(came))
        else:
            self._unsure(session, message, name, came)

    def _was_known(self, session: Session, message: contact.OutboxMessage, provider_id: str) -> None:
        """The provider's own report was faster. Any other id would be a second message, and a mistake of ours."""
        if outbox.get(session, message.id).provider_id != provider_id:
            _log.error("message_sent_twice", message=message.id, provider_id=provider_id)

    def _unsure(self, session: Session, message: contact.OutboxMessage, name: str, came: BaseException) -> None:
        """Cut off, or a mistake of ours in the middle of a call: either way it may have been sent."""
        if not isinstance(came, contact.Uncertain):
            _log.error("sending_failed", message=message.id, exc_info=came)
        outbox.mark_uncertain(session, message.id, self._worker, str(came) or type(came).__name__)
        if isinstance(came, contact.Uncertain) and came.away:
            self._trip(session, name, str(came))

    def _is_ripe(self, left: outbox.Held) -> bool:
        """Uncertain for so long that the provider's list can be trusted."""
        settle = self._senders[left.channel].settle.total_seconds()
        return left.state == "uncertain" and self._held.for_as_long_as(left, settle)

    def _look_up(self, left: outbox.Held, name: str) -> bool:
        with transaction(self._database) as session:
            message = outbox.claim_uncertain(session, left.id, self._worker, self._now)
        if message is None:
            return False
        began = self._ticks()
        try:
            found = self._senders[message.channel].find(message, self._are_ours)
        except contact.Undeliverable as unknowable:
            with transaction(self._database) as session:
                self._dies(session, message, str(unknowable))
            return True
        except Exception as error:
            if not isinstance(error, contact.Away):
                _log.error("look_up_failed", message=message.id, exc_info=True)
            with transaction(self._database) as session:
                outbox.still_uncertain(session, message.id, self._worker)
                self._trip(session, name, str(error))
            return False
        with transaction(self._database) as session:
            circuit.mend(session, name, self._now)
            if found is not None:
                return outbox.mark_sent(session, message.id, self._worker, found, self._now)
            if self._ticks() - began >= self._lease / 3:
                return outbox.still_uncertain(session, message.id, self._worker) and False
            counts = not self._takes_nothing(session, message.channel)
            if not outbox.send_again(session, message, self._worker, self._now, counts=counts):
                self._dies(session, message, "never arrived at the provider")
        return True

    def _are_ours(self, provider_ids: Collection[str]) -> Collection[str]:
        with reading(self._database) as session:
            return outbox.are_known(session, provider_ids)

    def _trip(self, session: Session, name: str, reason: str) -> None:
        """Calls that were under way when the circuit opened tell nothing new."""
        known = [each for each in circuit.open_ones(session) if each.name == name]
        if known and self._rests(known[0]):
            return
        failures = circuit.trip(session, name, reason, self._now)
        if failures == 1:
            _log.warning("provider_away", circuit=name, reason=reason)

    def _takes_nothing(self, session: Session, channel: str) -> bool:
        """The provider is away, for everybody."""
        return f"{self._senders[channel].provider}:send" in {each.name for each in circuit.open_ones(session)}

    def _rests(self, found: circuit.Circuit) -> bool:
        return not self._circuits.for_as_long_as(found, circuit.pause(found.failures))

    def _channels(self, what: str, names: Collection[str]) -> set[str]:
        """Channels whose provider is among these."""
        return {channel for channel, sender in self._senders.items() if sender.provider + what in names}

    def _dies(self, session: Session, message: contact.OutboxMessage, why: str) -> None:
        if outbox.mark_dead(session, message.id, self._worker, why, self._now):
            self._open_case(session, message, why)

    def _open_case(self, session: Session, message: contact.OutboxMessage, why: str) -> None:
        """Somebody has to reach them in another way. The assistant goes on answering what they may yet write. A number
        that is nobody's, or no mobile one, is taken off: nothing is begun there again.
        """
        if twilio_errors.is_bad_address(why):
            contact.remove_address(session, message.channel, message.address, self._now)
            record(session, "AddressTakenOff", subject=message.conversation_id, data={"why": why[:100]}, now=self._now)
        talk = contact.conversation(session, message.conversation_id)
        if all(part["tag"] == "code" for part in message.parts):
            return  # whoever asked for it waits elsewhere, and asks for another or for a person
        summary = {"message": message.id, "why": why[:200]}
        handoff.open_case(session, talk, handoff.Reason.UNDELIVERED, summary, self._now, hours=self._settings.opening)
        if talk.owner == contact.BOT:
            contact.set_owner(session, talk.id, contact.BOT)
