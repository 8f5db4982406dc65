"""A short answer means what was asked: "2", "va", "the 15th", a date of birth. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.dialogue.grammar import bare_number, direction
from bot.dialogue.nlu.wording import fold, is_word, tokens

_LONGEST_ANSWER = 6
_LONGEST_PHRASE = 6


def _phrases(*lines: str) -> frozenset[str]:
    return frozenset(phrase.strip() for line in lines for phrase in line.split(","))


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_YES = _phrases(
    "y, ye, yes, yea, yeah, yep, yup, ya, yas, yess, ok, okay, k, kk, okey, okie, oki, okis, sure",
    "sure thing, fine, deal, good, great, perfect, alright, aight, all right, right, correct",
    "agree, agreed, i agree",
    "accept, i accept, confirm, i confirm, confirmed, absolutely, definitely, of course, go",
    "go ahead, do it, lets do it",
    "lets do that, lets go, sound good, sounds good, sounds great, sounds fair, sounds right",
    "sounds fine, sounds ok, works",
    "im in",
    "works for me, that works, it works, that works for me, works 4 me, im ok, im fine, i am",
    "i can, i can do that",
    "i do, bet, cool, please do, set it up, no problem, that one, 👍, 👌, ✅, 💯, 🙌",
    "si, sip, sii, simon, claro, claro que si, por supuesto, va, vale, sale, sale y vale",
    "dale, orale, arre, esta bien",
    "ta bien, de acuerdo, acepto, me parece, me parece bien, me late, perfecto, correcto",
    "asi es, eso, andale, hecho",
    "trato, trato hecho, listo, me sirve, me conviene, adelante, confirmo, exacto, obvio, va que va",
)
_NO = _phrases(
    "n, no, nope, nah, naw, na, noo, no way, not really, no deal, not now, not today, nvm, never, negative",
    "dont, i dont",
    "id rather not, i dont think so, i cant, not that, no good, hell no, pass, ill pass, im not, 👎, ❌",
    "nel, nop, para nada, mejor no, nada, tampoco, nunca, de ninguna manera, no quiero",
    "no puedo, ni modo, negativo",
    "no me sirve, no me conviene, asi no, no acepto, ahorita no, por ahora no",
)
_LATER = _phrases(
    "later, maybe later, not yet, some other time, another time, not right now, maybe tomorrow, maybe another day",
    "luego, despues, mas tarde, al rato, otro dia, todavia no, tal vez despues, quizas luego, ahora no",
)
_ITS_ME = _phrases(
    "speaking, its me, it is me, thats me, that is me, this is she, this is he, this is her, this is him, i am she",
    "soy yo, si soy yo, soy yo mismo, soy yo misma, el habla, ella habla, con el habla, con ella habla, a sus ordenes",
)
_WHAT_FOR = _phrases(
    "why, why tho, why though, but why, what for, for what, how come, why that, why do you need that, why do you ask",
    "por que, porque, y por que, y eso, y eso por que, para que, y para que, como para que, por que tanto dato",
)
_FILLER = _phrases(
    "please, pls, porfa, por favor, thanks, thank you, thx, gracias, then, pues, ps, sir, maam, man, bro",
    "i guess, senor, i suppose, so, and, y, oh, well, bueno, then, ya",
)
_UNSURE = _phrases(
    "idk, dunno, maybe, prob, probably, like, not sure, im not sure, i dont know, i think, id say, hopefully",
    "not until, when, only, just, creo, creo que, tal vez, quizas, quiza, a lo mejor, yo creo, no se, como, hasta",
)
"""Beside a day that nobody can name, these say nothing more."""
_WHEN = frozenset({"payday", "which_date"})
_TERMS = frozenset({"amount", "date", "frequency", "percentage", "count", "duration"})
_PROOF = frozenset({"date_of_birth", "postcode", "reference", "last4", "name"})
_MAY_BE_TERMS = frozenset({
    "propose_terms", "promise_to_pay", "inform", "affirm", "deny", "choose_option", "out_of_scope",
    "nlu_fallback", "needs_time", "request_plan", "reschedule_payment", "plan_status", "refuse_offer",
})  # fmt: skip
_ENOUGH = _phrases(
    "once, just once, only once, one time, just the once, all at once, una vez, una sola vez, solo una vez",
    "thats all, thats it, thats all i have, thats all i got, thats all i can do, its all i have, nothing, nothing else",
    "es todo, eso es todo, es todo lo que tengo, nada mas, es lo que tengo, todo lo que tengo",
)
"""No more than that, no oftener than that."""
_NO_IDEA = _phrases(
    "idk, i dont know, dont know, dunno, not sure, im not sure, no idea, hard to say, no se, no lo se, no estoy seguro",
    "no estoy segura, ni idea, quien sabe, no sabria decir",
)
_HOW_LONG = re.compile(r"\b(?:how long|(?:un)?till? when|cuanto tiempo|hasta cuando)\b")
"""Asked of an offer: how many payments, and the last day."""
_AROUND_FIGURES = _words(
    "a about actually after again all an and another are around at be better but by can could do doing does each else "
    "every extra for from give going have hm how i id if ill im in instead is it its just last let lets like make "
    "making max may maybe me mean meant min more my need next no of off ok okay on once one ones only oops or other "
    "pay paying payment payments pays per perhaps please possible put rather say so sorry start starting starts still "
    "that thats the them then this though thinking to today try until up us wait want we well what when will with "
    "work works would yes you your "
    "abono abonos ahora al algo asi bueno cada como con cuota cuotas cuanto da dar de del desde digo digamos doy e el "
    "ella empezar empezando en entonces es esa ese eso espere esta este esto fuera hacer haga hagalo hagamos hasta hoy "
    "igual la las le lo los mas me mejor mi mis mientras mucho nada no o otra otro pago pagos pagar pagarle pago para "
    "pero perdon podemos podria por porfavor favor pues puede pueden puedo que quiero quizas quiza sea sean seria si "
    "solo su sus tal tambien tengo todo u un una unos usted va vale y ya yo"
)
"""Words that say nothing of their own around an amount, a day or a rhythm."""
_BARGAINING = frozenset({"terms", "accept", "choice", "relief"})
_ABOUT_FIGURES = frozenset({
    "propose_terms", "promise_to_pay", "pay_now", "request_settlement", "request_plan", "needs_time", "refuse_offer",
    "reschedule_payment", "cannot_pay", "hardship", "affirm", "deny", "inform", "choose_option",
})  # fmt: skip
"""What figures may mean already; anything else around bare figures was misheard."""
_ANSWERS = frozenset({"affirm", "deny", "inform", "choose_option"})


def is_yes(text: str) -> bool:
    return _says_only(_YES, text)


def is_no(text: str) -> bool:
    return _says_only(_NO, text)


def _says_only(phrases: frozenset[str], text: str) -> bool:
    """The text is such phrases and filler from end to end, with one of them at least."""
    words = [token for token in tokens(fold(text)) if is_word(token) or token in phrases or token.isdigit()]
    said, place = False, 0
    while place < len(words):
        sizes = range(min(_LONGEST_PHRASE, len(words) - place), 0, -1)
        runs = [(size, " ".join(words[place : place + size])) for size in sizes]
        found = next(((size, run) for size, run in runs if run in phrases or run in _FILLER), None)
        if found is None:
            return False
        said = said or found[1] in phrases
        place += found[0]
    return said


def says_only_when(text: str, vague: Iterable[Mapping[str, Any]]) -> bool:
    """Nothing but a day that depends on something: "when my check clears", "idk, tax time". `vague` of the grammar."""
    one = next((one for one in vague if one["question"] in _WHEN), None)
    if one is None or "?" in text:
        return False
    beside = " ".join(word for word in tokens(fold(text[: one["start"]] + " " + text[one["end"] :])) if is_word(word))
    return not beside or beside in _FILLER or _says_only(_UNSURE, beside)


def only_figures(text: str, found: Iterable[Mapping[str, Any]]) -> bool:
    """An amount, a day or a rhythm, and around it no word that means something of its own."""
    figures = [one for one in found if one.get("entity") in _TERMS or "vague" in one]
    left = list(text)
    for one in figures:
        left[one["start"] : one["end"]] = " " * (one["end"] - one["start"])
    words = [token for token in tokens(fold("".join(left))) if token[0].isalnum()]
    return bool(figures) and all(word in _AROUND_FIGURES for word in words)


def answer(text: str, question: str | None, intent: str, found: Sequence[Mapping[str, Any]]) -> str | None:
    """The intent that the open question gives the text; None leaves `intent` as it was heard.

    `question` is the kind of what we asked last, None when nothing is open; `found` are entities and vague words.
    A day that is not certain is when they would pay, whatever was open.
    """
    kinds = {one["entity"] for one in found if "entity" in one}
    short, vague = len(text.split()) <= _LONGEST_ANSWER, [one for one in found if "vague" in one]
    if question == "options" and _says_only(_LATER, text):
        return "deny"
    if not kinds and question != "identity" and says_only_when(text, vague):
        return "propose_terms" if question == "terms" else "promise_to_pay"
    if intent == "autopay_on" and "frequency" in kinds and only_figures(text, found):
        return "propose_terms"
    if question is None:
        return None
    if question in ("accept", "choice") and short and not kinds and _HOW_LONG.search(fold(text)):
        return "plan_status"
    if question == "identity":
        return _to_who_are_you(text, kinds)
    if question in ("choice", "menu") and "option" in kinds and short:
        return "choose_option"
    if short and is_yes(text):
        return "affirm"
    if short and is_no(text):
        return "deny"
    if question == "terms" and kinds & _TERMS and intent in _MAY_BE_TERMS:
        return "propose_terms"
    if question == "terms" and _says_only(_ENOUGH, text):
        return "inform"
    if question == "terms" and _says_only(_NO_IDEA, text):
        return "deny"
    if question in _BARGAINING and _bargains(text, intent, found):
        return "propose_terms"
    if question == "options" and direction(text) is not None:
        return "ask_options"
    if question == "options" and intent not in _ABOUT_FIGURES - _ANSWERS and only_figures(text, found):
        return "propose_terms"
    return None


def _to_who_are_you(text: str, kinds: set[str]) -> str | None:
    """Answers to "your date of birth and ZIP code?": a proof, "it's me", "what for", "I won't"."""
    if kinds & _PROOF:
        return "inform"
    if _says_only(_WHAT_FOR, text):
        return "why_verify"
    if _says_only(_ITS_ME, text) or is_yes(text):
        return "affirm"
    return "deny" if is_no(text) else None


def _bargains(text: str, intent: str, found: Sequence[Mapping[str, Any]]) -> bool:
    """Figures and nothing else, or only in which direction to go: "next one is the 27th", "a bit less"."""
    if direction(text) is not None or (not found and bare_number(text) is not None):
        return True
    return intent not in _ABOUT_FIGURES and only_figures(text, found)
