"""Who are we talking to: the challenge, the attempts, and the `Verified` value that nobody else can make."""

from bot.identity.factors import network
from bot.identity.judging import challenge, challenge_by_voice
from bot.identity.model import Answers, Checks, Incomplete, Locked, Matched, NotMatched, NotVerified, Outcome
from bot.identity.service import add_reference, enrol, failures, forget, known_in, require, touch, who
from bot.identity.verified import Forged, Verified

__all__ = [
    "Answers",
    "Checks",
    "Forged",
    "Incomplete",
    "Locked",
    "Matched",
    "NotMatched",
    "NotVerified",
    "Outcome",
    "Verified",
    "add_reference",
    "challenge",
    "challenge_by_voice",
    "enrol",
    "failures",
    "forget",
    "known_in",
    "network",
    "require",
    "touch",
    "who",
]
