"""Experiments in a real browser, small and large: set up, started, read and stopped; axe finds nothing."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bot import core, experiments
from bot.experiments import Guard, Seen
from tests.examples import walked
from tests.experiments.kit import DESIGN, LIMITS, MARGINS, approved
from tests.web.test_browser import SIZES, at_desk, chromium, open_page, pytestmark, server
from tests.web.test_browser_manage import two_managers
from tests.web.test_desk_hands import seen
from tests.web.test_manage import code_of

__all__ = ["chromium", "open_page", "pytestmark", "server"]


def six_weeks(server, found: experiments.Experiment) -> None:
    """What the worker would have read of it each day: forty debtors a day, of whom 30 % agree, with the challenger 38 %."""
    chance, now, known = random.Random(7), server.settings.clock.now(), list[Seen]()
    for day in range(42):
        share = 0.25 if day < 7 else 0.5
        for _ in range(40):
            challenger = chance.random() < share
            known.append(Seen(challenger, share, float(chance.random() < (0.38 if challenger else 0.3))))
        if day < 14:
            continue
        assigned, over = [(one.challenger, one.share) for one in known], known[: (day - 13) * 40]
        of = sum(one.challenger for one in known)
        weeks_ago = [Seen(one.challenger, one.share, float(at % 90 == 0)) for at, one in enumerate(known[: (day - 6) * 40])]
        both = {name: experiments.beside(margin, {7: weeks_ago, 30: [], 60: []}) for name, margin in MARGINS.items()}
        guards = [Guard(name, limit, of // 90, of, 1, len(known) - of, both[name]) for name, limit in LIMITS.items()]
        at = now + timedelta(days=day)
        reading = experiments.read(assigned, over, guards, found.tuned, at)
        with core.transaction(server.engine) as session:
            experiments.write(session, found.id, at.date(), reading)


@pytest.mark.parametrize("size", walked(SIZES))
def test_an_experiment_from_its_size_to_its_end(server, open_page, size) -> None:
    two_managers(server)
    approved(server.engine, server.settings.clock.now())
    page = at_desk(open_page, server, "mia", size)
    page.goto("/manage/experiments")
    seen(page, f"experiments-empty-{size}")
    page.get_by_role("link", name="Set up an experiment").click()
    page.get_by_label("Smallest difference worth knowing").fill("10")
    seen(page, f"experiments-new-{size}")
    page.get_by_role("button", name="Work out how long it takes").click()
    page.get_by_role("heading", name="It cannot be decided with your traffic in 8 weeks").wait_for()
    seen(page, f"experiments-sized-{size}")
    page.get_by_label("Name").fill("Nine days of grace")
    page.get_by_label("Why").fill("Fewer plans would break")
    page.get_by_label("I know that it cannot").check()
    page.get_by_role("button", name="Hand in for review").click()
    page.get_by_text("another manager has to start it").wait_for()
    seen(page, f"experiments-review-{size}")
    where = page.url

    code = code_of(server.engine, server.settings, "max")
    other = open_page("/desk/login", size=size, scheme="dark" if size == "1280" else "light")
    other.get_by_label("Log-in").fill("max")
    other.get_by_label("Password").fill("demo-agent-1")
    other.locator("#code").fill(code)
    other.get_by_role("button", name="Log in").click()
    other.goto(where)
    server.settings.clock.move(timedelta(seconds=60))
    other.get_by_label("Six digits").fill(code_of(server.engine, server.settings, "max"))
    other.get_by_role("button", name="Start it at 5 % of debtors").click()
    other.get_by_role("heading", name="Nothing was read yet").wait_for()
    seen(other, f"experiments-begun-{size}")
    with core.reading(server.engine) as session:
        [found] = experiments.experiments(session)
    assert found.design.ramp[0].share_pct == 5 != DESIGN.ramp[0].share_pct
    six_weeks(server, found)
    page.goto(where)
    page.get_by_text("The split: as chance gives it").wait_for()
    seen(page, f"experiments-runs-{size}")
    page.locator(".band").scroll_into_view_if_needed()
    page.get_by_text("Formula and data").click()
    seen(page, f"experiments-data-{size}")
    page.locator("#guards").evaluate("one => one.scrollIntoView()")
    page.get_by_text("not certain yet").first.wait_for()
    seen(page, f"experiments-guards-{size}")
    other.reload()
    seen(other, f"experiments-dark-{size}")
    other.get_by_label("Why it stops").fill("We know enough of it")
    other.get_by_role("button", name="Stop it: everybody gets the champion").click()
    other.get_by_text("Everybody has the champion").wait_for()
    seen(other, f"experiments-stopped-{size}")
    page.goto("/manage/experiments")
    seen(page, f"experiments-list-{size}")
