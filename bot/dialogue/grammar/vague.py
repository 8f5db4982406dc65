"""Words for a day or a sum that nobody can put a figure on: they call for a question back, never a guess."""

from __future__ import annotations

import re

from bot.dialogue.grammar.model import Question, Vague
from bot.dialogue.grammar.sheet import D, F, Finding, N, Reader, Sheet, Span, V, rule
from bot.dialogue.grammar.wording import either


def _ask(kind: str, question: Question) -> Reader:
    def read(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
        return Vague(kind=kind, **span, question=question)

    return read


def _payday(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """No question when the same breath says the day: "when i get paid on the 15th", "friday is payday"."""
    after, before = sheet.rest[match.end() :], sheet.rest[: match.start()]
    if _DAY_FOLLOWS.match(after) or _DAY_PRECEDES.search(before):
        return None
    return Vague(kind="payday", **span, question="payday")


_JOINT = either(
    """is | are | its | which | that | this | on | in | s | the | usually | always | next | comes? | hits
    | like
    | will be | would be | es | el | los | de | este | cae | seria | every | again | twice | thats | dia
    | cada
    | until | till | til | i get paid | me pagan | so | not"""
)
_DAY_FOLLOWS = re.compile(rf"(?:[ ,:=(-]+|\b{_JOINT}\b)*[{D}{F}{V}]")
_DAY_PRECEDES = re.compile(
    rf"(?:{V} ?(?:is|are|es|son)|[{D}{F}] ?(?:,|is|are|es|son|=|-|\(|when|wen|cuando|thats|since|because|bc"
    rf"|cuz|que|its"
    r"|it is|my|as|so)?) ?(?:is |thats |my |es |mi |dia de )*$"
)

_PAID = either(
    """paid | payed | my (?:pay ?)?(?:check|cheque|pay) | my money | my ssi | my disability | my deposit
    | a (?:pay ?)?check"""
)
_WHEN = either(
    """when(?:ever)? | wen | once | after | as soon as | soon as | until | till | til | before | b4
    | by the time
    | the day"""
)
_WHO = r"(?:(?:i|we|he|she|my (?:husband|wife|man|girl)|hubby) )?"
_INCOME = either(
    """(?:pay ?)?(?:check|cheque) | pay | direct deposit | deposit | ssi | ssdi | ssa | social security
    | disability
    | unemployment | money | funds | payroll | benefits | va | pension | child support | commission | bonus
    | job pays?"""
)
_COMES = either(
    """clears? | comes? | hits? | drops? | gets? here | lands? | arrives? | posts? | goes | is in | deposits?
    | pays?
    | cashes | shows up | cleared"""
)
_PAGUEN = either(
    """me (?:paguen|pagan|depositen|depositan) | me (?:llegue|caiga) (?:el|mi) (?:cheque|pago|dinero|deposito)
    | que (?:me paguen|me depositen|cobre) | (?:mi|el) (?:patron|jefe|trabajo) me pague
    | me den (?:el|mi) cheque | cobre | cobro | reciba (?:el|mi) (?:cheque|pago|sueldo|dinero)
    | (?:llegue|caiga|salga|pase) (?:el|mi) (?:cheque|pago|sueldo|deposito) | caiga la quincena
    | tenga mi cheque"""
)
_TAX = either(
    """income tax(?:es)? | tax (?:time|season|refund|return|money|check)
    | reembolso de (?:mis |los )?(?:impuestos|taxes) | devolucion de (?:mis )?impuestos | stimulus"""
)
_GET = r"(?:get |do |file |recib[ao] |lleguen? |me (?:lleguen?|llegan|devuelvan|regresen|den|paguen) )"
_MY = r"(?:my |the |our |mis? |el |los |la )"
_TAX_COMES = either(
    rf"""(?:{_WHEN}|at|around|with|cuando|hasta que|hasta|en|despues de|con|para)
    (?:i |we |they )?{_GET}?{_MY}*(?:taxes|refund|tax|impuestos|reembolso|stimulus check)"""
)
_SOON = either("soon | sooon | pronto | lo antes posible | mas adelante | someday | sometime | eventually | algun dia")
_FEW = r"(?:few|several|unos(?: cuantos)?|unas(?: cuantas)?|varios|varias|algunos|algunas|pocos|pocas)"
_UNITS = r"(?:days?|weeks?|wks|months?|dias?|semanas?|meses)"
_PAYDAYS = (
    rule(rf"\b{_WHEN} {_WHO}(?:get|gets|getting|got|receive|see|cash) {_PAID}\b", _payday),
    rule(
        rf"\b{_WHEN} (?:my|the|our|his|her) (?:boss|job|work|employer|company) pays?(?: (?:me|us|him|her))?\b", _payday
    ),
    rule(rf"\b{_WHEN} (?:im|i am|were|hes|shes) paid\b", _payday),
    rule(
        rf"\b{_WHEN} (?:my|the|our|his|her)(?: [a-z]+)? {_INCOME}(?: check| deposit"
        rf"| payment)? {_COMES}\b"
        r"(?: (?:through|thru|in))?",
        _payday,
    ),
    rule(
        r"\b(?:(?:my|the|on|until|til|till|after|by|next|this|come) )*(?:pay ?day|pday)\b(?! (?:loans?"
        r"|lenders?|lending|advance|place|company|stuff))",
        _payday,
    ),
    rule(
        r"\b(?:my next|next|until|til|till|after|with my|on my|the next)(?: my| next)*"
        r" (?:pay ?checks?|check|cheque|pay)\b(?! (?:the|my|a|it|this))",
        _payday,
    ),
    rule(
        rf"\b(?:cuando|hasta que|en cuanto|despues de que|ya que|apenas|luego que|al) {_PAGUEN}\b"
        r"|\b(?:despues|antes|luego) de (?:cobrar|que me paguen)\b|\b(?:(?:el|mi|en"
        r"|hasta) )*(?:dia de pago|dia de cobro|proximo cheque|proximo sueldo)\b",
        _payday,
    ),
)

_DAYS = (
    rule(
        rf"\b(?:{_TAX_COMES}|(?:(?:{_WHEN}|at|con|en|cuando llegue|hasta) )?(?:my |the |mi |el )?{_TAX})"
        r"(?: (?:comes?|hits?|gets?|clears?|lands?)(?: in| here| back)?)?\b",
        _ask("tax_time", "which_date"),
    ),
    rule(
        rf"(?<!as )(?<!too )(?<!this )(?<!how )(?<!hasta )\b(?:very |real |pretty )?{_SOON}\b(?! (?:as"
        rf"|this|next|in|that|pago|between|around|before|after|on|by)\b)",
        _ask("soon", "which_date"),
    ),
    rule(
        rf"\b(?:in |within |after |en |for |dentro de )?(?:a |another )?{_FEW} (?:more "
        rf"|mas )?{_UNITS}\b(?! ago)",
        _ask("few", "which_date"),
    ),
    rule(
        r"\b(?:after|until after|around|before) the holidays\b"
        r"|\b(?:despues de|pasando|antes de|hasta despues de) (?:las )?(?:fiestas|navidades|vacaciones)\b"
        r"|\b(?:in|by|until|til|this|next) (?:the )?(?:spring|summer|winter)\b|\b(?:en|hasta"
        r"|para) (?:el |la )?(?:verano|primavera|otono|invierno)\b|\bthis fall\b"
        r"|\b(?:the|following) (?:month|week) after(?: that| next)?\b",
        _ask("season", "which_date"),
    ),
    rule(
        r"\b(?:pay|do it|do this|do that|pagar|pay it|rest|remainder|whats left|resto|demas)(?: you| u)?"
        r" (?P<e>later|whenever(?= ?(?:$|[.,;!?]))|despues|mas tarde)\b(?! (?:de|that|the))",
        _ask("later", "which_date"),
    ),
    rule(
        r"^ ?(?:maybe |a bit |quizas )?(?P<e>later|luego|mas tarde|despues)(?: on)? ?[.!?]*$",
        _ask("later", "which_date"),
    ),
    rule(
        rf"^[^{D}{N[1:-1]}]*\b(?P<e>despues|luego|mas tarde) (?:les? |te )?(?:pago|doy|mando|deposito|abono)\b",
        _ask("later", "which_date"),
    ),
    rule(
        rf"(?<!{D} )\b(?:when(?:ever)?|once|after|as soon as) (?:my|the) (?:\w+ ){{1,4}}(?:comes?"
        rf"|goes) (?:through|thru|in)\b"
        r"|\b(?:when|once|after|as soon as|cuando) (?:i |we )?(?:sell|venda|vendamos)(?: (?:my|the|our"
        r"|mi|el|la))? [a-z]+\b",
        _ask("when_able", "which_date"),
    ),
    rule(
        r"(?<!working )(?<!work )\b(?:when|whenever|as soon as) (?:i|we) can\b(?! \w+ing)",
        _ask("when_able", "which_date"),
    ),
    rule(
        r"(?:\b(?:pag|abon|mand|dar|doy|deposit)[a-z]*[^.;!?]{0,20}|^ ?)\b"
        r"(?P<e>cuando (?:pueda|podamos|tenga(?: dinero)?))\b",
        _ask("when_able", "which_date"),
    ),
)

_SUMS = (
    rule(
        rf"\b(?:a )?(?:few|several|many|some|unos cuantos|varios) {N}|\b(?:a few|some) (?:bucks|dollars"
        rf"|dlls)\b"
        r"|\bunos (?:cuantos )?(?:pesos|dolares|centavos)\b",
        _ask("some_amount", "amount"),
    ),
    rule(rf"{N} ?(?:something|some|odd|y pico|y tantos)\b", _ask("some_amount", "amount")),
    rule(
        r"\b(?:what ?ever|wutever|w/e) (?:amount )?(?:i|we) (?:can|got|have)\b|\blo que (?:pueda|podamos"
        r"|sea|alcance|me (?:sobre|quede|alcance))\b|^ ?poco a poco\b"
        r"|\bas much as (?:i|we) can\b|\b(?:pay|send|give|do|paying|sending|giving)(?: you"
        r"| u)? what (?:little )?i can\b",
        _ask("some_amount", "amount"),
    ),
    rule(
        r"\b(?:pay|paying|put|spare|afford|do|pagar|pague|pago|dar|darle|doy|abonar|abono|ir dando)"
        r" (?:(?:you|u|yall|le|les|maybe|only|at least) )*"
        r"(?P<e>something|somthing|a little(?: bit)?|a bit|some|algo|un poco|un poquito|poquito)\b"
        r"(?! (?:at a time|research|thing|help|more time|time|info|aparte|extra|mas\b|else|about|thing"
        r"|of it|of this|of that))",
        _ask("some_amount", "amount"),
    ),
    rule(
        rf"\b(?P<e>a little(?: bit)?|a small amount|something|un poco|un poquito|algo)(?: small| little| chico| mas)?"
        rf" (?:[{F}{D}]|(?:now|ahora|ahorita)\b)",
        _ask("some_amount", "amount"),
    ),
)

RULES = (*_PAYDAYS, *_DAYS, *_SUMS)
