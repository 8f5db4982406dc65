"""Numbers and days that are neither money nor a promise: clock times, ages, options, scores, addresses."""

from __future__ import annotations

import re

from bot.dialogue.grammar.sheet import Finding, Ignore, N, O, Sheet, Span, W, X, ignore, named, needing, rule
from bot.dialogue.grammar.wording import CURRENCY, PLAIN_UNIT, either

_PER = r"(?:an?|per|each|every|/|al?|a la|por|cada)"
_SPAN = r"(?:days?|weeks?|wks?|months?|years?|hours?|dias?|semanas?|mes(?:es)?|anos?)"
_CLOCK = r"(?:a\.?m\b\.?|p\.?m\b\.?|o ?clock|en punto)"
_SHORT = r"(?:hrs?|hours?|mins?|minutes?|secs?|seconds?|horas?|minutos?|segundos?)\b"
_RATES = r"a (?:week|month)|per |every |weekly|monthly|biweekly|/|mensual|al mes|por "
_MONEY = rf"(?: ?(?:\$|{CURRENCY}\b|k\b|{_RATES}))"


def _clock(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "5pm" is a time; "75pm" is 75 per month."""
    return Ignore() if 0 <= sheet.first_number(match[0]).value <= 12 else None


def _so_often(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "30 times a week" tells of calls; "two times a month" is how often people pay."""
    return None if sheet.first_number(match[0]).whole == 2 else Ignore()


def _hour(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "before 5", "at five thirty"."""
    number = sheet.first_number(match["e"])
    half_past = number.spoken and number.whole % 100 in (0, 15, 30, 45) and number.whole < 1300
    return Ignore() if half_past or 1 <= number.whole <= 12 else None


def _hours(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "9 to 5", "8-4"."""
    first, last = sheet.whole(match["a"]), sheet.whole(match["b"])
    both = 1 <= first <= 12 and 1 <= last <= 12
    return Ignore() if both and (last < first or match["cue"]) else None


def _for_a_year(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "50 a month 4 a year"."""
    return Ignore() if match["e"] and sheet.number(match["e"]).raw == "4" else None


def _score(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "7 de 10" is a score; "2 de 50" are two payments."""
    return Ignore() if sheet.whole(match[0][-1]) <= 12 else None


def _digits(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "three two eight oh one" is a postcode read aloud."""
    values = [sheet.whole(letter) for letter in match[0] if "\ue000" <= letter <= "\ue3ff"]
    return Ignore() if all(0 <= value <= 9 for value in values) else None


def _clock_time(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "8 30"."""
    hour, minute = sheet.whole(match[0][0]), sheet.number(match[0][-1]).raw
    return Ignore() if 1 <= hour <= 12 and minute in ("00", "15", "30", "45") else None


def _age(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return Ignore() if 1 <= sheet.first_number(match["e"]).whole <= 110 else None


def _work_week(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "monday to friday" says when people work; "from friday to monday" moves a payment."""
    return Ignore() if named(match["first"]) == 0 else None


_AFTER_HOUR = either(
    f"""$ | [.,;!?{X}] | (?:im | i am | i | on | in | cuz | because | bc | when | tomorrow | today | tonight
    | plz
    | pls | please | each day | every day | to | and | or)\\b"""
)
_HE_IS = either(
    """im | i am | hes | shes | he is | she is | (?:he|she|i) was | aged? | turned | turning | turns?
    | (?:mom|mother|dad|father|husband|wife|son|daughter|grandma|grandpa|kid|baby) is"""
)
_BORN = either(
    """dob | d\\.o\\.b\\.? | birth ?day | bday | b-day | birth ?date | date of birth | born
    | fecha de nacimiento | naci
    | nacid[oa] | cumple | cumpleanos | cumplo anos | soy del"""
)
_THING = either(
    """options? | opcion(?:es)? | choice | number | numero | num | answer | plan | chapter | ch | chp | chptr
    | cap | capitulo | section
    | sec | seccion | apt | apto | apartment | suite | ste | unit | room | rm | floor | lot | bldg | box
    | route | rt
    | hwy | highway | line | page | step | part | level | grade | form | calle | casa | depto | act | channel
    | bus
    | exit | pier | gate | size | age | edad | door | interstate | district | ward | title"""
)
_THINGS = r"(?:kids?|children|hijos|ninos|jobs?|people|personas|(?:months?|weeks?) pregnant|mil(?:e|la)s?)"
_STREET = r"(?:st|street|ave|avenue|rd|road|dr|drive|blvd|ln|lane|way|court|ct|calle)"

RULES = (
    *needing(
        N,
        rule(rf"\b(?:between|entre|from|de) (?:las? )?{N} (?:and|y|to|a) (?:las? )?{N} ?{_CLOCK}", ignore),
        rule(rf"(?P<e>{N} ?{_CLOCK})(?! ?max)", _clock),
        rule(
            rf"\b(?:a|de|desde|hasta|antes de|despues de|tipo) las? (?P<e>{N}(?: y media"
            rf"| y cuarto)?)(?! {CURRENCY})",
            _hour,
        ),
        rule(rf"(?:\$ ?)?(?P<e>{N} ?{_SHORT}(?: (?:to|a|down to) {N}(?! ?(?:\$|{CURRENCY}\b)))?)", ignore),
        rule(
            rf"{N}(?: ?(?:to|-|or|a|o) ?{N})? ?(?:times?|x|veces|calls|texts|llamadas"
            rf"|mensajes) {_PER} ?{_SPAN}\b",
            _so_often,
        ),
        rule(
            r"(?:\b(?P<cue>work(?:ing|s)?|shift|open|trabajo|from|de) ?)?"
            rf"(?P<e>(?P<a>{N}) ?(?:-|to|til|till|a) ?(?P<b>{N}))(?!{_MONEY})",
            _hours,
        ),
        rule(
            rf"\b(?:around|about|tipo) (?P<e>{N})(?= ?{_AFTER_HOUR})(?!{_MONEY})",
            _hour,
        ),
        rule(
            rf"\b(?:before|after|b4|until|til|till|by|at|past) (?P<e>{N})(?!{_MONEY}| ?{PLAIN_UNIT}"
            rf"| ?%| payments?\b| pagos?\b)",
            _hour,
        ),
        rule(rf"{N} ?-?(?:(?:years?|yrs?|yr|anos?) ?-?old\b|yo\b|y/o\b|years? of age)", ignore),
        rule(rf"\b(?:tengo|tiene|cumplo|cumpli) {N} anos?\b", ignore),
        rule(
            rf"\b{_HE_IS} (?:only |almost |about |like )?(?P<e>{N})(?! ?{CURRENCY}\b)"
            r"(?! (?:short|behind|below|down|over|under))",
            _age,
        ),
        rule(rf"\b(?:call|dial|marque|llame al|text) (?P<e>{N})(?= ?(?:$|[.,;!?]))", ignore),
        rule(rf"(?<=\S )(?P<e>{N}) a year\b", _for_a_year),
        rule(rf"(?P<n>{N}) (?:of|de) {N}(?! ?(?:{CURRENCY}|\$))", _score),
        rule(
            rf"{N} (?:out of|outta|de cada|times|plus|minus|equals|squared|divided by) {N}(?! ?{CURRENCY})",
            ignore,
        ),
        rule(rf"{N} por {N}(?! ?(?:{CURRENCY}|{_SPAN}|{_MONEY}))", ignore),
        rule(rf"(?:{N}|one|uno)(?:[ ,-]{{1,2}}(?:(?:oh|o|cero) )?(?:{N}|one|uno)){{2,}}", _digits),
        rule(rf"{N} {N}(?! ?{CURRENCY})", _clock_time),
        rule(rf"\bentre las? {N} y las? {N}", ignore),
        rule(rf"{N} ?(?:days|dias|nights|noches|shifts|turnos) {_PER} ?{_SPAN}\b", ignore),
        rule(
            rf"\b(?:tenia|tiene|hij[oa]s? de|ninos? de|kids? of|rate (?:it|this|that|you) an?"
            rf"|son las) (?P<e>{N})(?! ?(?:{CURRENCY}|\$))",
            _age,
        ),
        rule(rf"(?<!\$){N} (?:n|s|e|w|ne|nw|se|sw|north|south|east|west)\.? (?:{N}|{O})", ignore),
        rule(rf"\b(?:lose|lost|gain|gained|weigh|weighs) {N} (?:pounds|lbs|kilos)\b", ignore),
        rule(
            rf"\b(?:hours?|hrs|shifts|horas)\b[^.;!?,]{{0,16}} (?:to |a |down to |por )?(?P<e>{N} ?(?:a"
            rf"|per|/|por|a la) ?(?:week|wk|semana))\b",
            ignore,
        ),
        rule(rf"{N} {_THINGS}\b", ignore),
        rule(rf"(?:\$ ?)?{N} ?(?:an|per|/|la|por) ?(?:hour|hr|hora)\b", ignore),
        rule(rf"{N} [a-z]+ {_STREET}\b", ignore),
    ),
    rule(r"\b(?:my|your|mis|tus|sus) \S+ (?:cents|centavos)\b", ignore),
    rule(
        rf"\b{_THING} (?:is |no\.? |number |# ?|numero )?(?P<e>{N}|{O}|one|two)(?! ?{CURRENCY}\b)",
        ignore,
    ),
    rule(rf"\b{_BORN}\b[^;!?]{{0,45}}", ignore),
    rule(
        rf"(?:{N} )?\b(?:texts|calls|times|messages|letters|emails|veces|llamadas|mensajes) (?:in"
        rf"|en) (?:one|an?|the|una?|{N}) ?"
        rf"(?:last |past )?{_SPAN}\b|\bni hoy\b",
        ignore,
    ),
    rule(
        r"\b(?:monthly|weekly|biweekly|mensual) (?:benefits?|income|budget|statements?|expenses?|bills?"
        r"|rent|ingresos?|gastos?|report)\b",
        ignore,
    ),
    *needing(
        f"{N}|{O}",
        rule(rf"(?:{N}|{O}) (?:one|ones|uno|una)\b(?! (?:time|payment|lump))", ignore),
    ),
    rule(
        r"\b(?:la|el|las|los) (?:semanas?|mes|ano|quincena) pasad[oa]s?\b|\b(?:las?|this past"
        r"|the past) (?:week|wk|month|year|payday"
        r"|pay ?check|summer|winter|fall|spring|night)\b|\blast (?:week(?! of)|wk|month|year|pay ?day|pay ?check"
        r"|summer|winter|night|time)\b"
        r"|\bel ano pasado\b",
        ignore,
    ),
    *needing(
        W,
        rule(rf"(?P<first>{W}) ?(?:-|to|through|thru|thur|a) ?{W}", _work_week),
        rule(rf"\b(?:black|good|palm|cyber|ruby) {W}|{W} school\b", ignore),
    ),
)
