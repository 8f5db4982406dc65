"""Which part a sum or a day plays by the words beside it: now, later, each, at most, at least, total, the rest.

Only what stands right beside it counts here; what an offer is, the whole message decides elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.dialogue.grammar import bounds
from bot.dialogue.grammar.discounts import is_taken_off, is_wished_off
from bot.dialogue.grammar.model import About, Amount, Day, Entity, Frequency, Percentage, Role, Vague
from bot.dialogue.grammar.names import beside_a_name
from bot.dialogue.grammar.sheet import Placed, Sheet
from bot.dialogue.grammar.words import found, kind_of, pattern

Roles = dict[int, Role | None]


def assign(sheet: Sheet, placed: list[Placed]) -> list[Placed]:
    """The same entities with their roles, and what sums and rhythms are about where they are no offer."""
    text = sheet.text
    sums = [p for p in placed if isinstance(p.what, Amount | Percentage)]
    topics = _topics(sheet, [p for p in sums if isinstance(p.what, Amount)])
    roles = _ends_of_ranges(text, placed)
    links = _links(text, placed, sums)
    each = set(links.values()) | _also_each(text, sums, set(links.values()))
    for at, p in enumerate(sums):
        before = sums[at - 1].end if at else 0
        after = sums[at + 1].start if at + 1 < len(sums) else len(text)
        roles.setdefault(p.start, _role(sheet, p, (before, after), each=p.start in each))
    _later_than_now(text, sums, roles)
    told = [_recast(sheet, p, roles, topics, links) for p in placed]
    of_rest = set(_of_rest(text, [p for p in told if _is_time(p)]))
    return [replace(p, what=replace(p.what, rest=True)) if p.start in of_rest else p for p in told]  # type: ignore[arg-type]


def _topics(sheet: Sheet, sums: list[Placed]) -> dict[int, About | None]:
    """What each sum is about; one that is joined to what was paid was paid as well."""
    topics: dict[int, About | None] = {}
    text = sheet.text
    for at, p in enumerate(sums):
        own = topic(text[: p.start], text[p.end :])
        if own == "expense" and beside_a_name(sheet.names, text[: p.start], text[p.end :]):
            own = None  # "30 rent", of a rent that they owe
        joined = at and topics[sums[at - 1].start] == "paid" and pattern("goes_on")
        goes_on = joined and joined.fullmatch(text, sums[at - 1].end, p.start)
        again = found("rhythm_after", text[p.end :])
        topics[p.start] = own or ("paid" if goes_on and not again else None)
    return topics


def _recast(sheet: Sheet, p: Placed, roles: Roles, topics: dict[int, About | None], links: dict[int, int]) -> Placed:
    what: Entity | Vague = p.what
    text = sheet.text
    if isinstance(what, Amount):
        about = topics[p.start]
        what = replace(what, role=None if about else roles[p.start], about=about)
    elif isinstance(what, Percentage):
        what = replace(what, role=roles[p.start])
    elif isinstance(what, Frequency):
        paid_so = links.get(p.start, -1)
        compared = found("as_much", text[p.end : paid_so])  # "monthly, same as my 85 for the internet"
        what = replace(what, about=None if compared else topics.get(paid_so))
    elif isinstance(what, Day):
        before = text[: p.start]
        what = replace(
            what,
            role=roles.get(p.start) or bounds.bound(before, text[p.end :]),
            after=bounds.is_later_than(before),
            begins=bounds.begins(before),
        )
    return replace(p, what=what)


def _role(sheet: Sheet, p: Placed, room: tuple[int, int], *, each: bool) -> Role | None:
    """By the words between the sums before and after it (`room`)."""
    text = sheet.text
    before, after = text[room[0] : p.start].rstrip("$"), text[p.end : room[1]]
    bound: Role
    for bound in ("at_most", "at_least"):
        if found(bound, before) or found(f"{bound}_after", after):
            return bound
    if each or _split(sheet, p, before, after):
        return "each"
    if isinstance(p.what, Amount) and (found("total", before) or found("total_after", after)):
        return "total"
    if _now(sheet, before, after, first=not room[0]):
        return "now"
    later = pattern("later_after").search(after)
    to_next = later is not None and later.end() >= len(after.rstrip()) and room[1] < len(text)
    return "later" if later and not to_next else None  # "40, then 12 a week": this "then" belongs to the 12


def _split(sheet: Sheet, p: Placed, before: str, after: str) -> bool:
    """ "4 payments of 50", "50 x4", "50 c/u"."""
    counts = [sheet.what(letter).value for letter in before if kind_of(letter) == "C"]
    single = found("one_payment", before) or counts[-1:] == [1]
    parts = found("each_before", before) and not single
    return bool(parts or found("times", after) or found("each_after", after))


def _now(sheet: Sheet, before: str, after: str, *, first: bool) -> bool:
    before, after = _with_today(sheet, before), _with_today(sheet, after)
    taken = None if first else pattern("now_after").search(before)  # this "now" belongs to the sum before
    before = before[taken.end() :] if taken else before
    if found("now_after", after):
        return True
    words = pattern("now_before").search(before)
    return words is not None and not found("then", before) and (first or not found("and_word", words[0]))


def _with_today(sheet: Sheet, text: str) -> str:
    """With the word "today" where a sign stands for that day."""
    today = [sign for sign in text if kind_of(sign) == "D" and sheet.what(sign).value == sheet.today]
    for sign in today:
        text = text.replace(sign, "today")
    return text


def _later_than_now(text: str, sums: list[Placed], roles: Roles) -> None:
    """After a sum for now, one with a day of its own, or after "then" or "the rest", is for later."""
    seen_now = False
    for at, p in enumerate(sums):
        if at and roles[p.start] is None:
            end = sums[at + 1].start if at + 1 < len(sums) else len(text)
            before, after = text[sums[at - 1].end : p.start], text[p.end : end]
            own = found("own_day", after) or found("own_day_before", before)
            if found("and_then", before) or seen_now and (found("then", before) or own):
                roles[p.start] = "later"
        seen_now = seen_now or roles[p.start] == "now"


def _ends_of_ranges(text: str, placed: list[Placed]) -> Roles:
    """ "40 to 50", "between the 1st and the 5th": the ends are the least and the most."""
    ends: Roles = {}
    for low, high in zip(placed, placed[1:], strict=False):
        if type(low.what) is not type(high.what) or not isinstance(low.what, Amount | Day):
            continue
        gap, cue = text[low.end : high.start], found("between", text[: low.start].rstrip("$ "))
        joined = pattern("to_end").fullmatch(gap) if cue or isinstance(low.what, Amount) else None
        if (joined or cue and pattern("and_end").fullmatch(gap)) and low.start not in ends:
            ends[low.start], ends[high.start] = "at_least", "at_most"
    return ends


def _links(text: str, placed: list[Placed], sums: list[Placed]) -> dict[int, int]:
    """From each rhythm to the sum that is paid so: the one right before it, else the next one."""
    links: dict[int, int] = {}
    for p in placed:
        if isinstance(p.what, Frequency):
            earlier = [s for s in sums if s.end <= p.start and s.start not in links.values()][-1:]
            later = [s for s in sums if s.start >= p.end][:1]
            before, after = (text[s.end : p.start] for s in earlier), (text[p.end : s.start] for s in later)
            between = "".join(before)
            near = earlier and pattern("close_before").fullmatch(between)
            next_ = later and pattern("close_after").fullmatch("".join(after))
            loose = earlier and pattern("loose_before").fullmatch(between)
            linked = earlier if near else later if next_ else earlier if loose else []
            links.update((p.start, s.start) for s in linked)
    return links


def _also_each(text: str, sums: list[Placed], each: set[int]) -> set[int]:
    """ "30 or 40 a month": both are monthly."""
    gaps = ((a, b, text[a.end : b.start]) for a, b in zip(sums, sums[1:], strict=False))
    alike = [{a.start, b.start} for a, b, gap in gaps if pattern("or_end").fullmatch(gap) or _twice(a, b, gap)]
    return {start for both in alike if both & each for start in both}


def _twice(a: Placed, b: Placed, gap: str) -> bool:
    """ "30.50 and 30.50, twice a month"."""
    same = isinstance(a.what, Amount) and isinstance(b.what, Amount) and a.what.minor == b.what.minor
    return same and pattern("and_end").fullmatch(gap) is not None


def _is_time(p: Placed) -> bool:
    return isinstance(p.what, Day) or isinstance(p.what, Vague) and p.what.question in ("which_date", "payday")


def _of_rest(text: str, times: list[Placed]) -> Iterator[int]:
    """The day or the question that stands with "the rest": "the 27th for the rest", "el resto a fin de mes"."""
    for rest in pattern("rest").finditer(text):
        whole = "balance" in rest[0] or "saldo" in rest[0]
        if whole and not found("any_sum", text[: rest.start()]):
            continue  # "the balance by may 31" is all of it
        after = next((p for p in times if p.start >= rest.end()), None)
        before = next((p for p in reversed(times) if p.end <= rest.start()), None)
        if after and pattern("to_a_day_after").fullmatch(text, rest.end(), after.start):
            yield after.start
        elif before and not found("own_sum", text[: before.start]):
            close = pattern("to_a_day_before").fullmatch(text, before.end, rest.start())
            yield from [before.start] if close else []


def topic(before: str, after: str) -> About | None:
    """By the words right before and after a number: one that is about something is money, whatever its size."""
    before = pattern("lower_end").sub("", before.rstrip("$ "))
    if found("income", before) or found("income_after", after):
        return "income"
    if is_wished_off(before, after):
        return "discount"
    pays = found("i_pay", before) and found("for_a_thing", after)
    if pays or found("expense", before) or found("expense_after", after):
        return "expense"
    did = found("did", before) and found("did_after", after)
    if did or found("paid", before) or found("paid_after", after):
        return "paid"
    if is_taken_off(before, after):
        return "discount"
    return "balance" if found("balance", before) or found("balance_after", after) else None
