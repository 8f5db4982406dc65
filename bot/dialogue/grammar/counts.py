"""How many payments, and for how long: "4 payments", "x4", "split it in 3", "3 months", "dos semanas"."""

from __future__ import annotations

import re

from bot.dialogue.grammar.model import Count, Duration, Frequency, Vague
from bot.dialogue.grammar.sheet import C, F, Finding, N, Reader, Sheet, Span, needing, rule
from bot.dialogue.grammar.wording import COUPLE, HOW_MANY, UNIT, either


def _count(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """Payments that were made, missed or are left say nothing about a plan."""
    if _NOT_PLANNED.search(sheet.said[: match.start()]) or _NOT_LEFT.match(sheet.said[match.end() :]):
        return None
    many = sheet.whole(match["n"])
    return Count(value=many, **span) if 1 <= many <= 120 else None


def _installments(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "6 mensualidades" is a count and a frequency in one word."""
    word = sheet.said[match.end() : match.end() + 13]
    return _count(sheet, match, span) if word == "mensualidades" else None


def _times(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "4 x 50" is four of 50; "50 x 4" is read from its other end."""
    many, amount = sheet.whole(match["n"]), sheet.first_number(sheet.rest[match.end() :]).value
    return Count(value=many, **span) if 1 <= many < amount else None


def _always(value: int) -> Reader:
    def read(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
        return Count(value=value, **span)

    return read


def _half_months(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return Frequency(value="semimonthly", **span)


_DAYS_IN = {"days": 1, "weeks": 7, "months": 30, "years": 365, "halves": 15}


def _duration(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """How long from now on; how long ago, or for how long already, is nothing."""
    if _UP_TO_NOW.search(sheet.said[: match.start()]):
        return None
    groups = match.groupdict()
    many = sheet.whole(groups["n"]) if groups.get("n") else 2 if groups.get("couple") else 1
    days = many * next(days for unit, days in _DAYS_IN.items() if groups[unit])
    return Duration(days=days, **span) if 0 < days <= 3700 else None


def _loose_duration(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """With no word that asks for it, years are somebody's past or a law."""
    return None if match["years"] else _duration(sheet, match, span)


def _and_a_half(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    groups = match.groupdict()
    many = sheet.whole(groups["n"]) if groups["n"] else 1
    unit = next((days for unit, days in _DAYS_IN.items() if groups.get(unit)), 0)
    if unit < 30:  # half of a week is no number of days
        return Vague(kind="about_when", **span, question="which_date")
    return Duration(days=many * unit + unit // 2, **span)


_KIND = either(
    """equal | easy | even | small | smaller | separate | different | more | little | simple | low | full
    | pequenos"""
)
_PAYMENTS = (
    either(
        """payments? | paymnts? | paymets? | paymens | payements? | pymts? | pmts? | pymnts? | installments?
        | instalments? | instalmants? | pagos? | pagitos? | abonos? | cuotas? | partes? | parcialidades
        | exhibiciones | parts? | splits | chunks? | pieces"""
    )
    + r"\b"
)
_NOT_PLANNED = re.compile(
    r"\b"
    + either(
        """missed | made | skip | skipped | behind | (?<!if i )did | last | late on | paid | sent | took | tomaron
        | see | had | eran | fueron | were | other | next | first
        | have | got | owe | hice | debo | llevo | quedan | faltan | ultimos | hecho | primeros | past
        | previous
        | deje de hacer | proximos"""
    )
    + r"(?: (?:the|my|like|about|los|mis|las|only|next|last))* ?$"
)
_NOT_LEFT = re.compile(
    " ?"
    + either(
        r"""left | remaining | behind | late | already | ago | atrasad\w* | missed | to go | you took | went
        | overdue | past due | ya | came | out of | cleared | posted | from me | were | hit | showing"""
    )
    + r"\b"
)
_UP_TO_NOW = re.compile(
    r"\b"
    + either(
        """last | past | been | since | hace | ultim[oa]s | llevo | im | tengo | i am | hes | shes | worked
        | working | debo | owe
        | previous | over a | had this | had this # | had it | had | lived | married | by | after | took"""
    )
    + r"(?: (?:there|here|it|for|like|about|over|almost|como|casi|mas de|unos|the|maybe|los|these))* ?$"
)
_NOT_LENGTH = (
    "(?! ?-?"
    + either(
        r"""ago | old | late | behind | past due | overdue | pregnant | de edad | atras | de retraso
        | atrasad\w*
        | tarde | end | sober | earlier | before | prior | antes | after | left | apart | despues | into | in a row | from | straight"""
    )
    + r"\b)"
)
_SPLIT = either(
    r"""split | spread | break | divide | dividing | divided | chop | cut | dividir\w* | partir\w*
    | separar\w*
    | repartir\w*"""
)
_NO_UNIT = (
    r"(?! ?-?(?:days|weeks|months|wks|mos|years|yrs|dias|semanas|meses|dollars|bucks"
    r"|dolares|ways|quincenas|%))"
)
_ASKING = either(
    """for | give | give me | need | needs | want | wait | have | take | get | por | dame | deme | denme
    | me da | me dan
    | necesito | ocupo | quiero | espere | esperar | esperen | esperarme | pause | pausar | over | durante
    | extend | push it | push it back | push back | push this back | stretch it to | stretch it out to
    | extension of | en un plazo de | plazo de | in | hold off | hold"""
)
_HEDGES = r"(?:(?:me|for|about|like|maybe|the next|los proximos|las proximas|up to|unas|unos) )*"
_MORE = r"(?:more|extra|full|additional|mas|otros|otras|other)"
_LENGTH = rf"{HOW_MANY} ?-?(?:{_MORE} )?-?{UNIT}(?: (?:more|mas|extra|longer)\b)?"
_SURE_LENGTH = rf"(?:(?P<n>{N})|\b(?P<couple>{COUPLE})) ?-?(?:{_MORE} )?-?{UNIT}(?: (?:more|mas|extra|longer)\b)?"
_ONE_PAYMENT = either(
    """(?:one|single)[ -]?time payments? | (?:in )?(?:a |one )?single (?:lump sum )?payment
    | (?:in )?one (?:lump sum )?payment(?= (?:of|for) ) | in one (?:lump sum )?payment | (?:in )?one lump sum
    | (?:en )?un (?:solo|unico) (?:pago|abono)
    | (?:un )?pago unico
    | (?:en )?una sola (?:exhibicion|vez) | en un pago | en una exhibicion"""
)

_COUNTS = (
    rule(rf"(?P<e>(?P<n>{N})) (?={F}{{13}}(?!{F}))", _installments),
    rule(rf"(?P<e>(?P<n>{N}) ?-?(?:{_KIND} )*{_PAYMENTS})", _count),
    rule(rf"(?P<e>(?P<n>{N})) ?-?(?:{_KIND} |{F}+ )*{_PAYMENTS}", _count),  # the rhythm between is a thing of its own
    rule(
        rf"\b(?:in|into|of|en|de|over) (?:my |the |mis |las )?(?:next "
        rf"|proximas )?(?P<e>(?P<n>{N})) (?=quincenas\b)",
        _count,
    ),
    rule(rf"(?<={C} )quincenas\b", _half_months),
    rule(
        rf"\b{_SPLIT}(?: (?:[a-z]+|\$? ?{N})){{0,4}}? (?:in ?to|in|up in|by|over|en"
        rf"|entre) (?P<e>(?P<n>{N})){_NO_UNIT}",
        _count,
    ),
    rule(rf"\b{_SPLIT}(?: [a-z]+){{0,2}} (?P<e>(?P<n>{N}) ways)\b", _count),
    rule(
        rf"\b(?:pay|paid|do|it|paying)(?: it| this| that)?(?: off)? (?:in|over) (?P<e>(?P<n>{N}))"
        r"(?= ?(?:$|[.,;!?]|pls|please|if))",
        _count,
    ),
    rule(rf"(?<!\$)(?<!\$ )(?P<e>(?P<n>{N}) ?(?:x|@|of|de))(?= ?\$? ?{N})", _times),
    rule(rf"(?:\bx|\*) ?(?P<n>{N})(?![\d%])", _count),
    rule(rf"{N}(?: ?{F}+)? ?,? (?P<e>(?P<n>{N}) ?(?:times|veces|x)\b)", _count),
    rule(rf"\b(?:pago|pagar|pagarlo|pay|pay it) (?:en |in )?(?P<e>(?P<n>{N}) (?:veces|times))\b", _count),
)

# "2 and a half months"; read before a half alone is.
HALF_RULES = (
    rule(rf"(?:(?P<n>{N})|\b(?:an?|one|una?))? ?{UNIT} (?:and a half|y medi[oa])\b", _and_a_half),
    rule(rf"(?P<n>{N}) (?:and a half|y medi[oa]) {UNIT}", _and_a_half),
)

RULES = (
    rule(rf"\b{_ONE_PAYMENT}\b", _always(1)),
    rule(r"\b(?:in|into) (?:two|2) halves\b", _always(2)),
    *needing(N, *_COUNTS),
    rule(rf"^ ?(?P<e>{_LENGTH}) ?[?.!]*$", _duration),
    rule(rf"\b{_ASKING} {_HEDGES}(?P<e>{_LENGTH}){_NOT_LENGTH}", _duration),
    rule(rf"(?<!la )(?<!el )\b(?:another|otro|otra) (?!day|dia){UNIT}{_NOT_LENGTH}", _duration),
    rule(rf"\buna? (?P<e>{UNIT} mas)\b", _duration),
    rule(rf"(?P<e>{_SURE_LENGTH}){_NOT_LENGTH}", _loose_duration),
)
