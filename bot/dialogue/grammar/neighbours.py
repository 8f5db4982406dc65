"""Whether a bare number is money, by the words beside it: small words may follow a sum, a noun is a thing."""

from __future__ import annotations

import re

from bot.dialogue.grammar.about import topic
from bot.dialogue.grammar.numbers import Number
from bot.dialogue.grammar.sheet import A, C, D, F, M, N, P, U, V, X
from bot.dialogue.grammar.wording import MONEY_VERB, any_of

# Small words that may follow a sum of money: "50 and", "20 please", "40 por", never "3 kids".
_ENGLISH = """
    and n nd or but then if when until till til is was are work works would will should could can cant
    okay ok k maybe mabe max tops min minimum maximum now rn today tonight down upfront up each apiece ea
    total for from on by at every per a as to in more right just first later after afterwards before with
    w cause cuz cus because bc since so it its it'll that thats this im i id ill ive my me you u ur we he
    she they not no yes yeah yea yep nope only all altogether together less extra again once cash card
    please pls plz plss thx thanks thank lol lmao haha bro bruh sir maam man dude tho though instead the
    which while unless still best fine good great sounds either also too even flat starting start
    beginning how last what toward towards off out here there have get like around about rather next wont
    dont doesnt isnt aint never any some deal final take does do did has had were be being goes going
    gonna wanna through thru against between both than them those these him her his our your their where
    why who better real rest asap settle settlement close ish plus minus apart initial deposit payment
    completos enteros verdad cierto correcto correct guys promise tbh idk ngl fr hope hopefully lets let could
    would may might must think guess know see say said told
    tell call according because until unless nos vamos que solamente solo nada tengo esperando ojala creo segun
    over split divided coming back fee late left zelle debit cashapp wait sorry scratch correction actually
    make wouldnt sometime o u
"""
_SPANISH = """
    y e o u pero si por al a cada el los las en hoy manana ahora ahorita ya nomas nada solo mas menos
    maximo minimo para es esta seria estaria bien cuando hasta luego despues entonces como le lo me te se
    porque pues mientras de del que la quizas tal aunque favor porfa porfavor gracias mejor perdon digo
    sino son no puedo pago doy inicial enganche una ustedes usted todo su mi con sin balance enseguida de
    abono al empezando iniciando comenzando commencing begining arrancando otros otras ssi ssdi disability
    cerrados dividido repartido unemployment incluyendo twice double
"""
# After a day, words of money are no small words: "the 2nd payment".
_MONEY_ONLY = """
    payment deposit card cash debit one initial last rest some close final deal take abono
"""
DAY_FOLLOWERS = any_of(
    set((_ENGLISH + _SPANISH + " morning afternoon evening night day of every each pay ok payday sharp").split())
    - set(_MONEY_ONLY.split())
)
_FOLLOWERS = any_of(set((_ENGLISH + _SPANISH).split()))
_MAY_FOLLOW = re.compile(
    rf" ?(?:$|[.,;!?)\"*+=&~]|-(?![a-z]{{3,}})| - |/(?!\d)|[{D}{F}{P}{C}{U}{V}{A}{X}]|of (?:it|that|this)\b"
    rf"|[a-z]+ly\b|{_FOLLOWERS}(?![a-z]))"
)
_THINGS = re.compile(rf" ?(?:[a-z]+s\b|{N}|%)")

_HEDGING = """
    you u yall him them le les like about around bout only maybe at up to just solo unos unas como nomas
    hasta lo another the down please say probably possibly least most me te otros con nothing but de
    aproximadamente quizas than more over mas que abonarle
"""
_HEDGES = any_of(_HEDGING.split())
_VERB_BEFORE = re.compile(rf"\b{MONEY_VERB} (?:{_HEDGES} ){{0,4}}$")

_NAMED = """
    since room been age aged year years desde ano called error code codigo digits digitos mile exit born
    case ref cuenta account acct zip dob form covid top size iphone route track address block agent rep
    badge circa version windows page ending ended nacido naci nacida apt bus number numero section seccion
"""
_NAMED_THINGS = any_of(_NAMED.split())
_NEVER_BEFORE = re.compile(
    rf"(?:\b(?:{_NAMED_THINGS}|lives? (?:at|in)|vivo en)(?: (?:is|es|no|num|number|numero|at|in|en|of|el"
    rf"|on))*[ :#]*|#|{M} |\d|[a-z]-)$"
)
_INSIDE = re.compile(r"\b(?:in|of|en) $")
_SUM_OF = re.compile(
    rf"\b(?:out|payments?|pmts?|total|max|maximum|min|minimum|instead|installments?|offer|tune|amount"
    rf"|settlement|sum|deposit|balance"
    rf"|income|bill|most|all|put|pay|send|debt|credit|refund|increments?|chunks?|check|down|lowest|rent"
    rf"|instead|increments) (?:of|in) $"
    rf"|[{C}{F}{U}] (?:of|de) $|\bvez de (?:en )?$|\b(?:queda|quede|quedamos|dej[a-z]+|salio|sale) en (?:unos )?$"
)
_NEVER_AFTER = re.compile(
    r"(?: ?(?:%|°|:|am\b|pm\b|st\b|th\b)|-[a-z]{3,}| ?/ ?\d| of\b(?! (?:it|that|this|those|them)\b)"
    r"| (?:years?|yrs?|hours?|hrs|min|mins|minutes?|kids?|people|times"
    r"|days?|weeks?|months?|dias?|semanas?|meses|anos?|veces|hijos|ninos|personas|miles|lbs|shifts?"
    r"|different|calls|emails|texts|payments"
    r"|the next(?! (?:week|month|day))|pagos|other|jobs|bills|debts|accounts)\b)"
)
_EACH = (
    r"(?:each|ea|apiece|a piece|per payment|a payment|c/?u|cada un[oa]|por pago|por cuota|cada pago"
    r"|every time|a pop)"
)
_RHYTHM_AFTER = re.compile(
    rf" ?,? ?(?:(?:max|tops|maybe|or so|more|even|mas|o menos) )?(?:{F}|{_EACH}\b| ?x ?{N}| ?x ?{C}"
    rf"| ?,? ?{C})"
)
_RHYTHM_BEFORE = re.compile(
    r"(?:" + F + r"|\b(?:payments?|installments?|pagos|cuotas|abonos) (?:of|de)) "
    r"(?:i can (?:do|pay|swing|manage) |of |de "
    rf"|puedo (?:dar |pagar )?|like |maybe |about )*$|{C} (?:of |de )?(?:like |about )?$"
)


_BEFORE_SMALL = re.compile(
    r"(?:^|[.,;!?] ?|\b(?:like|about|only|how about|how bout|what about|just|can|least|most|max|minimum"
    r"|than|up to|to|around|bout"
    r"|maybe|said|meant|dije|solo|unos|nomas|hasta|mejor|que tal|como|mas|menos|maximo|minimo|not|no|ok|okay"
    r"|yes|si|have"
    r"|got|tengo|then|luego|and|y|n)"
    rf" |[{A}{D}] ?)$"
)
_AFTER_SMALL = re.compile(
    rf" ?(?:$|[.,!?]|[{D}{F}{P}{C}{V}]|(?:now|rn|today|tonight|down|upfront|ahora|hoy|ahorita|max|tops)\b)"
)


def _small_sum(before: str, after: str) -> bool:
    """5 to 12 are hours, scores and children as often as sums: both sides must fit."""
    return _BEFORE_SMALL.search(before) is not None and _AFTER_SMALL.match(after) is not None


def rhythmic(before: str, after: str) -> bool:
    """Paid again and again: "3 a week", "payments of 4"."""
    return _RHYTHM_AFTER.match(after) is not None or _RHYTHM_BEFORE.search(before) is not None


def is_money(number: Number, before: str, after: str) -> bool:
    """By what stands before and after it in the rest of the text."""
    rhythm = rhythmic(before, after)
    verb = _VERB_BEFORE.search(before) is not None
    about = number.value > 12 and topic(before, after) is not None
    if number.value <= 12 and not (rhythm or verb and not before.endswith("did ") or _small_sum(before, after)):
        return False
    if _NEVER_AFTER.match(after) or not (about or rhythm) and _never_before(before):
        return False
    if not _size_fits(number, sure=rhythm or verb, likely=about, least=1 if rhythm else 5):
        return False
    told = verb or about or _RHYTHM_BEFORE.search(before) is not None
    follows = _MAY_FOLLOW.match(after) or _RHYTHM_AFTER.match(after)
    return follows is not None or (told and not _THINGS.match(after))


def _never_before(before: str) -> bool:
    return bool(
        _NEVER_BEFORE.search(before)
        or before.endswith(("out of the ", "soy del "))
        or (_INSIDE.search(before) and not _SUM_OF.search(before))
    )


def _size_fits(number: Number, *, sure: bool, likely: bool, least: int) -> bool:
    """Years, postcodes and endings of accounts look like sums; such numbers need a verb or a rhythm."""
    if number.value < least or number.raw[:1] == "0" or long(number, 7):
        return False
    if sure or not long(number, 4):
        return True
    looks_like_year = 1900 <= number.value <= 2099
    return not long(number, 5) and not looks_like_year and (likely or number.whole % 100 == 0)


def long(number: Number, digits: int) -> bool:
    """Written with so many digits and no separator."""
    return number.raw.isdigit() and len(number.raw) >= digits
