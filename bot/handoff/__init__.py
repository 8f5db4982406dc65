"""The way to a person: the queue, the silence of the assistant while somebody else answers, the hand-back."""

from bot.handoff import hearing, satisfaction
from bot.handoff.answering import LONGEST as LONGEST_REPLY
from bot.handoff.answering import first_words, may_reply, may_say, note, reply, reply_ready, say
from bot.handoff.approving import Approval, AskedAlready, OwnRequest, answer_approval, ask_approval, open_approvals
from bot.handoff.authority import WAIVE_MOST_MINOR, may_waive
from bot.handoff.canned import Ready, as_texts, ready
from bot.handoff.closed import closed, last_closed, reopen
from bot.handoff.crowd import all_joined, joined
from bot.handoff.drafts import draft_of, drop_draft, keep_draft
from bot.handoff.handing_back import hand_back
from bot.handoff.later import Later, NotThen, call_off, schedule, send_scheduled, waiting_replies
from bot.handoff.left_chat import asks_for_mail, mail_in, tell_of_answers, tells_by_mail
from bot.handoff.long_waits import tell_of_long_waits
from bot.handoff.mentioning import read_mentions, unread_mentions
from bot.handoff.model import HOLDS_OF, NEVER_JOINED, WORDS, Case, Code, Entry, Reason, Taken
from bot.handoff.owning import NOBODYS, hold_for, is_left_alone, may_take_back, release, take, take_over, transfer
from bot.handoff.presence import Here, online, presence, seen
from bot.handoff.reviewing import MOST as MOST_POINTS
from bot.handoff.reviewing import POINTS, OwnWork, Review, case_by_id, led_by, review, reviews, to_review
from bot.handoff.seats import SKILLS, Seat, assign, fitting, loads_of, pause, seat, seats
from bot.handoff.service import debtor_wrote, open_case, open_case_of, open_in, waiting, withdraw, wrote_again
from bot.handoff.snoozing import snooze, wake
from bot.handoff.store import entries, last_entry, talks_since, write_down

__all__ = [
    "as_texts", "hearing", "satisfaction",
    "asks_for_mail", "mail_in", "tell_of_answers", "tells_by_mail", "tell_of_long_waits",
    "closed", "last_closed", "reopen", "talks_since",
    "presence", "is_left_alone", "may_take_back",
    "MOST_POINTS", "POINTS", "OwnWork", "Review", "case_by_id", "led_by", "review", "reviews", "to_review",
    "SKILLS", "Seat", "assign", "fitting", "loads_of", "pause", "seat", "seats",
    "Approval", "AskedAlready", "OwnRequest", "answer_approval", "ask_approval", "open_approvals",
    "WAIVE_MOST_MINOR", "may_waive", "Later", "NotThen", "call_off", "first_words", "schedule", "send_scheduled", "waiting_replies", "HOLDS_OF", "LONGEST_REPLY", "NEVER_JOINED", "NOBODYS", "WORDS", "Case", "Code", "Entry", "Here", "Ready", "Reason", "Taken", "all_joined",
    "debtor_wrote", "draft_of", "drop_draft", "entries", "hand_back", "hold_for", "joined", "keep_draft", "last_entry",
    "may_reply", "may_say", "say", "note", "online", "open_case", "open_case_of", "open_in", "read_mentions", "ready", "release", "reply", "reply_ready", "seen", "snooze", "take",
    "take_over", "transfer", "unread_mentions", "waiting", "wake", "withdraw", "write_down", "wrote_again",
]  # fmt: skip
