"""What people take back ("not 50, 40", "75 is too much", "wont have it fri"), and what they tell as past."""

from __future__ import annotations

import re

from bot.dialogue.grammar.model import Day, Frequency, Vague
from bot.dialogue.grammar.sheet import A, C, D, F, P, Placed, Sheet, U, V
from bot.dialogue.grammar.wording import either

_THE = (
    r"(?: ?"
    + either(
        """the | on | for | by | like | at | to | even | el | los | la | de | con | por | para | of | a
        | este | this
        | my | any | that | about | around | all | pay | paying | dar | pagar | do | another | your | whole
        | full
        | entire | it | money | payment | installment | enough | anything | u | you | yall | next | in"""
    )
    + r"\b)*"
)
_CANT = either(
    """cant | cannot | can not | couldnt | could not | cnt | wont | will not | wouldnt | unable to
    | not able to
    | not gonna | not going to | aint | dont | do not | didnt | never"""
)
_CANT_DO = rf"{_CANT} (?:be able to )?" + either(
    """have | make | do | pay | get | afford | manage | swing | handle | give | send | spare | come up with
    | keep up with | commit to | take | charge | run | draw | pull | debit"""
)
_NO_WAY = (
    r"no way (?:that )?(?:i|we)(?: can| could|m gonna)? "
    r"(?:do|pay|afford|make|manage|swing|handle|come up with)"
)
_NO_PUEDO = (
    r"no (?:le |les |me )?(?:puedo|podria|podre|alcanzo|llego a|tengo|voy a poder|voy a tener|tendre|voy a pagar)(?: "
    + either(
        """con | dar | darle | darles | pagar | pagarle | pagarles | abonar | hacer | hacerlo | pagarlo
        | mandar
        | juntar | completar | para | los | el | esos | lo | tanto | la"""
    )
    + ")*"
)
_INSTEAD = either(
    """instead of | rather than | en (?:vez|lugar) de(?:l| los| el)? | not paying | not giving | not sending
    | not doing
    | dont want | no quiero"""
)
_UNTIL = r"(?:until|till|til|hasta|sino hasta|before|unless|but not)"
_FILL = r"[ ,.;:!?*()\"-]*"
_SOFT = either(
    """but | just | only | rather | more like | like | maybe | its | is | mejor | sino | pero | son | es
    | the | el | on
    | i meant | i said | try | how about | what about | make it | nomas | solo | que sea | i can do
    | could do | can do
    | lo | doy | le doy | a"""
)
_TURN = either(
    """i mean | i meant | i ment | meant | actually | acutally | no wait | wait no | wait | nvm | nevermind
    | never mind
    | sorry | oops | correction | scratch that | digo | perdon | quise decir | mejor dicho | mejor
    | better yet | rather
    | make (?:it|that) | no | nope | nah | strike that | my bad | typo | o sea | mas bien"""
)
_SEEMS = r"(?: (?:is|its|was|seems|sounds|are|thats|would be|es|son|esta|se me hace|me parece))?"
_SO = r"(?: (?:way|just|a bit|still|kinda|far|a little|really|muy|demasiado|mucho|pretty|more|un poco|bien))*"
_TOO_MUCH = (
    rf"{_SEEMS}{_SO} "
    + either(
        """too (?:much|high|steep|soon|early|expensive|many|rich|hard|far|late) | mucho | muchisimo
        | demasiado | caro
        | alto | 2 much | to much | to high | more than i can(?: do| afford| pay)?
        | out of (?:my )?(?:reach|budget)
        | (?:would|will|gonna|is gonna) kill me | kills me | me matan? | bankrupts me | out of the question
        | impossible | not possible | not doable | imposible | pronto | nuts | crazy
        | insane
        | ridiculous | a joke | a lot | wild | steep | no good | not good | bad | a no | too short | too long"""
    )
    + r"\b"
)
_WONT_WORK = (
    r" ?,?(?: (?:off )?(?:wont|doesnt|dont|does not|is not gonna|isnt gonna|aint gonna|not gonna|will not"
    r"|cant)"
    r" (?:work|happen|be possible|do)| (?:isnt|is not|aint) (?:enough|good enough|good|ok|okay|gonna work"
    r"|going to work)| (?:is|are) (?:out|off the table|not happening)|(?: is| es)? (?:not possible|impossible)"
    r"| no (?:puedo|me alcanza|me queda|se puede|voy a poder))\b"
)
_NOT_UNTIL = "".join(
    f"(?<!{word})" for word in ("hasta ", "hasta el ", "until ", "until the ", "til ", "til the ", "antes del ")
)
_MOVE = (
    r"\b(?:move|push|change|switch|reschedule|bump|cambi\w+|mov\w+|muev\w+|pas\w+|recorr\w+)\b"
    r"[^.;!?\ue000-\uf8ff]{0,30}? "
)


def _ways(mark: str) -> list[str]:
    """How a thing of one kind is taken back; the group `out` is the thing."""
    alone = f"(?<!{A})(?<!{A} )(?<!{F})" if mark == F else ""  # "75 a month is too much" refuses the 75
    out, another = f"{alone}(?P<out>{mark}+)", f"{mark}+"
    rhythm = f"(?: ?[{F}{V}]+)?" if mark != F else ""
    beside = rf"(?: ?[{A}{D}{F}{P}]+)?"
    return [
        rf"(?<!why )(?<!if )\b(?:not|isnt|no (?:son|es|eran|era|seria)){_THE} ?{out}(?! ?(?:or|o) (?:more"
        rf"|mas))",
        rf"\b{_INSTEAD}{_THE} ?{out}",
        rf"\b(?:{_CANT_DO}|{_NO_WAY}){_THE} ?{out}(?!{rhythm} ?{_UNTIL})",
        rf"\b{_NO_PUEDO} ?{out}(?!{rhythm} ?(?:{_UNTIL}|si\b))",
        rf"{out}{rhythm}{_TOO_MUCH}",
        rf"{_NOT_UNTIL}{out}{rhythm}{_WONT_WORK}",
        rf"\b(?:no|nope|nah) (?:el |los |la |the |de )?{out}{rhythm}(?=[ ,.;:-]){_FILL}(?:{_SOFT}["
        rf" ,]*)*{another}",
        rf"{out}{beside}{_FILL}{_TURN}{_FILL}(?:(?:{_SOFT}|{_TURN}){_FILL})*{another}",
        rf"{out}{rhythm} ?,? no ?[,.] ?(?:el |los |the )?{another}",
        rf"(?:\b(?:pero|but|y|and)|,) (?:el |los |the )?{out}{rhythm} (?:no|nope|isnt|is not|aint)\b"
        r" ?(?=$|[.,;!]|(?:cause|cuz|bc|because|porque|sorry|rn|right now)\b)",
        rf"\bni (?:los |el )?{out}",
        rf"\b(?:typed|put|wrote|said|entered|puse|escribi|dije|mande)(?: in)?{_THE} ?{out}{rhythm} "
        r"(?:by (?:mistake|accident)|por (?:error|equivocacion))\b",
        rf"\b(?:over my dead body|not in this life|no way in hell|ni (?:muert|loc)[oa])\b[^.,;!?]{{0,20}} {out}",
        rf"\b(?:mejor|prefiero|better|rather|easier)\b[^.;!?]{{0,25}} (?:que"
        rf"|than) (?:el |la |a |por |the |on )?{out}",
    ]


_PUT_IT = (
    r"(?:(?:move|push|change|make|switch|do|slide|shift|run|take|put|bump) (?:it|that|this|them|my payment"
    r"|the payment)"
    r"|(?:can|could) (?:it|that|that payment|the payment) (?:be|go)|(?:mueva|cambie|ponga|pase|corra|deje"
    r"|haga|cobre)(?:lo|la|melo|mela)"
    r"|(?:pase|mueva)me el pago)(?: (?:back|up|over|out))?"
)
_MOVED = (
    rf"^[^{A}{P}]*?(?P<out>{D}+)[^{A}{P}{D}]{{0,60}}?\b{_PUT_IT}(?: (?:to|on|for|til|till|until|al?|para"
    rf"|pal?))?(?: (?:the|el))? {D}",
    rf"{_MOVE}(?P<out>{D}+)(?: {A}+)? ?(?:to|al?|till|until|hasta|for|para)\b",
    rf"(?P<out>{D}+) (?:payment )?(?:be |get )?(?:moved|pushed|changed|switched"
    rf"|bumped)(?: back)? to (?:the )?{D}",
    rf"\b(?:cant|cannot|can not|cant do|no puedo) (?:on |by |do |it )*(?:the |el )?(?P<out>{D}+)",
    rf"\bel del (?P<out>{D}+)(?=.*{D})",
    rf"\bno (?:me |lo |la )?(?:cobren?|saquen?|tomen?|descuenten?|hagan?|pasen?|cargen?)(?: el| lo"
    rf"| la)* ?(?P<out>{D}+)",
    rf"(?P<out>{D}+) payment (?:be |get |go )?(?:moved |pushed |changed )?to (?:the )?{D}",
)
_PATTERNS = {
    mark: [re.compile(way) for way in (*_ways(mark), *(_MOVED if mark == D else ()))] for mark in (A, D, F, P, C, U)
}

# Verbs that say that something has happened; the day or the number beside them is no promise.
_NOT_DONE = "".join(
    f"(?<!{word} )"
    for word in [
        "get",
        "gets",
        "getting",
        "be",
        "im",
        "am",
        "being",
        "been",
        "til",
        "until",
        "when",
        "after",
        "is",
        "are",
        "was",
    ]
)
_PAST = re.compile(
    rf"\b(?:{_NOT_DONE}(?:paid|pd)|(?<!que )pague(?= ?{A})|(?:he|ha|han|hemos) [a-z]+(?:ado|ido|cho|sto)|"
    + either(
        """filed | sent | mailed | lost | laid off | layed off | was | were | died | passed | fired | made
        | called
        | received | started | bought | opened | closed | moved | quit | missed | spoke | talked | happened
        | declined
        | charged | stolen | came | went | since | yesterday | discharged | cancelled | canceled | signed
        | left | hit
        | been | had | got hurt | got sick | born | did | took | gave | stopped | in the hospital | desde
        | murio | fallecio
        | perdi | hice | mande | envie | deposite | fue | era | eran | estaba | tuve | ayer | pagaron
        | cobraron
        | despidieron | corrieron | ya pague | lo pague | la pague | le pague | les pague | pague ya | declare
        | cancele | abone | naci | llame | hable | evicted | separated | diagnosed | admitted | released
        | furloughed
        | terminated | suspended | hospitalized | injured | broke | crashed | destroyed | repossessed
        | divorced | let go
        | walked | ended | gone | dated | tried | falle | firme | pedi | di | vendi | sali | recibi | pagaste
        | mandaron
        | enliste | llego | ya pago (?:eso|esto|esa|todo)"""
    )
    + r")\b"
)
# For how long and for what share, any verb in the past says so: "my wages were reduced by a third".
_SUBJECT = (
    r"(?:^|[.;!?,] ?|\b(?:i|we|he|she|they|you|u|it|and|just|already|never|who"
    r"|(?:my|the|our|your|an) [a-z]+) )"
)
_OPEN_ED = (
    r"(?!need|agre|promis|plan|schedul|decid|want|suppos|chang|mov|reschedul|expect|interest|settl)"
    r"[a-z]{2,}ed\b"
)
_DAY_PAST = re.compile(rf"{_PAST.pattern}|{_SUBJECT}{_OPEN_ED}")
_ANY_PAST = re.compile(
    rf"{_PAST.pattern}|\b(?!need|agre|promis|suppos|schedul|plan|settl|interest|mov|push"
    rf"|chang)[a-z]{{2,}}ed\b"
)
_IF = re.compile(r"\b(?:if|once|when) (?:i|u|you|we) $")
_AHEAD_AGAIN = re.compile(
    r"\b"
    + either(
        """can | will | ill | could | gonna | want | going to | puedo | voy | podria | le doy | move | push
        | do | so
        | then | due | would | wanna | need | try | next | until | til | till | pay | send | supposed | sera
        | seria
        | comes? | hits | gets? paid | cobro | me pagan | hasta | promise | but | pero | y | instead"""
    )
    + r"\b|[.;!?]"
)


# "debo 300 no 800" is 300, "20 por semana no 200" is 20, "mensual, no semanal" is monthly; "50 no 40" in English is 40.
_X_NOT_Y = re.compile(
    rf"(?P<kept>{A}+|{D}+)(?: ?{F}+)? ?,? (?:y )?no (?:el |los |las )?(?P<out>{A}+|{D}+)"
    rf"|(?P<kept_rhythm>(?<!{A} ){F}+) ?,? (?:y )?no (?P<out_rhythm>{F}+)"
)
_X_NO_Y = re.compile(rf"(?P<out>{A}+|{D}+) ?,? no (?:the )?(?:{A}|{D})")


def taken_back(sheet: Sheet) -> set[tuple[int, int]]:
    """The spans of what is negated, refused or replaced."""
    out = {
        match.span("out")
        for mark, patterns in _PATTERNS.items()
        if mark in sheet.rest
        for pattern in patterns
        for match in pattern.finditer(sheet.rest)
    }
    for match in (_X_NOT_Y if sheet.spanish else _X_NO_Y).finditer(sheet.rest):
        named = {name: match.span(name) for name, text in match.groupdict().items() if text}
        out |= {span for name, span in named.items() if name.startswith("out")}
        out -= {span for name, span in named.items() if name.startswith("kept")}
    return out | _rhythms_of(sheet, out)


def _rhythms_of(sheet: Sheet, out: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """ "60 a week is impossible, i could see 60 a month": with the sum goes its rhythm, if one is left."""
    rhythms = [(p.start, p.end) for p in sheet.placed if _is_rhythm(p)]
    ends = {end for _, end in out}
    lost = {(start, end) for start, end in rhythms if start in ends or start - 1 in ends}
    return lost if len(rhythms) > len(lost) else set()


def _is_rhythm(p: Placed) -> bool:
    return isinstance(p.what, Frequency) or (isinstance(p.what, Vague) and p.what.question == "frequency")


def past(sheet: Sheet, placed: Placed) -> bool:
    """Whether it is told as something that has happened: "filed on the 3rd", "paid last friday"."""
    before = sheet.rest[: placed.start]
    if _TOLD_AFTER.match(sheet.rest, placed.end):
        return True
    day = isinstance(placed.what, Day)
    pattern = _DAY_PAST if day else _ANY_PAST
    verbs = list(pattern.finditer(before, max(0, len(before) - 60)))
    if not verbs or _AHEAD_AGAIN.search(before, verbs[-1].end()):
        return False
    if not day and "," in before[verbs[-1].end() :]:
        return False
    if verbs[-1][0] == "desde" and _begins_then(sheet, verbs[-1].start(), placed.end):
        return False
    return _IF.search(before, 0, verbs[-1].start()) is None


def _begins_then(sheet: Sheet, start: int, end: int) -> bool:
    """ "Desde el lunes 20 por semana", and "mejor desde el 15" with nothing after it, are about what is to come."""
    if _FROM_THEN.match(sheet.rest, end):
        return True
    return bool(_ONLY_FROM.search(sheet.rest, 0, start) and _NOTHING_MORE.match(sheet.rest, end))


_ONLY_FROM = re.compile(
    rf"(?:^|{A}|{F}|\b(?:mejor|pero|sea|seria|si|ok|no|y|mas|bien|empezar|empezando|empiece|plan|pagos|cuotas|mes|semana))"
    r"[ ,.]*$"
)
_NOTHING_MORE = re.compile(
    r"[ ,]*(?:por ?favor|porfa(?:vor)?|se puede|si se puede|puede ser|esta bien|mejor|ok)?[ .!?]*$"
)
_TOLD_AFTER = re.compile(r" ?,? ?(?:it |they |you |u )?(?:was|were|eran?|fue|fueron)\b")  # "in december it was 275"
_FROM_THEN = re.compile(
    f" ?,? ?(?:{A}|(?:les?|puedo|podria|voy|empiezo|pago|doy)\\b)"
)  # "desde el lunes 20 por semana"
