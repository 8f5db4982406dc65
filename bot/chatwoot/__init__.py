"""A mirror of the queue in the operator's Chatwoot, for agents who already work there. Optional; the desk stays whole.

Chatwoot is never the front door: what an agent writes there goes out by our door, under our holds and hours, and what
it refuses they read as a private note. Its webhook is sent once and may be lost: it only says where to look, and every
open case is looked at each minute all the same. Each message carries our key as `source_id`, so that none is written
there twice; each of theirs is taken once by its number.
"""

from bot.chatwoot.client import Away, Client, tried
from bot.chatwoot.mirror import Mirror
from bot.chatwoot.signed import is_signed, talk_of
from bot.chatwoot.store import ACTOR, ring

__all__ = ["ACTOR", "Away", "Client", "Mirror", "is_signed", "ring", "talk_of", "tried"]
