"""How often: "every other friday", "the 1st and 15th", "a month", "cada quincena", "los viernes"."""

from __future__ import annotations

import re

from bot.dialogue.grammar.model import Frequency, Pace, Vague
from bot.dialogue.grammar.sheet import (
    WS,
    Finding,
    G,
    Ignore,
    N,
    O,
    Reader,
    Sheet,
    Span,
    W,
    named,
    needing,
    rule,
)
from bot.dialogue.grammar.wording import AND, CURRENCY, DAYS, MONTHS, WEEKS, either


def _pace(value: Pace) -> Reader:
    def read(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
        return Frequency(value=value, **span)

    return read


def _weekday(value: Pace) -> Reader:
    def read(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
        return Frequency(value=value, weekday=named(match["day"]), **span)

    return read


def _vague(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return Vague(kind="unclear_frequency", **span, question="frequency")


# What can be kept as a rhythm; "every 15 days" is said for two weeks, "cada 8 días" for one.
_PACES: dict[tuple[str, int], Pace] = {
    ("w", 1): "weekly",
    ("w", 2): "biweekly",
    ("w", 4): "every_4_weeks",
    ("d", 7): "weekly",
    ("d", 8): "weekly",
    ("d", 14): "biweekly",
    ("d", 15): "biweekly",
    ("d", 28): "every_4_weeks",
    ("d", 30): "monthly",
    ("m", 1): "monthly",
    ("m", 3): "quarterly",
}


def _counted(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "every 2 weeks", "cada 3 meses"; "every 5 weeks" is asked back."""
    sign = match["n"]
    every = sheet.whole(sign) if sign >= "\ue000" else 2
    unit = match["unit"][0].replace("s", "w")
    pace = _PACES.get((unit, every))
    return Frequency(value=pace, **span) if pace else _vague(sheet, match, span)


def _days_unsaid(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "cada 15" is said for every 15 days, "cada 8" for every week."""
    return Frequency(value=_PACES["d", sheet.whole(match["n"])], **span) if sheet.whole(match["n"]) in (8, 15) else None


def _nth_weekday(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "the 3rd wednesday of every month"; "every 2nd friday" may be that or every other one."""
    nth = sheet.whole(match["nth"])
    if not 1 <= nth <= 5:
        return None
    if nth == 2 and not match["month"]:
        return _vague(sheet, match, span)
    return Frequency(value="monthly", weekday=named(match["day"]), nth=nth, **span)


def _two_days(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "1st and 15th" are half a month apart; else they are two days and no rhythm."""
    days = sorted((sheet.whole(match["a"]), sheet.whole(match["b"])))
    if not _half_a_month(days[0], days[1]):
        return None
    return Frequency(value="semimonthly", days_of_month=(days[0], days[1]), **span)


def _day_and_last(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "el 15 y último", "15th and the last day"."""
    day = sheet.whole(match["a"])
    return Frequency(value="semimonthly", days_of_month=(day, 31), **span) if 13 <= day <= 16 else None


def _half_a_month(first: int, last: int) -> bool:
    return 1 <= first <= 17 and last <= 31 and 13 <= last - first <= 17


def _slashed_days(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "15/30" is no date: it is the two days on which people are paid."""
    days = [int(part) for part in sheet.number(match[0]).raw.split("/") if part.isdigit()]
    if len(days) != 2 or min(days) <= 12 or not _half_a_month(min(days), max(days)):
        return None
    return Frequency(value="semimonthly", days_of_month=(min(days), max(days)), **span)


def _monthly_on(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    day = sheet.whole(match["n"])
    return Frequency(value="monthly", days_of_month=(day,), **span) if 1 <= day <= 31 else None


def _after_money(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "40 month" is 40 a month; "3 month" is how long."""
    money = match[0][0] == "$" or sheet.first_number(match[0]).value > 12
    return Frequency(value="monthly", **span) if money else None


def _not_to_pay(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "you call me every day" says nothing of payments."""
    return Ignore()


_EVERY = r"(?:every|evry|evrey|ever|each|cada|c/)"
_OTHER = r"(?:other|othr|otro|otra)"
_MONTH = r"(?:months?|mth|mnth|mes)\b"
_OF_EACH = rf"(?:of |de |del )?(?:{_EVERY}|the|todos los|a) {_MONTH}"
_THE = r"(?:the |el |los |dias? |el dia |los dias )?"
_CHECK = r"(?:pay ?che(?:ck|que)s?|checks?|cheques?|pay ?periods?|pay ?days?|pay ?stubs?)"
_END = r"(?= ?(?:$|[.,;!?]))"
_CALLS = either(
    r"""calls? | called | calling | texts? | texting | texted | emails? | harass\w* | messag\w+ | messages?
    | bother\w* | llaman | llamando | llamar | escriben | molestan | mandan mensajes | different | diferentes?
    | changes | (?:hours|pay|checks?|they|dates) change | varies | cambia | varia"""
)
_SO_OFTEN = either(
    rf"""{_EVERY} (?:(?:{N}|other|single) )?(?:day|week|month|hour|dia|semana|mes|rato)s? | daily | weekly
    | a day
    | a week | a month | al dia | diario | a la semana | todos los dias"""
)
# "a month" is how often only after a number of something; elsewhere it is how long, or when.
_HEDGED = r"(?:or so|or less|or more|max|maybe|tops|even|flat|more|mas|maximo|para|quizas|o menos|each|apiece|(?:on|to|for) (?:each|both)|c/u|(?:a |en |por )?cada una)"
_RATE = (
    rf"(?:{N}(?: ?(?:{CURRENCY}|%|percent|por ciento))?(?: {_HEDGED})?|\b{CURRENCY}|\$|\b"
    + either(
        """once | una vez | much | little | bit | something | payments? | cuanto | algo | pagos? | ish | half
        | all i get | good | whatever | cents | centavos"""
    )
    + ") ?,? ?"
)
_A_WEEK = r"(?:(?:a|la|ala|per|x|por|pr|p) ?/? ?(?:week|wk|wek|weak|semana|semna|cemana)\b|a la (?:semana|semna|cemana)\b|semana\b(?= ?$))"
_A_MONTH = r"(?:a|al|per|x|por|pr) ?(?:month|mth|mnth|mo|mes|mez|mont|monht|mounth|moth)\b"

_WEEKLY = either(
    r"""\bweekly | \bweakly | \bwkly | \b(?:evr?y|evrey|eveyr|every) (?:single )?(?:week|wk|wek|weak)
    | \b(?:each|per|cada|por|x) (?:week|wk|wek|weak|semana|semna|cemana)
    | \bonce a week | \bp/?w | / ?(?:week|wk|w|semana) | \bsemanal(?:es|mente)? | \btodas las semanas
    | \buna vez (?:por|a la) semana"""
)
_MONTHLY = either(
    r"""\bmonth?ly | \bmnthly | \bmontly | \b(?:evr?y|evrey|eveyr|every) (?:single )?(?:month|mth|mnth|mounth|mo)
    | \b(?:each|per|cada|por|x) (?:month|mth|mnth|mo|mes) | \bonce a month | \bp/?m | \bpcm
    | / ?(?:month|mth|mo|m|mes)
    | \bmensual(?:es|mente)? | \btodos los meses | \b(?:una vez )?al mes"""
)
_BIWEEKLY = either(
    """bi-? ?week?ly | bi-?wkly | fortnightly | (?:a|per|every|each) fortnight | catorcenal(?:es|mente)?
    | cada catorcena | bisemanal(?:es)? | (?:una )?semana (?:de por medio|si(?: y)? (?:otra |una )?no)"""
)
_PAYDAYS = either(
    rf"""(?:{_EVERY}|per|from each|out of each|out of every|off each) (?:single |of my )?{_CHECK}
    | (?:{_EVERY}|whenever|any) ?(?:time|tiem)? ?(?:that )?(?:i|we) (?:get|gets) (?:paid|payed|my check)
    | (?:de )?cada (?:cheque|dia de pago|pago que (?:recibo|me dan))
    | (?:on|only on) (?:my |the |our )?pay ?days | (?:de )?cada raya | cada (?:vez (?:que|q|k)|que) (?:me pagan|me paguen|cobro|cobre) | (?:por|x) cheque"""
)

_LAST_DAY = (
    r"(?:the )?(?:last day(?: of (?:the|each|every) month)?|last|(?:dia )?ultimo(?: de cada mes)?"
    r"|end of (?:the )?month"
    r"|fin de mes|eom)\b"
)

_DAYS_OF_MONTH = (
    rule(rf"{_THE}(?P<a>{O}|{N}) ?{AND} (?:the |el |los |dia )*{_LAST_DAY}", _day_and_last),
    rule(rf"(?:the )?(?P<a>{O}) ?{AND} ?(?:the )?{O} {W}", _vague),
    rule(
        rf"(?<!between )(?<!between the )(?<!from )(?<!from the )(?:{_EVERY} )?{_THE}(?P<a>{O}) ?{AND} ?"
        rf"{_THE}(?P<b>{O})(?: {_OF_EACH})?(?! (?:payment|one|option|installment|time))",
        _two_days,
    ),
    rule(
        rf"\b(?:el |los |dias? |los dias |el dia |cada )+(?P<a>{N}) y (?:el |los |cada )?(?:dia )?(?P<b>{N})"
        rf"(?: {_OF_EACH})?(?! ?{CURRENCY})",
        _two_days,
    ),
    rule(
        r"(?:^|\b(?:paid|payday|paydays|paid on|payday is|paydays are|on|pagan|cobro|quincenas?|the) )"
        rf"(?P<e>(?:the )?(?P<a>{N}) ?(?:and|&|y|n) ?(?:the )?(?P<b>{N}|{O}))"
        r"(?= ?(?:$|[.,;!?]|of (?:the|each|every) month|de cada mes|del mes))",
        _two_days,
    ),
    rule(rf"(?P<e>(?P<a>{O}) ?{AND} ?(?P<b>{N})){_END}", _two_days),
    rule(rf"(?<!\$)(?<!\$ )(?P<e>(?P<a>{N}) ?{AND} ?(?:the )?(?P<b>{O})){_END}", _two_days),
    rule(
        rf"\b(?:on )?{_EVERY} (?P<n>{O})(?: (?:of|del?) (?:the |every |each |cada )?(?:month|mes))?"
        rf"(?! ?(?:{W}|payment|check|pay))",
        _monthly_on,
    ),
    rule(rf"\bcada (?:dia )?(?P<n>{N}) (?:del|de cada|de) mes\b", _monthly_on),
)

_WEEKDAYS = (
    rule(
        rf"(?:\b(?:on )?the )?(?P<nth>{O}) (?P<day>{W}) (?:of |de )?(?P<month>{_EVERY} {_MONTH})",
        _nth_weekday,
    ),
    rule(rf"\b{_EVERY} (?P<nth>{O}) (?P<day>{W})(?P<month> (?:of|de) (?:the|cada|el) {_MONTH})?", _nth_weekday),
    rule(rf"\b(?:{_EVERY}|los|on|todos los) (?:{W}|{WS}) ?(?:y|and|&|,|n) ?(?:los |every |on )?(?:{W}|{WS})", _vague),
    rule(rf"\b{_EVERY} (?:{_OTHER}|{N}) (?P<day>{W}|{WS})", _weekday("biweekly")),
    rule(rf"(?:\bun )?(?P<day>{W}) (?:si(?: y)? (?:otro |un )?no|de por medio)\b", _weekday("biweekly")),
    rule(
        rf"(?:\b(?:{_EVERY}|todos los|on|los|cada) )?(?P<day>{W}|{WS}) {_EVERY} (?:{_OTHER} (?:week|wk"
        rf"|semana)|dos semanas)",
        _weekday("biweekly"),
    ),
    rule(rf"\b(?:{_EVERY}|todos los|los) (?:single )?(?P<day>{W}|{WS})(?! (?:si|no)\b)", _weekday("weekly")),
    rule(rf"(?:\bon )?(?P<day>{WS})(?! (?:payment|pmt|check|paycheck|installment|pago))", _weekday("weekly")),
)

_COUNTED = (
    rule(
        rf"\b(?:once )?(?:{_EVERY}|todas las|todos los) ?(?P<n>{N}|{_OTHER}|second|couple(?: of)?) ?"
        rf"(?P<unit>{DAYS}|{WEEKS}|{MONTHS})\b",
        _counted,
    ),
    rule(rf"\bcada (?P<n>{N})(?= ?(?:$|[.,;!?]|o|y|que|pero))", _days_unsaid),
    rule(
        rf"(?P<n>{N}|\b(?:a )?couple(?: of)?) (?P<unit>{DAYS}|{WEEKS}|{MONTHS}) (?:apart\b|de diferencia\b)",
        _counted,
    ),
    rule(
        rf"\b{_EVERY} (?P<n>{O}) (?P<unit>week|wk|semana|month|mes)\b",
        _counted,
    ),
)

RULES = (
    rule(rf"\b{_CALLS}\b[^.;!?]{{0,25}}?(?P<e>{_SO_OFTEN})\b", _not_to_pay),
    *needing(f"{O}|{N}", *_DAYS_OF_MONTH, *_COUNTED),
    *needing(G, rule(G, _slashed_days)),
    *needing(f"{W}|{WS}", *_WEEKDAYS),
    rule(
        rf"\b(?:{_EVERY}|todas las) (?P<n>{_OTHER}|couple(?: of)?) ?(?P<unit>{DAYS}|{WEEKS}|{MONTHS})\b",
        _counted,
    ),
    rule(r"\bbi-? ?month?ly\b|\bbimensual(?:es)?\b|\bbimestral(?:es)?\b", _vague),
    rule(
        r"\bsemi-? ?month?ly\b|\btwice (?:a|per|every|each|/) ?month\b|\btwice monthly\b"
        rf"|{N} ?(?:times|veces|x) (?:a|per|every|each|al|por|cada) (?:month|mes)\b"
        r"|\bquin[cs]enal(?:es|mente)?\b|(?:\b(?:cada|por|todas las|a la|x|ala) |c/ ?|/ ?)quin[cs]ena\b",
        _pace("semimonthly"),
    ),
    rule(
        rf"\btwice (?:a|per|every|each) (?:week|wk)\b|{N} ?(?:times|veces|x) (?:a|per|every|each|a la"
        rf"|por) (?:week|wk|semana)\b",
        _vague,
    ),
    rule(rf"\b{_BIWEEKLY}\b", _pace("biweekly")),
    rule(
        r"\bquarterly\b|\b(?:every|each|per) quarter\b|\btrimestral(?:es|mente)?\b|\b(?:cada"
        r"|por) trimestre\b",
        _pace("quarterly"),
    ),
    rule(rf"\b{_PAYDAYS}\b", _pace("payday")),
    rule(
        rf"(?:{N}|{CURRENCY}) ?(?P<e>(?:a|off a|/) (?:pay ?check|pay ?period|pay ?day|check)\b)",
        _pace("payday"),
    ),
    rule(rf"{_WEEKLY}\b", _pace("weekly")),
    rule(rf"{_MONTHLY}\b", _pace("monthly")),
    rule(rf"{N}(?: ?{CURRENCY})? (?P<e>(?:a|per|each|every) quarter\b)(?! of)", _pace("quarterly")),
    rule(rf"{_RATE}(?P<e>{_A_WEEK})", _pace("weekly")),
    rule(rf"{_RATE}(?P<e>{_A_MONTH})", _pace("monthly")),
    rule(rf"{_RATE}(?P<e>(?:a la|ala|la) quin[cs]ena\b)", _pace("semimonthly")),
    *needing(
        N,
        rule(rf"(?:\$ ?)?{N} ?(?P<e>(?:mo|month|mth)\b)(?! (?:plan|old|period))", _after_money),
        rule(
            rf"(?:{N}(?: ?{CURRENCY})?|\b{CURRENCY}) ?(?P<e>(?:a|per|/) ?(?:day|night|shift)\b"
            rf"|al dia\b|diarios?\b|daily\b)",
            _vague,
        ),
        rule(r"\b(?P<e>mensualidades)\b", _pace("monthly")),
    ),
)
