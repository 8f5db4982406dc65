"""Sending a photo from the chat page in a real browser: one tap, its line at once, and no script needed."""

from __future__ import annotations

import os

import pytest

from bot.sandbox import samples
from tests.examples import walked
from tests.web.test_browser import (
    CHROMIUM,
    chromium,
    open_page,
    reply,
    server,
    shoot,
    stored,
    until,
    violations,
    write,
)

assert chromium and open_page and server  # fixtures
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no chromium on this machine"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]
RECEIPT = {"name": "receipt.jpg", "mimeType": "image/jpeg", "buffer": samples.of("image/jpeg")}


@pytest.mark.parametrize("size", walked(["320", "360", "1280"]))
def test_a_photo_is_sent_and_stands_in_the_conversation(open_page, server, size: str) -> None:
    page = open_page()
    page.set_viewport_size({"width": int(size), "height": 740})
    write(page, "i paid this already")
    until(lambda: stored(server) == ["i paid this already"])
    page.get_by_label("Photo or PDF").set_input_files(RECEIPT)
    until(lambda: stored(server) == ["i paid this already", ""])
    reply(server, page, "Thanks, I've put that with D-1042. A colleague will look at it before anything is decided.")
    page.get_by_text("Thanks, I've put that").wait_for()
    assert page.locator("#log .line.you .file:visible").count() == 1
    assert violations(page) == []
    shoot(page, f"chat-file-{size}")
    page.reload()
    assert page.locator("#log .line.you .file:visible").count() == 1


def test_what_cannot_be_opened_is_said_and_leaves_no_line(open_page, server) -> None:
    page = open_page(refused="422")
    page.get_by_label("Photo or PDF").set_input_files({**RECEIPT, "buffer": b"MZ a program"})
    page.get_by_text("A photo (JPG, PNG, WebP) or a PDF works").wait_for()
    assert page.locator("#log .line").count() == 0 and stored(server) == []


def test_a_photo_that_was_not_sent_is_kept_until_it_can_be(open_page, server) -> None:
    page = open_page()
    page.context.set_offline(True)
    page.get_by_label("Photo or PDF").set_input_files(RECEIPT)
    page.get_by_text("Try again").wait_for()
    page.context.set_offline(False)
    until(lambda: stored(server) == [""])


def test_without_a_script_the_form_is_there_and_works(open_page, server) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_label("Photo or PDF").set_input_files(RECEIPT)
    shoot(page, "chat-file-no-script")
    page.get_by_text("Upload the file").click()
    until(lambda: stored(server) == [""])
    assert page.locator("#log .line.you .file:visible").count() == 1
