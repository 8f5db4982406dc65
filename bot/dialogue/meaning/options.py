"""Which of the offers that were read somebody chooses: by number, by kind, by its figures, or as the cheaper one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import OfferKind, OfferRead, Scene

MENU, _UNIT = 4, 100
_ORDINALS = {
    word: place for place, words in {
        1: "first primera primero primer", 2: "second segunda segundo", 3: "third tercera tercero tercer",
        4: "fourth cuarta cuarto", -1: "last ultima ultimo",
    }.items() for word in words.split()
}  # fmt: skip
_CHOOSES = 0.5
"""So much of a choice in a clause, and it chooses."""
"""1 what you owe, 2 paying, 3 something's wrong, 4 a person."""
_KIND_WORDS: dict[OfferKind, str] = {
    "plan": "plan monthly installments instalments payments weekly cuotas mensual mensualidades plazos pagos abonos",
    "settlement": "settle settlement lump discount forgive close descuento rebaja liquidar arreglo quita",
    "full": "full whole everything todo completo entero",
    "pause": "pause break hold wait pausa esperar descanso",
    "promise": "promise date promesa fecha",
}
_LEAST = frozenset(
    [
        "cheaper",
        "cheapest",
        "smaller",
        "smallest",
        "lower",
        "lowest",
        "less",
        "least",
        "barata",
        "barato",
        "baja",
        "bajo",
        "menos",
        "chica",
    ]
)
_MOST = frozenset(["bigger", "biggest", "larger", "largest", "higher", "highest", "alta", "alto", "grande", "mayor"])
_LONGEST = frozenset(["longer", "longest", "larga", "largo"])
_SHORTEST = frozenset(["shorter", "shortest", "quicker", "quickest", "fastest", "corta", "corto", "rapida", "rapido"])


def option_meant(heard: Heard, scene: Scene) -> int | None:
    """Its place from 1; None when they chose but nobody can say which."""
    most = MENU if scene.asked == "menu" else len(scene.offers)
    option = heard.option if heard.option is not None else _in_a_clause(heard, most)
    if option is not None:
        place = most if option == -1 else option
        return place if 1 <= place <= most else None
    by_figures = _by_figures(heard, scene)
    return by_figures or _by_kind(heard, scene) or _by_size(heard, scene) or _first_or_last(heard, scene)


def _in_a_clause(heard: Heard, most: int) -> int | None:
    """ "The first one I guess, but can I pay extra", "2 sounds ok": the clause that chooses says which, where it names one."""
    chosen = (one for one in heard.clauses if one.likeliest == "choose" and one.likely["choose"] >= _CHOOSES)
    named = {place for one in chosen for word in words_of(one.text) if (place := _place(word)) is not None and place <= most}
    return named.pop() if len(named) == 1 else None


def _place(word: str) -> int | None:
    return int(word) if word.isdigit() and len(word) == 1 and word != "0" else _ORDINALS.get(word)


def earlier_meant(heard: Heard, scene: Scene) -> int | None:
    """The only one of the offers that were read earlier in which every figure stands, a sum among them: "ok the 56 a
    month", "let's do the 546". Its place from 1; None where none or several fit, or one that is read now does.
    """
    figures = [one.what for one in heard.figures.offered]
    if not heard.figures.money() or any(all(stands_in(one, offer) for one in figures) for offer in scene.offers):
        return None
    fits = [place for place, offer in enumerate(scene.earlier, 1) if all(stands_in(one, offer) for one in figures)]
    return fits[0] if len(fits) == 1 else None


def with_our_figures(heard: Heard, scene: Scene) -> Heard:
    """ "1388.78 for both, like u said. deal": a sum that we named, to the cent or in whole units, is theirs where they name
    no other, whatever it seems to be about.
    """
    if heard.figures.money() or heard.likely.get("refuse", 0) >= _CHOOSES:
        return heard
    ours = {one.minor for offer in (*scene.offers, *scene.earlier) for one in (offer.each, offer.total) if one is not None}
    whole = {minor // _UNIT * _UNIT for minor in ours}
    named = [one for one in heard.figures.all if isinstance(one.what, grammar.Amount) and one.what.minor in ours | whole]
    if len({one.what.minor for one in named if isinstance(one.what, grammar.Amount)}) != 1:
        return heard
    told = tuple(replace(one, about="", sure=1.0) if one in named else one for one in heard.figures.all)
    return replace(heard, figures=replace(heard.figures, all=told))


def stands_in(what: grammar.Entity, offer: OfferRead) -> bool:
    """A figure of theirs is one of the offer's, as people round."""
    if isinstance(what, grammar.Amount):
        said = Money(what.minor, what.currency)
        return any(same_money(said, one) for one in (offer.each, offer.total, *offer.shares))
    if isinstance(what, grammar.Day):
        return what.earliest in (offer.first, offer.until)
    if isinstance(what, grammar.Frequency):
        is_its_day = what.weekday is None or offer.first is None or offer.first.weekday() == what.weekday
        return what.value == offer.frequency and is_its_day
    return isinstance(what, grammar.Count) and what.value == offer.count


def same_money(one: Money | None, other: Money | None) -> bool:
    """As people round: within a unit of the currency."""
    return one is not None and other is not None and abs(one.minor - other.minor) < 100


def _by_figures(heard: Heard, scene: Scene) -> int | None:
    said, days = heard.figures.money(), heard.figures.days()
    fits = [
        place
        for place, offer in enumerate(scene.offers, 1)
        if any(same_money(one, offer.each) or same_money(one, offer.total) for one in said)
        or any(day in (offer.first, offer.until) for day in days)
    ]
    return fits[0] if len(fits) == 1 else None


def _by_kind(heard: Heard, scene: Scene) -> int | None:
    words = set(words_of(heard.text))
    fits = [place for place, offer in enumerate(scene.offers, 1) if words & set(_KIND_WORDS[offer.kind].split())]
    return fits[0] if len(fits) == 1 else None


def _by_size(heard: Heard, scene: Scene) -> int | None:
    words = set(words_of(heard.text))
    sized: tuple[tuple[frozenset[str], Callable[[OfferRead], int | None], int], ...] = (
        (_LEAST, _each, 1), (_MOST, _each, -1), (_LONGEST, lambda o: o.count, -1), (_SHORTEST, lambda o: o.count, 1),
    )  # fmt: skip
    for signs, size, sign in sized:
        sizes = [(sign * value, place) for place, one in enumerate(scene.offers, 1) if (value := size(one)) is not None]
        if words & signs and sizes:
            return min(sizes)[1]
    return None


def _each(offer: OfferRead) -> int | None:
    money = offer.each or offer.total
    return money.minor if money else None


def _first_or_last(heard: Heard, scene: Scene) -> int | None:
    words = set(words_of(heard.text))
    if words & {"other", "otra", "otro"} and len(scene.offers) == 2:
        return 2 if scene.waiting == 1 else 1
    return 1 if len(scene.offers) == 1 else None
