"""What is said of offers: the choices, one of them, yes, no, later, and to leave it."""

from __future__ import annotations

from datetime import date

from actions import codes, links, say
from actions.handler import handles, instead, refuses
from bot import negotiation
from bot.core import Money, Refusal
from bot.dialogue import Turn, meant, questions
from bot.dialogue.meaning.acts import Accept, Act, Choose, Drop, Plain, Refuse
from bot.negotiation import Made

NO_LINK = frozenset({"pause", "extension", "reduction"})
_OFFERS = ("accept", "choice", "terms", "relief")
"""Questions while terms are talked about."""


@handles("resume", asked=("accept",))
def resume_offer(turn: Turn, act: Plain) -> None:
    """Where we were: the whole offer once more, since time has passed; the choices where it no longer stands."""
    assert isinstance(turn.asked, questions.Accept)
    made = [turn.known.offers[one] for one in turn.asked.offers if one in turn.known.offers]
    if made and all(one.offer.expires >= turn.today for one in made):
        say.put(turn, made, "where_we_were" if turn.state.moved else "read_back", groups=turn.asked.groups)
    else:
        turn.then_plain("ask_options")


@handles("resume", asked=("choice",))
def resume_choices(turn: Turn, act: Plain) -> None:
    turn.then_plain("ask_options")


@handles("ask_options")
def ask_options(turn: Turn, act: Plain) -> None:
    """What are my choices?"""
    if not say.choices(turn, meant.bargained_for(turn)):
        turn.then_plain("no_room")


@handles("accept", asked=("options",))
def wants_options(turn: Turn, act: Accept) -> None:
    turn.then_plain("ask_options")


@handles("accept", asked=("accept",))
def agree(turn: Turn, act: Accept) -> None:
    """Their yes: the agreement, the link for what is due first, and the agreement in writing."""
    assert isinstance(turn.asked, questions.Accept)
    offers = turn.asked.offers
    if any(turn.known.offers[one].debt_id in turn.known.plans for one in offers if one in turn.known.offers):
        codes.proven(turn)  # it takes the place of a plan that runs
    agreed = [
        negotiation.accept(turn.session, turn.who(), one, turn.now, turn.today, turn.message.id, by=say.collector(turn))
        for one in offers
    ]
    made = [turn.known.offers.get(one) or negotiation.offer(turn.session, turn.who(), one) for one in offers]
    turn.answered()
    turn.state.refusals = 0
    turn.state.named, turn.state.named_before, turn.state.offers_read = {}, {}, []
    turn.reload()
    _agreed(turn, agreed, made)
    _offer_next(turn, {one.debt_id for one in agreed})


@refuses(negotiation.OfferExpired)
@refuses(negotiation.OfferOutdated)
def expired(turn: Turn, refusal: Refusal) -> None:
    """It has run out: theirs is heard anew."""
    turn.ask(questions.Terms(missing="amount", again="utter_negotiation_ask_amount"), refusal.response)


@handles("accept", asked=("choice",))
def accept_choice(turn: Turn, act: Accept) -> None:
    """Yes to a list of one is that one; to a longer list it leaves open which."""
    assert isinstance(turn.asked, questions.Choice)
    turn.then(Choose(option=1)) if len(turn.asked.groups) == 1 else turn.then_plain("unclear")


@handles("choose", asked=("choice", "accept"))
def choose(turn: Turn, act: Choose) -> None:
    """One of the numbered choices, read back before it counts."""
    groups = getattr(turn.asked, "groups", ())
    if act.option is None or not 1 <= act.option <= len(groups):
        turn.then_plain("unclear")
        return
    made = [negotiation.offer(turn.session, turn.who(), one) for one in groups[act.option - 1]]
    turn.talk_of(tuple(debt for debt in turn.known.debts if debt.id in {one.debt_id for one in made}))
    say.read_back(turn, made, groups)


def _takes_up(turn: Turn) -> bool:
    return isinstance(turn.said.act, Choose) and turn.said.act.earlier is not None


@instead(_takes_up)
def take_up(turn: Turn, act: Choose) -> None:
    """An offer that was read earlier, whole once more, whatever is asked now: yes counts from here on."""
    assert act.earlier is not None
    turn.who()
    made = turn.known.read_before[act.earlier - 1]
    turn.talk_of(tuple(debt for debt in turn.known.debts if debt.id in {one.debt_id for one in made}))
    say.read_back(turn, made)


@handles("refuse", asked=("accept", "choice", "terms"))
def refuse(turn: Turn, act: Refuse) -> None:
    """No, and no figure with it: ask for theirs once, then show the choices, then offer a person, then bring one. With
    a plan it stays as it is."""
    debts = meant.bargained_for(turn)
    if any(debt.id in turn.known.plans for debt in debts):
        turn.answered()
        turn.say("utter_negotiation_kept")
        return
    turn.state.refusals += 1
    named = any(questions.proposal(said).payment for said in turn.state.named.values())
    if named and getattr(turn.asked, "theirs", None):
        turn.state.refusals = max(turn.state.refusals, 2)  # their sum is known, and ours is no help
    if turn.state.refusals == 1 and turn.asked is not None and turn.asked.kind != "terms":
        wishes = {one: questions.proposal(wish) for one, wish in turn.state.wishes.items()}
        groups = getattr(turn.asked, "groups", ())
        is_of_theirs = named and isinstance(act, Refuse)  # no, and not "less"
        response = "utter_negotiation_ask_what_differs" if is_of_theirs else "utter_negotiation_ask_what_works"
        turn.ask(questions.Terms(missing="amount", wishes=wishes, groups=groups, again=response), response)
    elif turn.state.refusals == 2 and not isinstance(turn.asked, questions.Choice) and say.choices(turn, debts):
        return
    else:
        turn.ask(questions.Person(), "utter_negotiation_offer_person")


@handles("refuse", "drop", asked=("options",))
def no_options(turn: Turn, act: Act) -> None:
    turn.answered()
    turn.ask(questions.Else(), "utter_dialogue_what_else")


@handles("think_it_over")
def think_it_over(turn: Turn, act: Plain) -> None:
    """Nobody is pressed: the offer stays open until its last day."""
    turn.who()
    offers = [turn.known.offers[one] for one in getattr(turn.asked, "offers", ()) if one in turn.known.offers]
    if offers:
        turn.say("utter_negotiation_take_time", until=min(one.offer.expires for one in offers))
    else:
        turn.say("utter_dialogue_take_time")


@handles("drop", asked=_OFFERS)
def drop(turn: Turn, act: Drop) -> None:
    """The offer goes, and nothing is set up."""
    turn.answered()
    turn.state.wishes, turn.state.named, turn.state.named_before = {}, {}, {}
    turn.ask(questions.Options(), "utter_negotiation_dropped")


def _agreed(turn: Turn, agreed: list[negotiation.Agreement], made: list[Made]) -> None:
    """What was set up, its links and its documents: one after the other, or a line for each of several."""
    if len(agreed) == 1:
        (agreement,), (one,) = agreed, made
        turn.say("utter_negotiation_agreed", terms=say.terms_of(turn, one), debt_id=agreement.debt_id)
        if agreement.schedule and one.offer.kind.value not in NO_LINK:
            first = agreement.schedule[0]
            links.say_link(turn, agreement.debt_id, first.amount, first.due)
        url = negotiation.document_link(turn.session, agreement, turn.settings.public_url)
        turn.say("utter_negotiation_document", url=url, debt_id=agreement.debt_id)
        return
    clients, asked = say.told_apart(turn, turn.known.debts), _to_pay(agreed)
    joint, _ = links.joint_link_for(turn, asked) if _at_once(agreed, asked) else (None, None)
    firsts, lines = {debt_id: (amount, due) for debt_id, amount, due in asked}, list[str]()
    for agreement in agreed:
        client = clients[agreement.debt_id]
        if agreement.debt_id in firsts:
            amount, due = firsts[agreement.debt_id]
            values: dict[str, object] = {"client": client, "amount": amount, "date": due}
            if joint is None:
                values["url"], _ = links.link_for(turn, agreement.debt_id, amount, due)
            lines.append(turn.phrase(f"utter_negotiation_several_{'due' if joint else 'link'}", **values))
        document = negotiation.document_link(turn.session, agreement, turn.settings.public_url)
        lines.append(turn.phrase("utter_negotiation_several_document", client=client, url=document))
    if joint is not None:
        lines.append(turn.phrase("utter_negotiation_several_joint", total=joint.amount, url=joint.url))
    turn.say("utter_negotiation_several_agreed", lines="\n".join(lines))


def _to_pay(agreed: list[negotiation.Agreement]) -> list[tuple[str, Money, date | None]]:
    """The first part of each that is paid by a link."""
    return [
        (one.debt_id, one.schedule[0].amount, one.schedule[0].due)
        for one in agreed
        if one.schedule and one.kind not in NO_LINK
    ]


def _at_once(agreed: list[negotiation.Agreement], asked: list[tuple[str, Money, date | None]]) -> bool:
    """Whether one payment is meant: each is paid in one, or their first parts fall on one day."""
    in_one = all(len(one.schedule) == 1 for one in agreed)
    return len(asked) > 1 and (in_one or len({due for _, _, due in asked}) == 1)


def _offer_next(turn: Turn, agreed: set[str]) -> None:
    """After an agreement: the next debt that has none."""
    left = [debt for debt in turn.known.free if debt.id not in agreed and debt.id not in turn.known.plans]
    if left:
        turn.talk_of((left[0],))
        turn.ask(questions.Options(), "utter_negotiation_several_next", client=say.told_apart(turn, turn.known.debts)[left[0].id])
