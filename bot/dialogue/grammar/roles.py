"""Which part a sum or a day plays: now, later, each, at most, at least, total."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue.grammar.about import about
from bot.dialogue.grammar.model import About, Amount, Day, Entity, Frequency, Percentage, Role, Vague
from bot.dialogue.grammar.rolewords import (
    AND,
    AND_THEN,
    AND_WORD,
    AT_LEAST,
    AT_LEAST_AFTER,
    AT_MOST,
    AT_MOST_AFTER,
    BETWEEN,
    BY,
    BY_AFTER,
    CLOSE_AFTER,
    CLOSE_BEFORE,
    EACH_AFTER,
    EACH_BEFORE,
    FROM,
    LATER_AFTER,
    LOOSE_BEFORE,
    NO_ANTES,
    NOW_AFTER,
    NOW_BEFORE,
    ONE_PAYMENT,
    OR,
    THEN,
    TIMES,
    TO,
    TOTAL,
    TOTAL_AFTER,
)
from bot.dialogue.grammar.sheet import A, D, P, Placed, Sheet, V

Roles = dict[int, Role | None]


def assign(sheet: Sheet, placed: list[Placed]) -> list[Placed]:
    """The same entities with their roles, and what sums and rhythms are about where they are no offer."""
    sums = [p for p in placed if isinstance(p.what, Amount | Percentage)]
    topics = {p.start: about(sheet, p) for p in sums if isinstance(p.what, Amount)}
    roles = _ends_of_ranges(sheet, placed)
    _alike(sums, roles, topics)
    links = _links(sheet, placed, sums)
    each = set(links.values()) | _also_each(sheet, sums, set(links.values()))
    for place, p in enumerate(sums):
        before = sums[place - 1].end if place else 0
        after = sums[place + 1].start if place + 1 < len(sums) else len(sheet.rest)
        roles.setdefault(p.start, _role(sheet, p, (before, after), each=p.start in each))
    _later_than_now(sheet, sums, roles)
    return [_recast(sheet, p, roles, topics, links) for p in placed]


def _alike(sums: list[Placed], roles: Roles, topics: dict[int, About | None]) -> None:
    """ "my rent went from 950 to 1200": both ends of a range are about the same."""
    for low, high in zip(sums, sums[1:], strict=False):
        if roles.get(low.start) == "at_least" and roles.get(high.start) == "at_most" and low.start in topics:
            topics[high.start] = topics.get(high.start) or topics[low.start]


def _recast(sheet: Sheet, p: Placed, roles: Roles, topics: dict[int, About | None], links: dict[int, int]) -> Placed:
    what: Entity | Vague = p.what
    if isinstance(what, Amount):
        topic = topics[p.start]
        what = replace(what, role=None if topic else roles[p.start], about=topic)
    elif isinstance(what, Percentage):
        what = replace(what, role=roles[p.start])
    elif isinstance(what, Frequency):
        what = replace(what, about=topics.get(links.get(p.start, -1)))
    elif isinstance(what, Day):
        what = replace(what, role=roles.get(p.start) or _bound(sheet, p))
    return Placed(p.start, p.end, what)


def _bound(sheet: Sheet, p: Placed) -> Role | None:
    before, after = sheet.rest[: p.start], sheet.rest[p.end :]
    until = before.endswith(("hasta ", "hasta el ", "antes del ", "antes de "))
    if FROM.search(before) or (until and NO_ANTES.match(after)):
        return "at_least"
    return "at_most" if BY.search(before) or BY_AFTER.match(after) else None


def _role(sheet: Sheet, p: Placed, room: tuple[int, int], *, each: bool) -> Role | None:
    """By the words between the sums before and after it (`room`)."""
    before, after = sheet.rest[room[0] : p.start].rstrip("$"), sheet.rest[p.end : room[1]]
    if AT_MOST.search(before) or AT_MOST_AFTER.match(after):
        return "at_most"
    if AT_LEAST.search(before) or AT_LEAST_AFTER.match(after):
        return "at_least"
    if each or _split(sheet, p, before, after):
        return "each"
    if isinstance(p.what, Amount) and (TOTAL.search(before) or TOTAL_AFTER.match(after)):
        return "total"
    if _now(sheet, p, room, before):
        return "now"
    later = LATER_AFTER.match(after)
    to_next = later is not None and later.end() >= len(after.rstrip()) and room[1] < len(sheet.rest)
    return "later" if later and not to_next else None  # "40, then 12 a week": this "then" belongs to the 12


def _split(sheet: Sheet, p: Placed, before: str, after: str) -> bool:
    """ "4 payments of 50", "50 x4", "50 c/u"."""
    said_before = sheet.said[: p.start].rstrip("$")
    single = ONE_PAYMENT.search(said_before) or sheet.is_one(said_before)
    parts = EACH_BEFORE.search(before) and not single
    return bool(parts or TIMES.match(sheet.said[p.end :]) or EACH_AFTER.match(after))


def _now(sheet: Sheet, p: Placed, room: tuple[int, int], before: str) -> bool:
    said_before, said_after = sheet.said[room[0] : p.start].rstrip("$"), sheet.said[p.end : room[1]]
    taken = NOW_AFTER.match(said_before) if room[0] else None  # this "now" belongs to the sum before
    said_before = said_before[taken.end() :] if taken else said_before
    if NOW_AFTER.match(said_after):
        return True
    words = NOW_BEFORE.search(said_before)
    return words is not None and not THEN.search(before) and not (room[0] and AND_WORD.search(words[0]))


def _later_than_now(sheet: Sheet, sums: list[Placed], roles: Roles) -> None:
    """After a sum for now, one with a day of its own, or after "then" or "the rest", is for later."""
    seen_now = False
    for place, p in enumerate(sums):
        role = roles[p.start]
        if place and role is None:
            end = sums[place + 1].start if place + 1 < len(sums) else len(sheet.rest)
            before, after = sheet.rest[sums[place - 1].end : p.start], sheet.rest[p.end : end]
            if (
                AND_THEN.search(before)
                or seen_now
                and (THEN.search(before) or _OWN_DAY_AFTER.match(after) or _OWN_DAY_BEFORE.search(before))
            ):
                roles[p.start] = "later"
        seen_now = seen_now or role == "now"


_OWN_DAY_AFTER = re.compile(rf"[^.;!?]{{0,45}}[{D}{V}]")
_OWN_DAY_BEFORE = re.compile(rf"[{D}{V}][^{A}{P}]{{0,20}}$")


def _ends_of_ranges(sheet: Sheet, placed: list[Placed]) -> Roles:
    """ "40 to 50", "between the 1st and the 5th": the ends are the least and the most."""
    found: Roles = {}
    for low, high in zip(placed, placed[1:], strict=False):
        if type(low.what) is not type(high.what) or not isinstance(low.what, Amount | Day):
            continue
        gap, cue = sheet.rest[low.end : high.start], BETWEEN.search(sheet.rest[: low.start].rstrip("$ "))
        joined = TO.fullmatch(gap) if cue or isinstance(low.what, Amount) else None
        if (joined or cue and AND.fullmatch(gap)) and low.start not in found:
            found[low.start], found[high.start] = "at_least", "at_most"
    return found


def _links(sheet: Sheet, placed: list[Placed], sums: list[Placed]) -> dict[int, int]:
    """From each rhythm to the sum that is paid so: the one right before it, else the next one."""
    links: dict[int, int] = {}
    for p in placed:
        if isinstance(p.what, Frequency):
            earlier = [s for s in sums if s.end <= p.start and s.start not in links.values()]
            later = [s for s in sums if s.start >= p.end]
            linked = _link(sheet, p, earlier[-1] if earlier else None, later[0] if later else None)
            if linked is not None:
                links[p.start] = linked.start
    return links


def _link(sheet: Sheet, p: Placed, earlier: Placed | None, later: Placed | None) -> Placed | None:
    before = sheet.rest[earlier.end : p.start] if earlier else None
    if before is not None and CLOSE_BEFORE.fullmatch(before):
        return earlier
    if later and CLOSE_AFTER.fullmatch(sheet.rest[p.end : later.start]):
        return later
    return earlier if before is not None and LOOSE_BEFORE.fullmatch(before) else None


def _also_each(sheet: Sheet, sums: list[Placed], each: set[int]) -> set[int]:
    """ "30 or 40 a month": both are monthly."""
    found: set[int] = set()
    for low, high in zip(sums, sums[1:], strict=False):
        ends = {low.start, high.start}
        if ends & each and OR.fullmatch(sheet.rest[low.end : high.start]):
            found |= ends
    return found
