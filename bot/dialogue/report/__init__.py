"""How well messages are understood, as figures and as a page: measured on messages that never train."""

from __future__ import annotations

from bot.dialogue.report.blind import Blind, read_blind
from bot.dialogue.report.figures import Report, Share, measured
from bot.dialogue.report.page import html
from bot.dialogue.report.scored import score, shown

__all__ = ["Blind", "Report", "Share", "html", "measured", "read_blind", "score", "shown"]
