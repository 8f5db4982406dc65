"""What is said of an offer without a figure: drop it, the cheaper one, be done sooner, all of it on that day.

Short, and plain without a model: heard before anything else but safety and law, and only while terms are talked about.
"""

from __future__ import annotations

import re
from dataclasses import replace

from actions import figures, proposals
from actions.asking import ask_sooner, ask_way
from actions.bargaining import bargain
from actions.debts import say_about, the_debt
from actions.offers import lowest, on_table, read_back, say_options
from actions.terms import terms
from bot import accounts, negotiation
from bot.dialogue import Turn, grammar
from bot.negotiation import Ask, Proposal

_OF_A_PLAN = frozenset({"change", "move", "cancel"})
OFFERED = frozenset({"accept", "accept_all", "choice", "choice_all", "terms", "terms_all", "relief", "shares"})
"""Questions while something is on the table."""
_FASTER = r"(?:soon|fast|quick|earli)er|quick(?:ly)?|rapido|pronto|antes"
_SOONER = re.compile(
    r"\b(?:finish\w*|(?:be|get|im|being) (?:done|rid|free|over)|pay(?:ing)? (?:it|this|that)?(?: all)?(?: off)?|clear\w*"
    r"|knock it out|over with|termin\w+|acab\w+|liquid\w+|salir de (?:esto|eso|la deuda)|pagar(?:lo|la)?)\b.{0,25}"
    rf"\b(?:{_FASTER})\b|\b(?:shorten|speed) (?:it|this|that)(?: up)?\b|\bmake it (?:shorter|faster|quicker)\b"
)
_CHEAPER = re.compile(
    r"(?:cheap|low|small|little)(?:er|est)(?: (?:one|option|plan|payment))?|(?:least|lowest) (?:one|a month|per month)"
    r"|(?:mas (?:barat|baj|chic|pequen)|menor|economic|menos car)\w*(?: de (?:todas|las dos|los dos))?"
    r"|(?:la |el )?de menos"
)
_DROP = re.compile(
    r"(?:(?:no|nah|ok|okay|actually|just|then|well|pues|entonces|mejor|ya) )*(?:nvm|nevermind|never mind|forget (?:it|that|this|about it)"
    r"|scratch that|drop it|olvid(?:e|a|en)lo|deje(?:lo)? asi|dejalo)(?: then| ok| thanks| pues)*"
)
_WHY = re.compile(
    r"(?:(?:but|and|ok|pero|y|no) )*(?:why(?: not| tho| though)?|how come|y por que|por ?que|xq|pq)(?: no)?"
)
_AROUND = re.compile(
    r"\b(?:ok|okay|then|pls|please|plz|i|ill|id|want|take|do|go|with|the|can|could|for|give|me|lets|un|una|la|el|lo|los|las"
    r"|opcion|cuota|quiero|deme|dame|pues|mejor|entonces|por|favor|porfa|voy|con|me|quedo|mas|esta|bien|si|yes|yeah)\b|\W"
)
_LATER = re.compile(
    r"(?:(?:and|but|ok|so|y|pero) )*(?:can|could|may) i (?:still )?(?:change|move|adjust|stop|cancel|switch) (?:it|this|that|the plan|dates?|things)?"
    r" ?(?:later(?: on)?|after|afterwards|any ?time|if (?:i need to|something (?:happens|comes up|changes))|down the road)"
    r"|(?:(?:y|pero|ok) )*(?:lo |la )?(?:puedo|podria) (?:cambiar|mover|ajustar|cancelar)(?:lo|la)? ?(?:despues|luego|mas (?:tarde|adelante)|cuando quiera)"
)
_OTHER_ONE = re.compile(
    r"(?:(?:ok|okay|and|so|now|then|what|how|about|lets|do|look|at|see|talk|y|ahora|entonces|vamos|con|que|hay|de) )*(?:the|my|la|el|mi) "
    r"(?:other|otr[ao])(?: (?:one|debt|account|bill|deuda|cuenta|uno|una))?(?: now| then| please| ahora| pues)?"
)
_KEEPS = re.compile(
    r"\b(?:(?:stick|stay|go on|carry on|continue|keep going) (?:with|to|on) (?:the|my) (?:plan|payments?|agreement)"
    r"|keep (?:the|my) (?:plan|payments?|agreement)(?: (?:as|how|the way|like) \w+.*)?$"
    r"|leave (?:it|the plan|everything) (?:as it is|as is|how it is|alone|like (?:that|it is))"
    r"|(?:mejor )?(?:sigo|seguimos|sigamos|quedo|dejel[oa]|dejamoslo) (?:igual|asi|como (?:esta|estaba)|con el plan))\b"
)
_MOST_WORDS = 14


def leans(turn: Turn) -> bool:
    """True when it was one of these, and is answered."""
    if not turn.is_verified() or turn.also:
        return False
    return any(heard(turn) for heard in _LEANINGS)


def _plain(turn: Turn) -> str:
    """Without marks, to be matched as a whole."""
    return " ".join(re.sub(r"[^\w\s]", " ", grammar.folded(turn.message.text)).split())


def _drops(turn: Turn) -> bool:
    """ "Forget it", or "cancel it" where no plan runs: the offer goes, or we ask what they mean. STOP ends messages."""
    kind = turn.state.question.kind if turn.state.question is not None else None
    forgets = _DROP.fullmatch(_plain(turn)) is not None
    if forgets and kind in _OF_A_PLAN:
        turn.answered()
        turn.say("utter_negotiation_kept")
        return True
    cancels = turn.matter.intent == "cancel_plan" and not turn.matter.names_figures and not _has_plan(turn)
    if not cancels and not (forgets and kind in OFFERED):
        return False
    turn.answered()
    if kind in OFFERED:
        turn.state.proposal, turn.state.together = {}, []
        turn.ask("options", "utter_negotiation_dropped")
    else:
        turn.ask("options", "utter_negotiation_nothing_to_cancel")
    return True


def _keeps_the_plan(turn: Turn) -> bool:
    """ "I'll stick with the plan", of one that runs: nothing changes, whatever was asked."""
    if not _KEEPS.search(grammar.folded(turn.message.text)) or turn.matter.names_figures or not _has_plan(turn):
        return False
    turn.answered()
    turn.say("utter_negotiation_kept")
    return True


def _turns_to_the_other(turn: Turn) -> bool:
    """ "What about the other one", where they have two."""
    if turn.state.debt_id is None or not _OTHER_ONE.fullmatch(_plain(turn)):
        return False
    others = [one for one in accounts.open_debts(turn.session, turn.who(), turn.now) if one.id != turn.state.debt_id]
    if len(others) != 1:
        return False
    turn.answered()
    say_about(turn, others[0])
    say_options(turn)
    return True


def _has_plan(turn: Turn) -> bool:
    theirs = accounts.open_debts(turn.session, turn.who(), turn.now)
    return any(negotiation.current_agreement(turn.session, debt.id) is not None for debt in theirs)


def _takes_cheaper(turn: Turn) -> bool:
    """ "The cheaper one" of those that we listed: with the smallest payment, read back before it counts."""
    question, text = turn.state.question, _AROUND.sub(" ", _CHEAPER.sub("", grammar.folded(turn.message.text)))
    if question is None or question.kind not in ("choice", "accept") or turn.matter.names_figures:
        return False
    if text.strip() or not _CHEAPER.search(grammar.folded(turn.message.text)):
        return False
    listed = list(question.data.get("offers") or ())
    smallest = lowest(turn, listed) if len(listed) > 1 else None
    if smallest is None:
        say_options(turn)
    elif smallest == question.data.get("offer"):
        ask_way(turn, "less")
    else:
        read_back(turn, smallest)
    return True


def _wants_sooner(turn: Turn) -> bool:
    """To be done with it sooner, with an offer on the table: how much each they could do."""
    question, text = turn.state.question, grammar.folded(turn.message.text)
    if question is None or question.kind not in ("accept", "choice", "terms") or _has_plan(turn):
        return False
    named = any(e["entity"] != "frequency" for e in turn.matter.entities) or bool(turn.matter.vague)
    if named or len(text.split()) > _MOST_WORDS or not _SOONER.search(text):
        return False
    ask_sooner(turn, on_table(turn) or Proposal())
    return True


def _all_on_the_day(turn: Turn) -> bool:
    """ "The whole thing", where we asked how much they would pay on a day that they named."""
    question = turn.state.question
    if question is None or question.kind != "terms" or question.data.get("ask") != Ask.AMOUNT.value:
        return False
    table = proposals.load(question.data.get("proposal") or {})
    if (
        table.first_date is None
        or table.frequency
        or turn.matter.names_figures
        or not figures.says_all(turn.message.text)
    ):
        return False
    bargain(turn, the_debt(turn, turn.who()), Proposal(wants="full", first_date=table.first_date))
    return True


def _asks_why(turn: Turn) -> bool:
    """ "Why not?" is no yes: the reason of a counter-offer once more, else the question."""
    question = turn.state.question
    if question is None or question.kind == "identity" or not _WHY.fullmatch(_plain(turn)):
        return False
    reason, again = question.data.get("reason"), question.again
    if question.kind == "accept" and reason:
        made = negotiation.offer(turn.session, turn.who(), question.data["offer"])
        turn.say(
            "utter_negotiation_countered_again", reason=reason, terms=terms(turn, made.offer), debt_id=made.debt_id
        )
    elif again is not None:
        turn.say(again)
    return bool(reason or again)


def _asks_to_change_later(turn: Turn) -> bool:
    """ "Can I change it later", of an offer: yes, and the offer still waits."""
    question = turn.state.question
    if question is None or question.kind not in ("accept", "accept_all") or not _LATER.fullmatch(_plain(turn)):
        return False
    turn.say("utter_negotiation_change_later")
    turn.ask_again()
    return True


def _changes_the_change(turn: Turn) -> bool:
    """ "50" or "the 12th", where a change of a plan was read back: another change, considered anew."""
    question = turn.state.question
    named = {e["entity"] for e in turn.matter.entities} - {"option"}
    if question is None or question.kind != "change" or named not in ({"amount"}, {"date"}):
        return False
    turn.state.question = None
    turn.also.insert(0, replace(turn.matter, intent="reschedule_payment"))
    return True


def _wants_another_way(turn: Turn) -> bool:
    """ "What's the lowest", "later", to an offer or a list: our choices, or their own figure for it."""
    question, way = turn.state.question, grammar.direction(turn.message.text)
    if question is None or question.kind not in ("accept", "choice") or way is None or turn.matter.names_figures:
        return False
    say_options(turn) if way == "least" else ask_way(turn, way)
    return True


_LEANINGS = (
    _turns_to_the_other,
    _keeps_the_plan,
    _asks_why,
    _asks_to_change_later,
    _changes_the_change,
    _wants_sooner,
    _drops,
    _takes_cheaper,
    _all_on_the_day,
    _wants_another_way,
)
