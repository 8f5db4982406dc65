"""The chat as people see it: narrow, wide, dark, at 400 % zoom, in forced colours and without JavaScript. The pictures go
to var/screenshots, to be looked at.
"""

from __future__ import annotations

import pytest

from tests.examples import NEW
from tests.web.test_browser import (  # noqa: F401
    CHROMIUM,
    bubbles,
    chromium,
    open_page,
    reply,
    server,
    shoot,
    violations,
    write,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]
SCREENS = {
    "320": {"viewport": {"width": 320, "height": 568}},
    "360": {"viewport": {"width": 360, "height": 740}},
    "1280": {"viewport": {"width": 1280, "height": 800}},
    "zoom-400": {"viewport": {"width": 320, "height": 200}, "device_scale_factor": 4},
    "landscape-keyboard": {"viewport": {"width": 640, "height": 160}, "device_scale_factor": 2},
}
"""At 400 % a window of 1280 by 800 has 320 by 200 pixels; a phone on its side with a keyboard open has about 160 lines."""
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "no-script": {"java_script_enabled": False},
}
HELLO = ("Hi, this is the automated assistant of Northwind Energy. To keep things private, what are your reference number, date "
         "of birth and ZIP code? Without a reference, send the phone number we have for you.")  # fmt: skip
OFFERS = ("Your choices:\n1) $551.16 once by Wednesday, December 2, and the other $61.24 is forgiven\n"
          "2) $51.04 a month, 12 payments, $612.40 in all\n3) $25.52 a month, 24 payments, $612.40 in all\n"
          "Which one? Or name an amount.")  # fmt: skip
AGREED = "Done, it's set up: $51.04 a month from Wednesday, December 2, 12 payments, the last $50.96 on Tuesday, November 2, 2027."
LINK = "Here you are. You pay on a secure page.\nPay $51.04: {url}/p/Xb8kQm2rT5vY7wZ0aB3cD4\nGood until Monday, December 7. Never send card numbers here."
PAPER = "Read the agreement: {url}/a/Xb8kQm2rT5vY7wZ0aB3cD4"
_NEWEST = "[...document.querySelectorAll('#log .you')].at(-1).nextElementSibling.getBoundingClientRect().top"
CHOICES = ("1", "2", "3", "Another amount", "Talk to a person")


def combinations() -> list[object]:
    """Every screen and every look; in `make soak` colours and pages without a script at other sizes too."""
    every = [(screen, "light") for screen in SCREENS] + [("360", look) for look in ("dark", "forced", "no-script")]
    if NEW:
        every += [(screen, "dark") for screen in ("320", "1280", "zoom-400")]
        every += [("1280", "forced"), ("zoom-400", "no-script")]
    return [pytest.param(screen, look, id=f"{screen} {look}") for screen, look in every]


def say(server, page, theirs: str, *ours: str, choices: tuple[str, ...] = (), script: bool = True, **how) -> None:  # noqa: F811
    if script:
        write(page, theirs)
        page.locator("#typing").wait_for()
    else:
        page.get_by_label("Your message").fill(theirs)
        page.get_by_role("button", name="Send").click()
    for text in ours[:-1]:
        reply(server, page, text.format(url=server.url), **how)
    reply(server, page, ours[-1].format(url=server.url), choices=choices, **how)
    if script:
        page.locator("#typing").wait_for(state="hidden")
        (page.get_by_role("link", name=ours[-1].partition(":")[0]) if "{url}" in ours[-1] else
         page.get_by_text(ours[-1].split("\n")[-1])).last.wait_for()  # fmt: skip
    else:
        page.get_by_role("link", name="Show new messages").click()


@pytest.mark.parametrize(("screen", "look"), combinations())
def test_every_screen_of_the_chat(server, open_page, screen: str, look: str) -> None:  # noqa: F811
    page = open_page(size=screen if screen in ("360", "1280") else "360", **_how(screen, look))
    script = look != "no-script"
    shots = [("empty", lambda: None)]
    shots += [("offers", lambda: (say(server, page, "hi", HELLO, script=script),
                                  say(server, page, "what can i do? i lost my job and can't pay all of it", OFFERS, choices=CHOICES, script=script)))]  # fmt: skip
    shots += [("agreed", lambda: say(server, page, "2", AGREED, LINK, PAPER, script=script))]
    shots += [("person", lambda: say(server, page, "can somebody call me", "Hi, Sam here. I've read everything you wrote. Tomorrow at 10?",
                                     script=script, author="agent:stf_1"))]  # fmt: skip
    for name, act in shots:
        act()
        shoot(page, f"screen-{screen}-{look}-{name}")
        if script:
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert len(bubbles(page)) == {"empty": 0, "offers": 4, "agreed": 8, "person": 10}[name], "something is not shown"
        height = SCREENS[screen]["viewport"]["height"]
        if height > 339:
            assert page.get_by_role("button", name="Send").bounding_box()["y"] < height
        if name != "empty":
            top = page.evaluate(_NEWEST) if script else page.locator("#newest").bounding_box()["y"]
            assert -height < top < height, "the newest answer is out of view"
            assert height > 339 or top > -height / 2, "on a low screen a long answer is read from its beginning"


def _how(screen: str, look: str) -> dict[str, object]:
    return {**SCREENS[screen], **LOOKS[look]}


