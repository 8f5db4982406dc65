"""When the rest is paid: "50 now and the rest in january", "el resto a fin de mes", "the 27th for the rest"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.dialogue.grammar.model import Day, Vague
from bot.dialogue.grammar.sheet import A, F, P, Placed, Sheet
from bot.dialogue.grammar.wording import either

_REST = re.compile(
    r"\b"
    + either(
        r"""(?:the |an? )?(?:rest|remainder|remaining(?: balance| amount)?|leftover) | whats left | what is left
        | (?:the |an? )?balance(?! (?:is|was|of|on)) | (?:el |lo )?(?:resto|restante) | lo demas
        | lo que (?:qued[ae]|falt[ae]|rest[ae]|sobr[ae]) | el saldo(?! (?:es|era|de))"""
    )
    + r"\b(?! (?:of|de|del) (?:the |this |my |la |el |mi )?(?:day|week|month|year|life|dia|semana|mes|ano|vida)\b)"
)
_TO_A_DAY_AFTER = re.compile(rf"[^.;!?{A}{P}{F}]{{0,45}}")
_WHOLE = re.compile("balance|saldo")
_ANY_SUM = re.compile(f"[{A}{P}]")
_OWN_SUM = re.compile(rf"[{A}{P}][^.,;!?]{{0,20}}$")
_TO_A_DAY_BEFORE = re.compile(
    r" ?(?:(?:i|id|ill|we|can|could|will|would|pay|do|send|give|you|u|le|les|pago|doy|mando|puedo|dar|pagar|for|para)"
    r"\b ?)*"
)


def remainder(sheet: Sheet, placed: list[Placed]) -> list[Placed]:
    """The same entities: the day or the question that stands with "the rest" says so."""
    times = [p for p in placed if _is_time(p)]
    of_rest = {p.start for p in _of_rest(sheet, times)}
    return [_marked(p) if p.start in of_rest and _is_time(p) else p for p in placed]


def _is_time(p: Placed) -> bool:
    return isinstance(p.what, Day) or isinstance(p.what, Vague) and p.what.question in ("which_date", "payday")


def _of_rest(sheet: Sheet, times: list[Placed]) -> Iterator[Placed]:
    for rest in _REST.finditer(sheet.rest):
        if _WHOLE.search(rest[0]) and not _ANY_SUM.search(sheet.rest, 0, rest.start()):
            continue  # "the balance by may 31" is all of it
        after = next((p for p in times if p.start >= rest.end()), None)
        before = next((p for p in reversed(times) if p.end <= rest.start()), None)
        if after and _TO_A_DAY_AFTER.fullmatch(sheet.rest, rest.end(), after.start):
            yield after
        elif before and _is_free(sheet, before) and _TO_A_DAY_BEFORE.fullmatch(sheet.rest, before.end, rest.start()):
            yield before


def _is_free(sheet: Sheet, time: Placed) -> bool:
    """ "75 on friday the rest": friday is the day of the 75."""
    return _OWN_SUM.search(sheet.rest, 0, time.start) is None


def _marked(p: Placed) -> Placed:
    assert isinstance(p.what, Day | Vague)
    return replace(p, what=replace(p.what, rest=True))
