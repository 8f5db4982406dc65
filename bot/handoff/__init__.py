"""The way to a person: the queue, the silence of the assistant while somebody else answers, the hand-back."""

from bot.handoff.crowd import joined
from bot.handoff.model import Case, Reason
from bot.handoff.service import debtor_wrote, hand_back, open_case, open_case_of, waiting, withdraw

__all__ = [
    "Case", "Reason", "debtor_wrote", "hand_back", "joined", "open_case", "open_case_of", "waiting", "withdraw",
]  # fmt: skip
