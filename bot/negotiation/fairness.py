"""Do groups that no decision may look at end up with different deals?

A ratio under four fifths is flagged for a person to look at; it fails nothing by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.negotiation.replaying import Account, Ending

FOUR_FIFTHS = 0.8
ENOUGH = 30


@dataclass(frozen=True)
class GroupFigures:
    """One value of one group under the draft. Shares are of its accounts; `ratio` is to the best value of the group.

    `flagged` when a ratio is under 0.8 and both values have at least 30 accounts.
    """

    group: str
    value: str
    accounts: int
    taken_as_said: float
    without_person: float
    discount_share: float
    ratio: float
    flagged: bool


def by_group(accounts: Sequence[Account], pairs: Sequence[tuple[Ending, Ending]]) -> tuple[GroupFigures, ...]:
    """Figures for every value of every group that the accounts carry, sorted by group and value."""
    found: dict[tuple[str, str], list[tuple[Account, Ending]]] = {}
    for account, (_, new) in zip(accounts, pairs, strict=True):
        for group, value in account.groups.items():
            found.setdefault((group, value), []).append((account, new))
    shares = {key: _shares(members) for key, members in found.items()}
    return tuple(_figures(key, shares, {one: len(all_) for one, all_ in found.items()}) for key in sorted(found))


def _shares(members: Sequence[tuple[Account, Ending]]) -> tuple[float, float, float]:
    said = [ending for account, ending in members if account.proposals]
    taken = sum(ending.how == "accepted" for ending in said) / max(len(said), 1)
    alone = sum(ending.how != "person" for _, ending in members) / len(members)
    owed = sum(account.case.balance.minor for account, _ in members)
    forgiven = sum(ending.offer.discount.minor for _, ending in members if ending.offer)
    return round(taken, 4), round(alone, 4), round(forgiven / max(owed, 1), 4)


def _figures(
    key: tuple[str, str],
    shares: dict[tuple[str, str], tuple[float, float, float]],
    sizes: dict[tuple[str, str], int],
) -> GroupFigures:
    peers = [share for other, share in shares.items() if other[0] == key[0] and sizes[other] >= ENOUGH]
    best = [max(column) for column in zip(*peers, strict=True)]
    ratios = [own / most for own, most in zip(shares[key], best, strict=False) if most]
    ratio = round(min(ratios, default=1.0), 4)
    flagged = sizes[key] >= ENOUGH and ratio < FOUR_FIFTHS
    return GroupFigures(*key, sizes[key], *shares[key], ratio, flagged)
