"""The page on which an offer is made: what policy allows on one account, and how far the authority of each role goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot import accounts, contact, negotiation
from bot.core import Money
from bot.web import desk_agreed, desk_links, desk_offer, desk_offer_words, desk_yes, texts
from bot.web.desk_asked import Asked, among
from bot.web.desk_moves import their_zone
from bot.web.parts import written_day


def values(asked: Asked, debt_id: str, spoken: str) -> dict[str, Any]:
    """For the page on which an offer is made. Raises Gone where there is nothing to offer on."""
    talk, who = desk_offer.talk_of(asked)
    theirs = accounts.known_debts_of(asked.session, who.party_id)
    debt, today = among(theirs, lambda one: one.id == debt_id), desk_offer.today_of(asked, talk)
    common = {
        "debt": debt,
        "owed": debt.balance.text(spoken),
        "kinds": desk_offer.KINDS,
        "hows": desk_offer.EVERY,
        "today": today,
    }
    assert asked.case is not None
    zone = asked.parts.settings.time_zone
    said = desk_yes.after_answer(contact.transcript(asked.session, talk.id, blocked=True), asked.case)
    common["said"] = desk_yes.shown(said, zone, spoken)
    common["in_force"] = desk_agreed.of(asked.session, who, debt, negotiation.running(asked.session, who), spoken)
    common["open_links"] = desk_links.stands(asked, [debt], their_zone(asked.parts, asked.session, asked.case), spoken)
    try:
        allowed = negotiation.allowed(asked.session, who, debt_id, asked.now, today)
    except negotiation.DebtOnHold:
        return {**common, "held": True}
    phrase = desk_offer_words.phrase_of(today, spoken)
    return {
        **common,
        "held": False,
        "options": [(one.kind.value, negotiation.in_words(one, phrase)) for one in allowed.offers],
        "limits": list(_limits(allowed, spoken)),
        "tiers": [
            (one.role == asked.me.role, texts.text("offer_tier", spoken, **_tier(one, allowed, spoken)))
            for one in allowed.policy.approval
        ],
    }


def _limits(allowed: negotiation.Allowed, spoken: str) -> Iterator[str]:
    say, limits = texts.speaker(spoken), allowed.decision.limits
    explained = allowed.decision
    yield say("offer_row", row=explained.row)
    yield from (str(one) for one in explained.passed_over[-3:])
    yield from (say("offer_cap", cap=cap) for cap in explained.caps)
    yield say("offer_plan_limits", least=limits.plan.min_payment.text(spoken), months=limits.plan.max_term_months,
              latest=written_day(spoken, limits.plan.latest_first))  # fmt: skip
    if limits.settlement is None:
        yield say("offer_no_settlement")
    else:
        yield say("offer_settlement_limits", floor=limits.settlement.floor.text(spoken),
                  latest=written_day(spoken, limits.settlement.latest))  # fmt: skip


def _tier(tier: Any, allowed: negotiation.Allowed, spoken: str) -> dict[str, str]:
    balance = allowed.case.balance
    reaches = tier.balance_below is None or balance.minor < tier.balance_below
    limits = allowed.decision.limits.settlement
    floor = limits.floor if limits is not None else balance
    least = max(floor - balance.percent(tier.points_below_floor, "down"), Money.zero(balance.currency))
    return {
        "role": texts.text(f"desk_role_{tier.role}", spoken),
        "least": (least if reaches else floor).text(spoken),
        "months": str(allowed.decision.limits.plan.max_term_months + (tier.extra_months if reaches else 0)),
    }
