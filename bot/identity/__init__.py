"""Who are we talking to: the challenge, the attempts, and the `Verified` value that nobody else can make."""

from bot.identity.codes import ask_code, behind, confirm, phone_on_file, possesses
from bot.identity.factors import network
from bot.identity.judging import challenge, challenge_by_voice
from bot.identity.links import follow_link, linked_talk, offer_link, opened_in
from bot.identity.model import (
    Answers,
    Checks,
    CodeAsked,
    CodeFirst,
    CodeNeeded,
    Codes,
    Incomplete,
    Locked,
    Matched,
    NoMoreCodes,
    NotMatched,
    NotVerified,
    Outcome,
    WrongCode,
)
from bot.identity.service import add_reference, enrol, failures, forget, known_in, require, touch, who
from bot.identity.typed import birth_dates
from bot.identity.verified import Forged, Verified

__all__ = [
    "Answers",
    "Checks",
    "CodeAsked",
    "CodeFirst",
    "CodeNeeded",
    "Codes",
    "Forged",
    "Incomplete",
    "Locked",
    "Matched",
    "NoMoreCodes",
    "NotMatched",
    "NotVerified",
    "Outcome",
    "Verified",
    "WrongCode",
    "add_reference",
    "ask_code",
    "behind",
    "birth_dates",
    "challenge",
    "challenge_by_voice",
    "confirm",
    "enrol",
    "failures",
    "follow_link",
    "forget",
    "known_in",
    "linked_talk",
    "network",
    "phone_on_file",
    "possesses",
    "offer_link",
    "opened_in",
    "require",
    "touch",
    "who",
]
