"""In which direction a proposal should go when no figure is named: "can i pay more", "a bit less", "start later".

Only where the words say nothing else: "i need more time to find work" is a matter of its own.
"""

from __future__ import annotations

import re
from typing import Literal

from bot.dialogue.grammar.folding import fold

Direction = Literal["more", "less", "least", "later", "sooner", "longer", "fewer"]
_WORDS: dict[Direction, str] = {
    "longer": r"(?:for |much |a (?:bit|little) )*longer(?: term| plan)?|more (?:payments|months|installments|instalments)"
    r"|mas (?:cuotas|pagos|meses|plazo|largo)|a mas plazo|(?:un )?plazo (?:mas largo|mayor)",
    "fewer": r"(?:fewer|less) (?:payments|months|installments|instalments)|shorter(?: plan| term)?"
    r"|menos (?:cuotas|pagos|meses|plazo)|(?:un )?plazo (?:mas corto|menor)",
    "later": r"(?:start|begin|starting)(?: it| a (?:bit|little))? later|(?:a )?later (?:start|date|day)"
    r"|(?:empezar|comenzar|empiece|empezara) (?:un poco )?(?:despues|mas tarde|mas adelante)|otra fecha|fecha despues",
    "sooner": r"(?:start |begin )?(?:sooner|earlier)|(?:empezar|comenzar) antes|mas pronto",
    "least": r"(?:the )?(?:cheapest|lowest|smallest|minimum|least)(?: payments?| amount| one| plan| possible)?"
    r"|lo (?:minimo|mas (?:bajo|barato))|la (?:cuota )?mas (?:baja|barata)",
    "less": r"(?:a (?:bit|little|lil) |much |way |something |any )*(?:less|lower|smaller|cheaper)(?: payments?| amounts?)?"
    r"|(?:algo |un poco |un poquito |mucho )*(?:menos|mas (?:bajo|baja|bajos|bajas|chico|chica|chicas|poquito|barato))"
    r"|(?:cuotas|pagos) (?:mas (?:bajas|bajos|chicas|chicos|pequenas|pequenos)|menores)|mas pequen[oa]s?|bajarle?|bajar",
    "more": r"(?:a (?:bit|little) )?(?:more|extra|faster|bigger|larger)(?: payments?| amounts?)?"
    r"|(?:un poco |algo )*(?:mas|mas rapido|mas grandes?)",
}
_PLAIN = frozenset(
    re.findall(
        r"\w+",
        """a actually and any anything at be can could couldnt do each every for go how i if id in instead is it its just let
        lets like make maybe me month monthly my no of oh ok or pay paying per please possible so that thats the them
        then time to up want we week what whatever whats works would you
        al cada como con cual cuales cuota da de el en era es eso hacer haga la las lo los le me mes mi o pagar pagando pagarle pago
        para podria podemos por porfa porfavor favor puede puedo que quiero seria se semana si un una vez y ya""",
    )
)
_NUMBER = re.compile(r"(?<![\d.,$%/:])\b(\d{1,2})\b(?![\d.,$%/:]\d|%)")
_FOUND = {name: re.compile(rf"\b(?:{words})\b") for name, words in _WORDS.items()}


def direction(text: str) -> Direction | None:
    """Which way, when nothing but that is said."""
    folded = fold(text).text
    for name, words in _FOUND.items():
        left, times = words.subn(" ", folded)
        around = re.findall(r"\w+", left)
        if times and all(word in _PLAIN for word in around):
            return None if name == "more" and "no" in around else name
    return None


def bare_number(text: str) -> int | None:
    """ "Can you make that 4": the one number of a message that says nothing else."""
    folded = fold(text).text
    found = _NUMBER.findall(folded)
    words = re.findall(r"[a-z]+", folded)
    return int(found[0]) if len(found) == 1 and all(word in _PLAIN for word in words) else None
