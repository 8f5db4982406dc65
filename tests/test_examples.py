"""A table in one test hides nothing: every row is tried, and each that fails is named with what it was."""

from __future__ import annotations

import itertools

import pytest

from tests.examples import NEW, each, each_once, every_pair, walked


@each("number, double", [(1, 2), (2, 5), (3, 6), (4, 9)])
def doubles(number: int, double: int) -> None:
    assert number * 2 == double


def test_every_row_that_fails_is_told_with_its_values_and_no_other() -> None:
    with pytest.raises(pytest.fail.Exception) as told:
        doubles()
    lines = str(told.value).splitlines()
    assert lines[0] == "2 of 4 fail"
    assert [line for line in lines if line.startswith("number=")] == ["number=2, double=5", "number=4, double=9"]
    assert [line.split() for line in lines if "assert" in line and line.startswith("E")] == [
        ["E", "assert", "(2", "*", "2)", "==", "5"], ["E", "assert", "(4", "*", "2)", "==", "9"],
    ]  # fmt: skip


def test_a_row_that_raises_or_skips_fails_too_and_the_others_are_still_tried() -> None:
    tried: list[int] = []

    @each("number", [0, 1, 2, 3])
    def halves(number: int) -> None:
        tried.append(number)
        if number == 1:
            pytest.skip("odd")
        assert 6 // number

    with pytest.raises(pytest.fail.Exception, match=r"2 of 4 fail\n\nnumber=0\n[\s\S]*ZeroDivisionError") as told:
        halves()
    assert tried == [0, 1, 2, 3] and "number=1" in str(told.value)


class TestAMethod:
    @each("name", ["tmp_path", "request"])
    def test_has_the_fixtures_that_are_no_value_of_the_row(self, name: str, request: pytest.FixtureRequest) -> None:
        assert request.node.name == "test_has_the_fixtures_that_are_no_value_of_the_row" and name.isidentifier()


def test_an_empty_table_is_a_mistake_and_so_is_a_row_of_another_length() -> None:
    with pytest.raises(ValueError, match="no rows of number"):
        each("number", [])
    with pytest.raises(ValueError):
        each("number, double", [(1, 2), (3,)])


def test_what_would_have_to_be_awaited_is_refused() -> None:
    async def later(number: int) -> None:
        raise AssertionError(number)

    with pytest.raises(TypeError, match="later would not be awaited"):
        each("number", [1])(later)  # type: ignore[arg-type]


def test_of_three_tables_each_two_values_meet_and_in_the_long_run_all_three() -> None:
    tables = ("abcdefg", "123", "xy")
    rows = every_pair(*tables)
    for one, other in itertools.combinations(range(3), 2):
        met = {(row[one], row[other]) for row in rows}
        assert met == set(itertools.product(tables[one], tables[other]))
    assert len(rows) == len(set(rows)) == (42 if NEW else 21)
    with pytest.raises(ValueError, match="the shortest last"):
        every_pair("ab", "1", "xy")


def test_of_two_tables_every_value_comes_and_in_the_long_run_every_combination() -> None:
    rows = each_once("ab", "123")
    assert [set(column) for column in zip(*rows)] == [set("ab"), set("123")]
    assert len(rows) == len(set(rows)) == (6 if NEW else 3)


def test_a_flow_is_walked_in_one_window_and_in_the_long_run_in_all() -> None:
    assert walked({"360": 1, "1280": 2}) == (["360", "1280"] if NEW else ["360"])
