"""What they named of a plan stays until they say otherwise: a message changes only what it names."""

from __future__ import annotations

from datetime import date

from bot.core import Money
from bot.negotiation import Frequency, Proposal, completed, remembered
from tests.examples import each

WEEKLY, BIWEEKLY, MONTHLY = Frequency.WEEKLY, Frequency.BIWEEKLY, Frequency.MONTHLY
FRIDAY = 4
SIXTEENTH, EIGHTEENTH, JANUARY_8 = date(2026, 12, 16), date(2026, 12, 18), date(2027, 1, 8)


def usd(text: str) -> Money:
    return Money.of(text, "USD")


FORTY = Proposal(each=usd("40"), frequency=BIWEEKLY, first_date=SIXTEENTH, not_before=True, weekday=FRIDAY)
"""40 every other Friday, but after the 15th."""
FORTY_AGAIN = Proposal(each=usd("40"), frequency=BIWEEKLY, weekday=FRIDAY)
MONTHLY_FORTY = Proposal(each=usd("40"), frequency=MONTHLY, first_date=SIXTEENTH, not_before=True)

STAYS: list[tuple[str, list[Proposal], Proposal]] = [
    ("I told you forty, every two Fridays", [FORTY, FORTY_AGAIN], FORTY),
    ("forty every two weeks", [FORTY, Proposal(each=usd("40"), frequency=BIWEEKLY)], FORTY),
    ("make it 50", [FORTY, Proposal(each=usd("50"))],
     Proposal(each=usd("50"), frequency=BIWEEKLY, first_date=SIXTEENTH, not_before=True, weekday=FRIDAY)),
    ("in six payments", [FORTY, Proposal(count=6)],
     Proposal(count=6, frequency=BIWEEKLY, first_date=SIXTEENTH, not_before=True, weekday=FRIDAY)),
    ("on the 18th is fine", [FORTY, Proposal(first_date=EIGHTEENTH)],
     Proposal(each=usd("40"), frequency=BIWEEKLY, first_date=EIGHTEENTH)),
    ("no, January 8, and then every two Fridays",
     [FORTY, Proposal(first_date=JANUARY_8, frequency=BIWEEKLY, weekday=FRIDAY)],
     Proposal(each=usd("40"), frequency=BIWEEKLY, first_date=JANUARY_8, weekday=FRIDAY)),
    ("forty, after January 8 was named", [FORTY, Proposal(first_date=JANUARY_8), FORTY_AGAIN],
     Proposal(each=usd("40"), frequency=BIWEEKLY, first_date=JANUARY_8, weekday=FRIDAY)),
    ("monthly has no place for Fridays", [FORTY, Proposal(frequency=MONTHLY)], MONTHLY_FORTY),
    ("and every week has it again", [FORTY, Proposal(frequency=MONTHLY), Proposal(frequency=WEEKLY)],
     Proposal(each=usd("40"), frequency=WEEKLY, first_date=SIXTEENTH, not_before=True, weekday=FRIDAY)),
    ("is there a discount, and then forty again", [FORTY, Proposal(wants="settlement"), FORTY_AGAIN], FORTY),
    ("all of it is no plan", [FORTY, Proposal(wants="full")], Proposal(wants="full")),
    ("50 once on the 18th has no rhythm", [FORTY, Proposal(each=usd("50"), first_date=EIGHTEENTH)],
     Proposal(each=usd("50"), first_date=EIGHTEENTH)),
    ("the 5th of each month, then 40", [Proposal(frequency=MONTHLY, days_of_month=(5,)), Proposal(each=usd("40"))],
     Proposal(each=usd("40"), frequency=MONTHLY, days_of_month=(5,))),
    ("the 2nd Friday of each month, then 40",
     [Proposal(frequency=MONTHLY, weekday=FRIDAY, nth=2), Proposal(each=usd("40"))],
     Proposal(each=usd("40"), frequency=MONTHLY, weekday=FRIDAY, nth=2)),
    ("the 2nd Friday, then the 5th", [Proposal(frequency=MONTHLY, weekday=FRIDAY, nth=2, each=usd("40")),
     Proposal(days_of_month=(5,))], Proposal(each=usd("40"), frequency=MONTHLY, days_of_month=(5,))),
    ("60 on the 18th and then 30 every Friday, as it was said",
     [FORTY, Proposal(parts=((EIGHTEENTH, usd("60")),), each=usd("30"), frequency=WEEKLY)],
     Proposal(parts=((EIGHTEENTH, usd("60")),), each=usd("30"), frequency=WEEKLY)),
]  # fmt: skip


@each(("said", "messages", "wish"), STAYS)
def test_a_message_changes_only_what_it_names(said: str, messages: list[Proposal], wish: Proposal) -> None:
    before = Proposal()
    for earlier in messages[:-1]:
        before = remembered(before, earlier)
    assert completed(messages[-1], messages[-1], before) == wish
