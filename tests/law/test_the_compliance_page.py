"""`docs/compliance.md` is made from rules and tests, says what is so, and is up to date."""

from __future__ import annotations

from click.testing import CliRunner

from bot import compliance, law_year
from bot.cli import main
from bot.compliance import ROOT


def test_the_page_is_up_to_date() -> None:
    assert CliRunner().invoke(main, ["law", "table", "--check"]).exit_code == 0, "run `parley law table`"
    assert (ROOT / "docs" / "compliance-year.md").read_text(encoding="utf-8") == law_year.page(2027)


def test_nothing_is_said_to_hold_that_no_test_tries() -> None:
    found = compliance.rows()
    assert len({row.entry.id for row in found}) == len(found) == 96
    assert [row.entry.id for row in found if row.entry.held == "yes" and not row.tests] == []
    assert {row.entry.held for row in found} <= {"yes", "part", "no"}
    assert [row.entry.id for row in found if row.entry.held == "no" and not row.entry.lacks and row.tests] == []


def test_every_test_that_is_named_exists() -> None:
    there = set(compliance.every_test(ROOT / "tests"))
    assert [test for entry in compliance.catalogue() for test in entry.tests if test not in there] == []


def test_every_rule_of_the_door_is_in_the_catalogue_or_is_our_own() -> None:
    from bot.contact import law

    known = {entry.id for entry in compliance.catalogue()}
    strange = [rule.id for rule in law.load() if not rule.id.startswith(("PAR-", "HOLD-"))
               and not any(rule.id == one or rule.id.startswith(f"{one}-") for one in known)]  # fmt: skip
    assert strange == []


def test_in_the_simulated_year_nothing_leaves_after_a_cease_or_outside_the_hours() -> None:
    lines = law_year.calendar(2027)
    sent = [line for line in lines if line.said == "sent"]
    assert sent and all("09:00" <= line.clock <= "21:00" for line in sent)
    after = [line.what for line in sent if (line.day.month, line.day.day, line.clock) > (11, 20, "18:00")]
    assert after == [law_year.LAST_NOTICE + law_year.WAITED], "the one notice that the rule lets out, once"
    assert not [
        line for line in sent if "receipt" not in line.what and (5, 12) < (line.day.month, line.day.day) < (6, 20)
    ]


def test_in_the_simulated_year_each_day_stands_in_its_order_and_what_was_first_goes_first() -> None:
    """A cease of six in the evening stood behind the offer of half past nine, and that one was to wait for Monday."""
    lines = law_year.calendar(2027)
    moments = [(line.day, line.clock) for line in lines]
    assert all(line.clock for line in lines) and moments == sorted(moments)
    sent = [line.what for line in lines if line.said == "sent" and line.day.month == 1 and "missed" in line.what]
    assert sent == ["missed: shall we move it (waited)", "missed: once more (waited)"]


def test_the_rules_are_listed_and_a_day_leaves_out_those_not_yet_in_force() -> None:
    run = CliRunner().invoke(main, ["law", "list", "--on", "2026-08-31"])
    assert run.exit_code == 0 and "RF-01" in run.output and "SR-NYC " not in run.output
    assert "SR-NYC " in CliRunner().invoke(main, ["law", "list"]).output
