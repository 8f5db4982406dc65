"""The words that give a sum or a day its role, to match right before it or right after it."""

from __future__ import annotations

import re

from bot.dialogue.grammar.sheet import A, C, D, F, N, P, U, V
from bot.dialogue.grammar.wording import either

_FILLERS = either(
    """of | like | about | around | maybe | de | que | is | es | son | : | would be | por | the | el | los
    | unos | a | en
    | pagar | dar | paying | doing | pay | do | with | darle | it | at"""
)
_HEDGE = rf"(?:(?: ?{_FILLERS}(?![a-z]))* ?)$"
_RHYTHM = rf"(?: ?{F}+)?"

_I_CAN = r"(?: (?:that )?(?:i|we) (?:can|could)(?: \w+)?(?: (?:is|rn|right now|would be))*)"

AT_MOST = re.compile(
    r"\b"
    + either(
        rf"""(?:no|not|nothing|never) (?:more than|over|above|higher than|mas (?:de|que))
        | (?:cant|cannot|couldnt|wont|dont want to)(?: (?:possibly|really|go|do|pay|afford|spend|give))*
         (?:more than|over|above|past|higher than)
        | up ?to
        | (?:at|the) (?:the )?(?:very )?most{_I_CAN}?
        | max(?:imum)? | under
        | no more than | (?<!no )(?<!not )(?:less|lower) than | below | as (?:much|high) as | hasta
        | no (?:puedo |me puedo )?pas(?:ar|o) de | no subo de | no mas de | no mas | maximo
        | a lo mucho
        | cuando mucho | (?<!no )menos (?:de|que) | lo mas que (?:le )?(?:puedo|podria)(?: \w+)? | tope
        | no (?:\w+ ){{1,5}}mas de | (?:cant|cannot|couldnt|wont|dont|not) (?:\w+ ){{1,6}}(?:more than|over|above)
        | (?:the most|lo mas)(?: \w+){{1,7}} (?:is|es|son) | my limit | mi (?:limite|maximo|tope) | the max (?:that )?(?:i|we) can (?:\w+)?"""
    )
    + _HEDGE
)
AT_MOST_AFTER = re.compile(
    rf" ?,?{_RHYTHM} ?,?(?:(?: is| es| at| as| a| como| at the| is the| is my| es lo| would be| seria lo)*) ?"
    + either(
        r"""max\b | maximum | tops | at (?:the )?most | or (?:less|under|below|lower) | maximo | o menos
        | limit\b
        | most\b | mas que (?:le |les )?puedo | a lo mucho | cuando mucho | y nada mas"""
    )
)
AT_LEAST = re.compile(
    r"\b"
    + either(
        """at least | min(?:imum)? | (?:no|not) less than | more than | over | above | al menos
        | por lo menos | minimo
        | mas de | no menos de | mas que | cuando menos
        | (?:lo minimo|lo menos|the least)(?: (?:que|i|we|can|puedo|podria|do|pay|dar|pagar))*"""
    )
    + _HEDGE
)
AT_LEAST_AFTER = re.compile(
    rf"{_RHYTHM} ?"
    + either(
        rf"""or (?:more|better|above|over)\b | minimum\b | min\b | at least\b | o mas\b | and up\b
        | \+(?! ?{A})
        | minimo\b | por lo menos\b | al menos\b | cuando menos"""
    )
)
TOTAL = re.compile(
    r"\b"
    + either(
        r"""total(?: of| de)? | (?:me lo|me la|lo) dejan? en | (?:me )?(?:lo|la) bajan? a
        | (?:knock|bring|drop) (?:it|this|that) down to(?: an even)?
        | settle(?: (?:it|this|that|my \w+))?(?: all)?(?: for| at| with)
        | settlement (?:of|for|at) | (?:pay|paid|paying) (?:it|this|that)(?: all)? off (?:for|with|at)
        | close (?:it|this|that)(?: out)? (?:for|with|at)
        | call it (?:even|good|square|done|quits) (?:for|at|with)
        | liquid\w+ (?:\w+ )?(?:con|por|en) | saldar\w* (?:con|por|en) | arreglar\w* (?:con|por|en)"""
    )
    + _HEDGE
)
_WOULD_IT = r"(?:(?:and|would|will|can|could|does|do|you|u|yall|that|it|y|ya|me|lo|la|le|nos|if i) )*"
_DONE = r"(?:done|even|square|good|quits)"
TOTAL_AFTER = re.compile(
    rf"(?: ?(?:on |by |the |el )*{D}+)?,? ?(?:(?:flat|cash|even|dollars|max|right now|today|now)\b ?)*"
    + either(
        rf"""(?:in )?total\b | all together | altogether | all in\b | in all\b
        | to (?:close|settle|finish|clear|wipe|end|resolve|satisfy)\b | to pay (?:it|this|that) (?:all )?off
        | (?:to|and|n) be done | settle(?:s)? (?:it|this|that|everything)
        | (?:and|n) (?:were|we are|im|i am|be|its|it is) {_DONE} | (?:and|n|to) (?:we )?call it {_DONE}
        | (?:and|n) close (?:it|this) | as (?:a )?(?:full )?settlement | settlement\b | lump sum
        | (?:as payment )?in full | as full payment | en total
        | para (?:liquidar|cerrar|saldar|finiquitar|terminar|arreglar|quedar)
        | {_WOULD_IT}(?:close|closes|wipe|settle|finish|cierr[ae]n?|cerramos|liquidamos|saldamos|sald[ae]n?)\b
        | (?:por|for) (?:todo|toda la (?:deuda|cuenta)|everything|all of it|the whole (?:thing|debt))\b
        | de un jalon | de golpe | cerrados
        | y (?:ya |la |lo )?(?:quedamos|cerramos|liquidamos|liquido|terminamos|saldamos|asunto)"""
    )
)
_NOW = either(
    """now | rn | right now | right away | today | tonight | up ?front | down | first | to start | to begin
    | asap
    | immediately | inmediatamente | this minute | ahora | ahorita | ahora mismo | hoy | enganche | de entrada
    | de inmediato | inicial | de una vez | ya | initial | primero | de inicio | para empezar | as a deposit
    | deposit"""
)
_BEFORE_NOW = either(
    """of it | can be | paid | on my card | del total | cash | you | u | le | for | de | como | i can do | as
    | a | por
    | dollars | es | pagado | off | off my (?:debit |credit )?card | from my (?:debit |credit )?card
    | my payment | payment | the payment | on it | on my account | a mi cuenta | con mi tarjeta"""
)
NOW_AFTER = re.compile(
    rf",? ?(?:{_BEFORE_NOW}(?![a-z]) ?)*{_NOW}\b(?! (?:and then)?(?:im|i am|we are|is not|isnt|on out|que)\b)"
)
_NOW_FIRST = either(
    """right now | rn | now | today | tonight | for now | hoy | ahora | ahorita | por ahora
    | down ?payment(?: of)?
    | (?:de )?(?:enganche|entrada)(?: de)? | upfront | start (?:with|off with) | starting with | empezar con
    | empecemos con | empiezo con
    | first
    | primero | put down | putting down"""
)
NOW_BEFORE = re.compile(rf"\b{_NOW_FIRST}\b[^{A}{P}.;!?\ue000-\uefff]{{0,22}}$")
THEN = re.compile(
    r"\b"
    + either(
        """then | after | afterwards? | after that | later | rest | luego | despues | next | other | otra
        | otro | demas
        | resto | remaining | another | thereafter | posteriormente"""
    )
    + r"\b"
)
AND_THEN = re.compile(
    r"\b(?:then|after that|afterwards?|luego|despues|remaining|(?:the|los|las) (?:other|otros|otras))\b"
    r"(?!.*\b(?:or|no)\b)"
)
LATER_AFTER = re.compile(
    r" ?,? ?(?:(?:is|the|can be|paid|rest|of it|in|on|y|a)\b ?)*"
    r"(?:later|afterwards?|after(?! (?:i|my|the|that i))|despues|luego|mas tarde|mas adelante|next time)\b"
)
EACH_AFTER = re.compile(
    rf"{_RHYTHM} ?,? ?"
    + either(
        """each | ea | a ?piece | per (?:payment|installment|pay|pmt) | a (?:payment|pop|pmt) | c/?u
        | cada un[oa]
        | por (?:pago|cuota|abono) | cada (?:pago|vez) | every time | at a time"""
    )
    + r"\b"
)
EACH_BEFORE = re.compile(
    rf"(?:\b(?:payments|installments|pmts|pagos|cuotas|abonos|increments)|{C}+|{U}+|{F}+ (?:payments?"
    rf"|pagos?|installments?))(?: (?!of|de|at|for|like|about|then|and|y)[a-z]+)?"
    r" ?(?:of|de|at|@|x|son de|for|like|about|a|serian de)? ?(?:(?:de|of|like|about|around|unos) )?$"
)
TIMES = re.compile(rf" ?,? ?(?:[x*] ?{N}|{N} ?(?:x|times|veces)\b)")
ONE_PAYMENT = re.compile(r"\b(?:one|single|un|solo|unico|una)\b[^.,;]{0,25}$")

BY = re.compile(
    r"\b"
    + either(
        """by | before | b4 | no later than | not later than | on or before | at the latest | antes del?
        | a mas tardar | de (?:aqui|hoy) al?
        | within | para antes del?"""
    )
    + r"(?: (?:the|el|like|about|this|coming|end of(?: the)?(?: business)?(?: day)?|eod|close of business|noon|on|or on))* ?$"
)
_CANT = either(
    """cant | cannot | can not | wont | dont | doesnt | not | couldnt | unable | nothing | nada | wait\\w*
    | esper\\w+ | hold off
    | no(?: \\w+){1,5}"""
)
FROM = re.compile(
    r"(?:\b(?:after|wait(?:ing)? for|not until|not before|no (?:earlier|sooner) than|not till|not til"
    r"|despues del?|no antes del?|pasando"
    rf"|any ?time after|past)|\b{_CANT}\b(?:(?! (?:but|pero)\b)[^.;!?\ue000-\ue3ff]){{0,40}}?"
    r"\b(?:until|untill|till|til|hasta|before|antes del?))"
    r"(?: (?:the|el|about|around|like|at least|que sea|que pase|a|al|dia))* ?$"
)
NO_ANTES = re.compile(r" (?:no (?:le )?(?:puedo|tengo|me pagan|voy|podre|cobro))\b| no ?$| no[,.]")
BY_AFTER = re.compile(r" ?,? ?(?:a mas tardar|at the latest|at latest|latest|or before|or sooner|o antes)\b")
BETWEEN = re.compile(
    r"\b(?:between|from|entre|del?|anywhere (?:from|between)|somewhere between|desde)"
    r"(?: (?:the|el|like|about|unos|los))*$"
)
AND_WORD = re.compile(r"\b(?:and|n|y|e|plus|then|or)\b|[,&+]")
TO = re.compile(r" ?(?:to|-|a|al|thru|through|hasta)(?: the| el)? ?\$?")
AND = re.compile(r" ?(?:and|y|&|n|or|o)(?: the| el)? ?\$?")
OR = re.compile(r" ?(?:or|o|or maybe|maybe|,) ?\$?")

# How near a rhythm stands to its sum.
_FOR_NOW = r"(?:now|rn|down|up ?front|ahora|ahorita|enganche)"
CLOSE_BEFORE = re.compile(rf"(?!.*\b(?:then|after|luego|despues|and|y|so|because|{_FOR_NOW})\b)[^.;!?{V}{C}]{{0,30}}")
CLOSE_AFTER = re.compile(r"(?!.*\bso\b)[^.;!?]{0,40}")
# "1200 in 12 monthly payments" is no 1200 a month.
LOOSE_BEFORE = re.compile(rf"(?!.*\b{_FOR_NOW}\b)(?!.*\b(?:in|into|en|over|by)\b.*{C})[^.;!?]{{0,40}}")
