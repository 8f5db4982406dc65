"""The opt-out and opt-in words that carriers know, plus their Spanish ones. Exact messages only, any case.

47 CFR 64.1200(a)(10) names stop, quit, end, revoke, opt out, cancel, unsubscribe.
"""

from __future__ import annotations

import re

STOP = frozenset(
    [
        "stop",
        "stopall",
        "unsubscribe",
        "end",
        "quit",
        "revoke",
        "optout",
        "cancel",
        "remove",
        "alto",
        "pare",
        "parar",
        "basta",
        "detener",
    ]
) | {"opt out", "stop all", "no mas", "no más", "stop texting", "stop please", "please stop", "dar de baja"}
_SPANISH = frozenset({"alto", "pare", "parar", "basta", "detener", "no mas", "no más", "dar de baja", "empezar", "reanudar"})
_ONLY_BY_TEXT = frozenset({"end", "quit", "cancel", "remove", "basta"})
"""On a page these are as likely about the page or a payment; there the NLU decides."""
START = frozenset({"start", "unstop", "empezar", "reanudar"})
HELP = frozenset({"help", "info", "ayuda"})
WEB_TAP = {"en": "In my browser", "es": "En mi navegador"}
WEB = frozenset(
    ["web", "website", "web chat", "webchat", "browser", "chat web", "página", "pagina", "página web", "pagina web",
     "sitio web", "navegador", "por internet", "en línea", "en linea", "in my browser", "en mi navegador"]
)  # fmt: skip
"""They would rather go on on our page."""


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())


def is_stop(text: str, channel: str = "sms") -> bool:
    words = STOP - _ONLY_BY_TEXT if channel in ("web", "shell") else STOP
    return _bare(text) in words


def is_spanish(text: str) -> bool:
    """A carrier's word in Spanish: who types it is answered in it."""
    return _bare(text) in _SPANISH


def is_start(text: str) -> bool:
    return _bare(text) in START


def is_help(text: str) -> bool:
    return _bare(text) in HELP


def is_web(text: str, channel: str) -> bool:
    """Asked for from elsewhere; on the page itself it is a word like any other."""
    return channel in ("sms", "whatsapp", "telegram") and _bare(text) in WEB
