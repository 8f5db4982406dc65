"""The stories of the demo's phone page, sent as they are suggested there: each ends as its card says. Maria's is in
`test_the_money_conversation`.
"""

from __future__ import annotations

import httpx
import pytest

from bot.sandbox import stories
from tests.whole.running import Parley, until

AGREED = "SELECT count(*) FROM agreements a JOIN addresses d ON d.party_id = a.party_id WHERE d.value = ?"
CASES = "SELECT c.reason FROM cases c JOIN conversations t ON t.id = c.conversation_id WHERE t.address = ?"
ENDS = {
    "Lost her job": "a pause", "This isn't mine": "D-", "Wants to settle": "forgiven",
    "Habla español": "Listo", "A hard moment": "988",
}  # fmt: skip
WITHOUT_A_PLAN = {"This isn't mine": "dispute", "A hard moment": "crisis"}


@pytest.mark.parametrize("story", stories.every()[1:], ids=lambda story: story.title)
def test_a_story_ends_as_its_card_says(running: Parley, story: stories.Story) -> None:
    for text in story.says:
        before = len(running.received(story.phone))
        httpx.post(f"{running.sandbox}/phone/{story.phone}/{story.channel}", json={"text": text}, timeout=20).raise_for_status()
        until(lambda before=before: len(running.received(story.phone)) > before, 60, f"an answer to {text!r}")
    assert ENDS[story.title] in "\n".join(running.received(story.phone)[-2:])
    if story.title in WITHOUT_A_PLAN:
        assert running.rows(CASES, story.phone) == [(WITHOUT_A_PLAN[story.title],)]
    else:
        assert running.rows(AGREED, story.phone) == [(1,)]
