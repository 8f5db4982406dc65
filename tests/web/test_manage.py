"""The managers' desk by HTTP: a change from the first cell to live and back, who may do what, and what is said no to."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

import bot.web
from bot import core, delivery, demo, negotiation
from bot.web import manage_words, second_factor
from bot.web.staff_store import staff as staff_table
from tests.contact.outbox_kit import World
from tests.web.desk_kit import PASSWORD, at_desk, token_in

LAST = len(json.loads(negotiation.live.STANDARD.read_bytes())["rows"])


@pytest.fixture
def managers(engine, settings, desk_staff) -> None:
    with core.transaction(engine) as session:
        for login, name in (("mia", "Mia Manager"), ("max", "Max Manager")):
            bot.web.add_staff(session, login, name, PASSWORD, "manager", settings.clock.now())


@pytest.fixture
def few_people(engine, settings) -> None:
    """A dozen of the demo's."""
    from bot import accounts

    now = settings.clock.now()
    with core.transaction(engine) as session:
        some = list(demo._placements(now.date()))[:12]
        accounts.place(session, some, now=now, secret=settings.secret_key)


def post(client: TestClient, path: str, **form: str):
    return client.post(path, data={"token": token_in(client.get("/manage").text), **form})


def begun(client: TestClient) -> str:
    """The address of a new draft."""
    return str(post(client, "/manage/drafts").url.path)


def fields(page: str) -> list[tuple[str, str]]:
    """What a browser would send of the form of a line."""
    form = page[page.index("data-autosave") : page.index("Save this line")]
    found: list[tuple[str, str]] = []
    for tag in re.findall(r"<input[^>]*>", form):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in told and (told.get("type") != "checkbox" or " checked" in tag):
            found.append((told["name"], html.unescape(told.get("value", ""))))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen
        found.append((name, chosen[1]))
    return found


def change(client: TestClient, draft: str, line: int, **cells: str):
    page = client.get(f"{draft}/rows/{line}").text
    form = dict(fields(page)) | {name.replace("__", "."): value for name, value in cells.items()}
    often = [value for name, value in fields(page) if name == "frequencies"]
    return client.post(f"{draft}/rows/{line}", data={**form, "frequencies": often})


def code_of(engine, settings, login: str) -> str:
    """Sets up an app for this manager; what it shows now."""
    with core.transaction(engine) as session:
        row = session.execute(sa.select(staff_table).where(staff_table.c.login == login)).one()
        seed = row.second_factor or second_factor.new_seed()
        session.execute(staff_table.update().where(staff_table.c.id == row.id).values(second_factor=seed))
    key = second_factor.secret(settings, row.id, seed)
    return second_factor.code(key, int(settings.clock.now().timestamp()) // second_factor.STEP)


def simulated(client: TestClient, engine, settings, draft: str) -> str:
    """The address of the version, with its report."""
    where = str(post(client, f"{draft}/simulate").url.path)
    assert where.startswith("/manage/versions/"), where
    negotiation.simulations.run_waiting(engine, settings.clock)
    return where


def test_the_words_of_the_page_know_every_cell_of_a_row() -> None:
    """A manager never reads the code's names."""
    known = set(manage_words.cells())
    assert known == {*negotiation.When.__struct_fields__, *negotiation.Terms.__struct_fields__}
    for word in (*negotiation.Kind, *negotiation.Frequency):
        if word.value != "payday":
            assert word.value in manage_words.words()["words"]


def test_only_managers_are_let_in(app, managers) -> None:
    assert at_desk(app, "sam").get("/manage").status_code == 403
    assert at_desk(app, "sue").get("/manage").status_code == 403
    stranger = TestClient(app, base_url="http://127.0.0.1:8000")
    assert stranger.get("/manage", follow_redirects=False).headers["location"] == "/desk/login?next=/manage"
    mia = at_desk(app, "mia")
    assert "Who gets what" in mia.get("/manage").text
    assert mia.post("/manage/drafts", data={"token": "x"}).status_code == 403
    assert '<a class="small" href="/manage">' in mia.get("/desk").text
    for login in ("sam", "sue", "mia"):
        assert '<a class="small" href="/desk/money">' in at_desk(app, login).get("/desk").text


def test_a_row_that_is_saved_as_it_stands_changes_nothing(app, managers) -> None:
    mia = at_desk(app, "mia")
    draft = begun(mia)
    for line in range(1, LAST + 1):
        assert change(mia, draft, line).status_code == 200
    page = mia.get(draft).text
    assert "It says what is in force" in page and "Nothing yet." in page
    assert "this draft changes nothing" in post(mia, f"{draft}/simulate").text


def test_a_floor_that_is_wrong_is_told_beside_its_cell_with_a_debtor_who_can_be_tried(app, managers) -> None:
    mia = at_desk(app, "mia")
    draft = begun(mia)
    page = change(mia, draft, LAST, settlement__1__opening_pct="78", settlement__1__floor_pct="77.5",
                  settlement__2__floor_pct="70", settlement__0__floor_pct="79", settlement__0__opening_pct="80").text  # fmt: skip
    assert "past due" in page
    at = page.index('data-problems="settlement"')
    beside = page[at : page.index("</div>", at)]
    assert "For example somebody who owes" in beside and "better off is who" in beside
    tried = mia.get(html.unescape(re.search(r'href="([^"]+/try\?[^"]+)"', beside)[1])).text
    assert "Under this draft" in tried and "As it is in force" in tried and "passed over" in tried
    assert "“Everybody else” holds for this debtor" in tried
    assert "disabled>Simulate this change" in mia.get(draft).text


def test_a_version_says_how_far_its_simulation_is(app, engine, settings, managers, few_people) -> None:
    mia = at_desk(app, "mia")
    draft = begun(mia)
    change(mia, draft, LAST, settlement__3__floor_pct="82")
    page = post(mia, f"{draft}/simulate")
    version = page.url.path
    stands = lambda: re.search(r"<h1>[^<]*: ([^<]*)</h1>", mia.get(version).text)[1]  # noqa: E731
    assert stands() == "waits for its simulation" and "waits for its simulation" in mia.get("/manage").text
    assert "nobody has begun it yet" not in mia.get(version).text
    settings.clock.move(timedelta(seconds=61))
    assert "nobody has begun it yet. The worker does that" in mia.get(version).text
    with core.transaction(engine) as session:
        session.execute(negotiation.store.policy_simulations.update().values(done=3, total=12))
    assert stands() == "is being simulated"
    with core.transaction(engine) as session:
        session.execute(negotiation.store.policy_simulations.update().values(done=0, total=0))
    negotiation.simulations.run_waiting(engine, settings.clock)
    assert stands() == "simulated, not handed in"
    history = mia.get("/manage").text
    assert 'data-label="Why"' not in history, "a line without a reason shows an empty one"


def test_a_change_goes_live_by_two_managers_and_back_in_one_click(app, engine, settings, managers, few_people) -> None:
    mia, max_ = at_desk(app, "mia"), at_desk(app, "max")
    draft = begun(mia)
    assert "Saved." in change(mia, draft, LAST, settlement__3__floor_pct="82").text
    assert "Everybody else: floor from 90 days past due was 80 %, becomes 82 %." in mia.get(draft).text
    version = simulated(mia, engine, settings, draft)
    page = mia.get(version).text
    assert "collected in 180 days" in page and "No offer outside limits or law" in page
    assert "Hand in for approval" in page
    assert "a reason of 10 characters" in post(mia, f"{version}/submit", why="because").text
    assert (
        "waits for a second manager" in post(mia, f"{version}/submit", why="Fewer go to a person", ticket="OPS-7").text
    )
    code = code_of(engine, settings, "mia")
    assert "a second manager has to look at it" in html.unescape(post(mia, f"{version}/approve", code=code).text)
    assert "a second step that is set up" in post(max_, f"{version}/approve", code="123456").text
    code = code_of(engine, settings, "max")
    assert "the six digits" in post(max_, f"{version}/approve", code=str((int(code) + 1) % 10**6).zfill(6)).text
    assert "approved, not yet in force" in post(max_, f"{version}/approve", code=code).text
    assert "It is in force now" in post(max_, f"{version}/publish").text
    with core.reading(engine) as session:
        live = negotiation.live_policy(session, settings.clock.now())
        assert str(live.rows[-1].terms.settlement[3].floor_pct) == "82"
    settings.clock.move(timedelta(minutes=1))
    overview = post(mia, "/manage/roll-back").text
    assert "in force again" in overview and "OPS-7" not in overview.split("What happened")[0]
    with core.reading(engine) as session:
        live = negotiation.live_policy(session, settings.clock.now())
        assert str(live.rows[-1].terms.settlement[3].floor_pct) == "80"
    assert "Fewer go to a person [OPS-7]" in mia.get(version).text
    assert "Fewer go to a person [OPS-7]" in overview.split("What happened")[1], "the list says why, too"


def test_a_draft_leads_to_its_report_as_long_as_it_says_the_same(app, engine, settings, managers, few_people) -> None:
    mia = at_desk(app, "mia")
    draft = begun(mia)
    change(mia, draft, LAST, settlement__3__floor_pct="82")
    version = simulated(mia, engine, settings, draft)
    led = f'<a href="{version}">Go on with it</a>'
    assert f"As it stands: simulated, not handed in. {led}" in mia.get(draft).text
    change(mia, draft, LAST, settlement__3__floor_pct="83")
    assert led not in mia.get(draft).text and "It can be simulated." in mia.get(draft).text


def test_what_was_in_force_before_can_be_begun_again(app, engine, settings, managers, few_people) -> None:
    mia, max_ = at_desk(app, "mia"), at_desk(app, "max")
    draft = begun(mia)
    change(mia, draft, LAST, settlement__3__floor_pct="82")
    version = simulated(mia, engine, settings, draft)
    post(mia, f"{version}/submit", why="Fewer go to a person")
    assert "Begin a draft that says this" not in mia.get(version).text
    post(max_, f"{version}/approve", code=code_of(engine, settings, "max"))
    post(max_, f"{version}/publish", **{"from": "2030-01-01T09:00"})
    assert "Begin a draft that says this" in post(mia, f"{version}/withdraw", note="too late").text
    again = post(max_, f"{version}/anew")
    assert again.url.path.startswith("/manage/drafts/") and again.url.path != draft
    assert "Everybody else: floor from 90 days past due was 80 %, becomes 82 %." in again.text


def test_of_two_who_write_at_once_the_second_is_told_and_nothing_is_lost(app, managers) -> None:
    mia, max_ = at_desk(app, "mia"), at_desk(app, "max")
    draft = begun(mia)
    assert "mia is at this draft now" in max_.get(draft).text
    stale = fields(max_.get(f"{draft}/rows/1").text)
    change(mia, draft, 1, grace_days="4")
    refused = max_.post(f"{draft}/rows/1", data=dict(stale) | {"grace_days": "9"})
    assert refused.status_code == 409 and "mia saved this draft" in refused.text
    assert 'name="grace_days" value="4"' in max_.get(f"{draft}/rows/1").text


def test_what_is_half_typed_is_kept_and_told(app, managers) -> None:
    mia = at_desk(app, "mia")
    draft = begun(mia)
    page = change(mia, draft, 1, min_payment="5.0x").text
    assert 'name="min_payment" value="5.0x"' in page and "There must be an amount such as" in page
    form = dict(fields(page)) | {"min_payment": "6.00"}
    often = [value for name, value in fields(page) if name == "frequencies"]
    answer = mia.post(f"{draft}/rows/1", data={**form, "frequencies": often}, headers={"X-Autosave": "1"}).json()
    assert answer["count"] == 0 and answer["problems"] == {}
    assert "Smallest payment a month" in mia.get(draft).text or "smallest payment a month" in mia.get(draft).text


def test_lines_are_moved_copied_and_deleted(app, managers) -> None:
    mia = at_desk(app, "mia")
    draft = begun(mia)

    def names() -> list[str]:
        return [html.unescape(name) for name in re.findall(r'/rows/\d+">([^<]+)</a></h3>', mia.get(draft).text)]

    def move(line: int, how: str) -> None:
        revision = re.search(r'name="revision" value="(\d+)"', mia.get(draft).text)[1]
        assert post(mia, f"{draft}/rows/{line}/{how}", revision=revision).status_code == 200

    before = names()
    move(2, "up")
    assert names()[:2] == [before[1], before[0]]
    move(1, "copy")
    assert names()[:2] == [f"{before[1]} (2)", before[1]]
    assert "somebody to be left" in mia.get(draft).text, "of two alike the second is for nobody"
    move(1, "delete")
    move(1, "down")
    assert names() == before
    assert post(mia, f"{draft}/rows/99/delete", revision="1").status_code == 404


def test_a_case_that_cannot_be_read_is_told_in_words(app, managers) -> None:
    mia = at_desk(app, "mia")
    page = mia.get("/manage/try?balance=lots&days=-4&today=soon").text
    for said in ("What they owe must be", "Days past due must be", "The day must be"):
        assert said in page
    good = mia.get("/manage/try?balance=612.40&days=200&product=electricity").text
    assert "“$500 to $2,500” holds for this debtor" in good and "Bargaining to the end" in good


def test_a_switch_stops_what_waits_to_be_sent_and_new_offers_from_the_next_moment_on(
    app, engine, settings, managers
) -> None:
    """Nothing is remembered between two looks, so what is off holds at the next one: at most half a second later."""
    mia = at_desk(app, "mia")
    assert "a reason of 10 characters" in post(mia, "/manage/switches/sms", why="no").text
    assert "It is off from the next message on." in post(mia, "/manage/switches/sms", why="A wrong text went out").text
    world = World(engine, settings.clock.now())
    world.queue("one")
    postman = delivery.Postman(engine, {"sms": world.provider}, settings, "wrk_1", timedelta(seconds=60))
    assert postman.deliver() == 0 and world.provider.took == []
    assert "It is on again" in post(mia, "/manage/switches/sms", to="on").text
    assert postman.deliver() == 1 and len(world.provider.took) == 1
    post(mia, "/manage/switches/offers", why="Somebody else's floor")
    assert "Somebody else&#39;s floor" in mia.get("/manage").text
    assert at_desk(app, "sue").post("/manage/switches/sms", data={"token": "x"}).status_code == 403
