"""The way to a person: the queue, the silence of the assistant while somebody else answers, the hand-back."""

from bot.handoff.answering import LONGEST as LONGEST_REPLY
from bot.handoff.answering import WORDS, note, reply
from bot.handoff.crowd import all_joined, joined
from bot.handoff.handing_back import hand_back
from bot.handoff.model import HOLDS_OF, Case, Code, Entry, Reason, Taken
from bot.handoff.owning import NOBODYS, hold_for, release, take, take_over
from bot.handoff.service import debtor_wrote, open_case, open_case_of, waiting, withdraw
from bot.handoff.store import entries, last_entry, write_down

__all__ = [
    "HOLDS_OF", "LONGEST_REPLY", "NOBODYS", "WORDS", "Case", "Code", "Entry", "Reason", "Taken", "all_joined",
    "debtor_wrote", "entries", "hand_back", "hold_for", "joined", "last_entry", "note", "open_case", "open_case_of", "release",
    "reply", "take", "take_over", "waiting", "withdraw", "write_down",
]  # fmt: skip
