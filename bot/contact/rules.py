"""The one door to a debtor, as a pure decision over a message, the facts and the moment.

The rules are data (`law`); here stands what each kind of rule means. All that hold are asked: the first that forbids
refuses, those that want another moment put it off to the first that suits them all, and what must be said is added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.contact import law
from bot.contact.facts import Facts, debts_of, may_meet
from bot.contact.hours import LONGEST, Open, next_open
from bot.contact.law import Rule
from bot.contact.model import BOT, QUEUE, Decision, Hold, Say
from bot.contact.texts import ASKING

BARE = frozenset({"opt_out", "safety", "no_group"})
"""Tags that carry nothing but themselves and wait for nothing (12 CFR 1006.14(h)(2)(i): one confirmation, no more)."""
UNADORNED = frozenset({"code"})
"""Tags of what begins no talk: it says nothing of us but the name."""
DOUBTS = frozenset({"utter_safety_ask_meant", "utter_safety_ask_stop", "utter_law_ask_cease"})
"""Questions whether they meant something grave: who asks it says who it is, like any first answer."""
UNCOUNTED = BARE | {"receipt", "last_notice"}
"""What a limit on numbers does not stop: what they are owed, and what the law lets us say once."""
HOW_TO_STOP = re.compile(r"\b(STOP|ALTO)\b")
ALLOWED = "PAR-ALLOWED"
LOOK_AGAIN = timedelta(hours=24)
"""When a message is looked at that waits for a word of theirs; their word brings it forward."""
_ORDER = list(law.PARAMS)
Forbids = Callable[[Rule, Say, Facts, datetime], bool]


def may_send(message: Say, facts: Facts, now: datetime, rules: Sequence[Rule] | None = None) -> Decision:
    """Allow, allow later (`until`), or refuse, with the ids of the rules that decided."""
    asked = in_force(facts, now, law.load() if rules is None else rules)
    for rule in asked:
        forbids = _FORBIDS.get(rule.kind)
        if forbids is not None and forbids(rule, message, facts, now):
            return Decision(False, (rule.id,))
    closed, template = _window(asked, message, facts, now)
    if closed and message.tag in BARE:
        return Decision(False, (closed,))
    until, waited_for = _moment(asked, message, facts, now + LOOK_AGAIN if closed else now)
    if until is None:
        return Decision(False, waited_for)
    waited_for = (closed, *waited_for) if closed else waited_for
    added = disclosures(asked, message, facts, now)
    ids = (*waited_for, *(rule_id for rule_id, _ in added)) or (ALLOWED,)
    return Decision(True, ids, tuple(text for _, text in added), until if until > now else None, template)


def in_force(facts: Facts, now: datetime, rules: Sequence[Rule]) -> list[Rule]:
    """Those that apply here and now, the gravest kinds first."""
    at = {"on": now.date(), "channel": facts.channel, "role": facts.role, "regions": facts.regions}
    found = [rule for rule in rules if rule.id not in facts.relaxed and rule.holds(**at)]  # type: ignore[arg-type]
    return sorted(found, key=lambda rule: _ORDER.index(rule.kind))


def concerns(hold: Hold, message: Say) -> bool:
    """A hold on one debt stops what may be about that one, and nothing that is about others only."""
    return not (hold.debt_id and message.debt_id and hold.debt_id not in message.debt_id.split())


def _knows_of(hold: Hold, message: Say, written: datetime) -> bool:
    """Of a debt that is disputed in part the rest may be asked for (12 CFR 1006.38(d)(2)): by a message about that
    debt that was written after the dispute. What was written before may ask for the whole.
    """
    return hold.part is not None and bool(message.debt_id) and written > hold.placed_at


def _switched_off(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    switches = {"all", f"channel:{facts.channel}", f"sequence:{facts.sequence}", f"policy:{facts.policy}"}
    return message.tag not in BARE and bool(switches & facts.stopped)


def _not_verified(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    return message.audience == "verified" and not facts.is_verified


def _not_ours_to_say(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    """While one person has it, the assistant is silent and so are the others."""
    if facts.owner in (BOT, QUEUE) or facts.author == facts.owner:
        return False
    return not facts.by_bot or message.tag not in rule.params["still"]


def _opted_out(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    is_one_answer = facts.is_reply and not facts.answered_since_opt_out
    return facts.opted_out and message.tag not in rule.params["still"] and not is_one_answer


def _held(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    written = facts.queued_at or now
    holding = [hold for hold in facts.holds if hold.kind.value == rule.params["hold"] and concerns(hold, message)
               and not _knows_of(hold, message, written)]  # fmt: skip
    if not holding:
        return False
    if message.tag not in rule.params["replies" if facts.is_reply else "starts"]:
        return True
    since = min(hold.placed_at for hold in holding)
    said = [one for one in facts.started if message.tag in one.tags and one.at >= since and not one.to_spouse]
    return message.tag in rule.params.get("once", ()) and bool(said)


def _too_late(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    """What it carries has run out while it waited."""
    waited = now - (facts.queued_at or now)
    return message.tag == rule.params["tag"] and waited >= timedelta(minutes=rule.params["minutes"])


def _barred(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    """Nobody knows yet that it is they who ask for a code."""
    return facts.channel in facts.barred_media and (_is_started(message, facts) or message.tag in UNADORNED)


def _unsupported(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    """No message of theirs and no renewed consent within the days. That they asked to be told, as with a yes to automatic
    payments, is consent of that day and grows old as any: a yes of March is none in June.
    """
    evidence = [at for name, at in facts.bases.items() if name in ("opt_in", "given_by_debtor")]
    last = max((at for at in (*evidence, facts.last_heard) if at is not None), default=None)
    is_ours = not facts.is_reply and message.tag not in BARE
    return is_ours and (last is None or now - last > timedelta(days=rule.params["days"]))


def _without_basis(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    has = set(facts.bases) | ({"heard"} if facts.last_heard is not None else set())
    return _is_started(message, facts) and not has.intersection(rule.params["any_of"])


def _talked_lately(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    """Days as they count where the person may be."""
    if facts.talked_at is None:
        return False
    days: int = rule.params["days"]
    zones = [ZoneInfo(name) for name in facts.zones]
    passed = ((now.astimezone(zone).date() - facts.talked_at.astimezone(zone).date()).days for zone in zones)
    return min(passed) < days


def _without_notice(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    about = debts_of(message.debt_id)
    told = (one.at for one in facts.told if one.name == "collection" and may_meet(one.debts, about))
    first = min(told, default=None)
    late = first is not None and now - first > timedelta(days=rule.params["days"])
    has_it = facts.notice_sent or (bool(facts.noticed) if about is None else about <= facts.noticed)
    return _is_started(message, facts) and late and not has_it


def _banned_words(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    words = "|".join(f"(?:{word})" for word in (*rule.params["en"], *rule.params["es"]))
    if message.tag in rule.params.get("still", ()):
        return False
    return re.search(rf"\b(?:{words})", message.text, re.IGNORECASE) is not None


def _is_started(message: Say, facts: Facts) -> bool:
    return not facts.is_reply and facts.answers_at is None and message.tag not in BARE


_FORBIDS: dict[str, Forbids] = {
    "switches": _switched_off,
    "verified": _not_verified,
    "owner": _not_ours_to_say,
    "opted_out": _opted_out,
    "hold": _held,
    "fresh": _too_late,
    "link": lambda rule, message, facts, now: facts.link_over,
    "untrue": lambda rule, message, facts, now: facts.untrue,
    "medium": _barred,
    "after_talk": _talked_lately,
    "evidence": _unsupported,
    "basis": _without_basis,
    "work_address": lambda rule, message, facts, now: facts.is_work_address
    and message.response not in rule.params.get("unless", ()),
    "no_group": lambda rule, message, facts, now: facts.is_group and message.tag not in rule.params.get("still", ()),
    "notice_due": _without_notice,
    "words": _banned_words,
    "extinguished": lambda rule, message, facts, now: _asks_for_too_old(rule, message, facts),
}


def _moment(
    rules: Sequence[Rule], message: Say, facts: Facts, now: datetime
) -> tuple[datetime | None, tuple[str, ...]]:
    """The first moment that suits every rule about time and number, and the rules that wanted another than now."""
    if message.tag in BARE:
        return now, ()
    timed = [
        rule for rule in rules if rule.kind in ("hours", "inconvenient") and not _answers_at_once(rule, facts, now)
    ]
    limits = [rule for rule in rules if rule.kind == "cap" and _is_started(message, facts)]
    limits = limits if message.tag not in UNCOUNTED else []
    wanted: dict[str, None] = {}
    moment = now
    while moment <= now + LONGEST:
        later = moment
        for rule in (*timed, *limits):
            suits = _next(rule, message, facts, moment)
            if suits is None:
                return None, (rule.id,)
            if suits > moment:
                wanted[rule.id] = None
            later = max(later, suits)
        if later == moment:
            return moment, tuple(wanted)
        moment = later
    return None, tuple(wanted)


def _window(rules: Sequence[Rule], message: Say, facts: Facts, now: datetime) -> tuple[str, str]:
    """The rule by which it cannot go, or the approved template that it must go as. What must stand at the end of
    another message goes where that one goes.
    """
    answered = facts.answers_at if facts.is_reply else None  # a payment is no word of theirs
    last = max((at for at in (facts.heard_at, answered) if at is not None), default=None)
    over = [
        rule.id for rule in rules
        if rule.kind == "wrote_within" and (last is None or now - last > timedelta(hours=rule.params["hours"]))
    ]  # fmt: skip
    goes_along = {rule.params["response"] for rule in rules if rule.kind in ("disclosure", "opt_out_notice")}
    if not over or message.response in goes_along:
        return "", ""
    name = f"{message.response}.{facts.language}"
    return ("", name) if name in facts.templates else (over[0], "")


def _answers_at_once(rule: Rule, facts: Facts, now: datetime) -> bool:
    """Who writes at night is answered, and not written to again."""
    within = timedelta(minutes=rule.params["answer_within_minutes"])
    return facts.answers_at is not None and now - facts.answers_at <= within


def _next(rule: Rule, message: Say, facts: Facts, moment: datetime) -> datetime | None:
    if rule.kind == "hours":
        window = Open(time.fromisoformat(rule.params["opens"]), time.fromisoformat(rule.params["closes"]))
        return next_open(moment, facts.zones, [window])
    if rule.kind == "inconvenient":
        return next_open(moment, facts.zones, facts.barred)
    return _next_below(rule, message, facts, moment)


def _next_below(rule: Rule, message: Say, facts: Facts, moment: datetime) -> datetime:
    """When one more would not be too many within the days."""
    days, debts = timedelta(days=rule.params["days"]), debts_of(message.debt_id)
    counts = [one for one in facts.started if rule.params["per"] == "couple" or not one.to_spouse]
    counted = sorted(
        one.at for one in counts
        if one.channel in rule.params["counts"] and one.at > moment - days
        and not one.tags & BARE and (rule.params["per"] != "debt" or may_meet(one.debts, debts))
    )  # fmt: skip
    return moment if len(counted) < rule.params["most"] else counted[-rule.params["most"]] + days


def disclosures(rules: Sequence[Rule], message: Say, facts: Facts, now: datetime) -> list[tuple[str, str]]:
    """What must stand at the end of this message: (rule, response)."""
    if message.tag in BARE and message.response not in DOUBTS:
        return []
    added: dict[str, str] = {}
    told_by_a_state = {
        rule.params["said"] for rule in rules
        if rule.kind == "disclosure" and rule.params.get("asking") and not rule.params.get("yields")
        and _asks_for_too_old(rule, message, facts)
    }  # fmt: skip
    if facts.opted_out and facts.by_bot and message.tag != "opt_out":
        added["TC-01"] = "utter_contact_stopped"  # the one answer that is allowed says how to hear more
    for rule in rules:
        if rule.params.get("yields") and rule.params.get("said") in told_by_a_state:
            continue
        is_new = rule.kind == "disclosure" and rule.params["response"] not in added.values()
        is_new = is_new and message.tag not in UNADORNED
        if is_new and _is_due(rule, message, facts, now, added):
            added[rule.id] = rule.params["response"]
    tells_how = {"utter_contact_automated", "utter_contact_stopped"} & set(added.values())
    says_how = tells_how or HOW_TO_STOP.search(message.text)
    for rule in rules:
        is_theirs = facts.regions is not None or rule.jurisdiction in ("*", "US")
        wanted = (rule.params.get("when") == "always" and is_theirs) or _is_started(message, facts)
        if rule.kind == "opt_out_notice" and wanted and not says_how and rule.params["response"] not in added.values():
            added[rule.id] = rule.params["response"]
    return list(added.items())


def _is_due(rule: Rule, message: Say, facts: Facts, now: datetime, added: dict[str, str]) -> bool:
    if rule.params.get("by") == "bot" and (facts.opted_out or not facts.by_bot):
        return False
    if rule.params.get("verified") and not (facts.is_verified and message.audience == "verified"):
        return False
    if rule.params.get("asking") and not _asks_for_too_old(rule, message, facts):
        return False
    if "after" in rule.params and message.response not in rule.params["after"]:
        return False
    if rule.params.get("unless_added") in added:
        return False
    if "needs" in rule.params and not getattr(facts, rule.params["needs"]):
        return False
    return "said" not in rule.params or not _was_said(rule, message, facts, now)


def _asks_for_too_old(rule: Rule, message: Say, facts: Facts) -> bool:
    """It invites to a payment or a promise on a debt that may be too old for a court, or for a credit report. The words
    of a state are said to who lives there.
    """
    is_theirs = facts.regions is not None or rule.jurisdiction in ("*", "US")
    old = getattr(facts, rule.params["needs"])
    return is_theirs and message.tag in ASKING and may_meet(debts_of(message.debt_id), old)


def _was_said(rule: Rule, message: Say, facts: Facts, now: datetime) -> bool:
    """By this message, or by one that was sent: to this person and about all of these debts, where the rule says so."""
    if rule.params["said"] in message.discloses:
        return True
    hours = rule.params.get("hours")
    told = [one for one in facts.told if one.name == rule.params["said"]
            and (hours is None or now - one.at < timedelta(hours=hours))]  # fmt: skip
    if rule.params.get("per") != "debt":
        return bool(told)
    theirs = [one.debts for one in told if one.party_id == facts.party_id]
    about = _concerned(rule, message, facts)
    if about is None or None in theirs:
        return bool(theirs)
    return about <= frozenset().union(*(debts for debts in theirs if debts is not None))


def _concerned(rule: Rule, message: Say, facts: Facts) -> frozenset[str] | None:
    """The debts that it has to be said of: of those that the message is about, the ones that are too old, where that is
    what is said. None: whichever it is about is not known.
    """
    about = debts_of(message.debt_id)
    if not rule.params.get("asking"):
        return about
    old: frozenset[str] = getattr(facts, rule.params["needs"])
    return old if about is None else about & old
