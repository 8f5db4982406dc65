"""One amount for several debts: it is shared out to the cent, and each gets what it needs first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core import Money
from bot.negotiation import Frequency, Proposal
from bot.negotiation.several import by_size, divided
from tests.negotiation.bargaining_kit import TODAY, usd

balances = st.lists(st.integers(1, 2_000_000), min_size=1, max_size=5)


@given(balances, st.data())
def test_shares_sum_to_what_was_named_and_none_is_below_what_it_needs(owed: list[int], data: st.DataObject) -> None:
    least = [data.draw(st.integers(0, one)) for one in owed]
    amount = data.draw(st.integers(1, sum(owed)))
    shares = by_size(Money(amount, "USD"), [Money(o, "USD") for o in owed], [Money(low, "USD") for low in least])
    assert sum(share.minor for share in shares) == amount
    assert all(share.minor >= 0 for share in shares)
    if sum(least) <= amount:
        assert all(share.minor >= low for share, low in zip(shares, least, strict=True))


def test_every_amount_of_a_proposal_is_divided_and_days_are_kept() -> None:
    wish = Proposal(parts=((TODAY, usd(100)), (None, "rest")), total=usd(300), frequency=Frequency.MONTHLY)
    gym, clinic = divided(wish, [usd(100), usd(300)], [usd(0), usd(0)])
    assert gym.parts == ((TODAY, usd(25)), (None, "rest")) and clinic.parts == ((TODAY, usd(75)), (None, "rest"))
    assert (gym.total, clinic.total, gym.frequency) == (usd(75), usd(225), Frequency.MONTHLY)


def test_where_it_is_not_enough_for_all_it_goes_by_size() -> None:
    assert by_size(usd(40), [usd(100), usd(300)], [usd(20), usd(60)]) == [usd(10), usd(30)]
