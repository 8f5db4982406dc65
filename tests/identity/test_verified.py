"""Nobody but identity makes a `Verified`. These tests try."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import pytest

from bot.identity import Forged, Verified
from bot.identity.verified import make

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def genuine() -> Verified:
    return make("par_maria", "con_1", NOW)


def test_a_genuine_one_says_who_where_and_when(genuine: Verified) -> None:
    assert (genuine.party_id, genuine.conversation_id, genuine.at) == ("par_maria", "con_1", NOW)


def test_it_cannot_be_called_into_being() -> None:
    anything = cast(Any, Verified)
    for arguments in [(), ("p",), ("p", "c", NOW)]:
        with pytest.raises(TypeError):
            anything(*arguments)
    for proof in (b"", b"0" * 32, "guess", None, True):
        with pytest.raises(Forged):
            anything("p", "c", NOW, proof)


def test_the_proof_of_one_person_does_not_fit_another(genuine: Verified) -> None:
    proof = genuine._proof
    assert Verified("par_maria", "con_1", NOW, proof) == genuine
    with pytest.raises(Forged):
        Verified("par_bob", "con_1", NOW, proof)
    with pytest.raises(Forged):
        Verified("par_maria", "con_2", NOW, proof)


def test_an_empty_shell_says_nothing() -> None:
    shell = object.__new__(Verified)
    for name in ("party_id", "conversation_id", "at"):
        with pytest.raises(Forged):
            getattr(shell, name)


def test_a_shell_filled_by_hand_says_nothing(genuine: Verified) -> None:
    shell = object.__new__(Verified)
    object.__setattr__(shell, "_facts", ("par_bob", "con_1", NOW))
    object.__setattr__(shell, "_proof", genuine._proof)
    with pytest.raises(Forged):
        _ = shell.party_id


def test_a_genuine_one_cannot_be_turned_into_somebody_else(genuine: Verified) -> None:
    for name in ("party_id", "_facts", "anything"):
        with pytest.raises((Forged, AttributeError)):
            setattr(genuine, name, "par_bob")
    with pytest.raises(Forged):
        del genuine._proof
    object.__setattr__(genuine, "_facts", ("par_bob", "con_1", NOW))
    with pytest.raises(Forged):
        _ = genuine.party_id


def test_it_is_neither_copied_nor_replaced_nor_pickled(genuine: Verified) -> None:
    with pytest.raises(Forged):
        copy.copy(genuine)
    with pytest.raises(Forged):
        copy.deepcopy(genuine)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(Forged):
            pickle.dumps(genuine, protocol)
    with pytest.raises(TypeError):
        dataclasses.replace(cast(Any, genuine), party_id="par_bob")
    assert not hasattr(genuine, "__replace__"), "copy.replace of later Pythons would use it"


def test_a_pickle_made_by_hand_brings_nothing_to_life() -> None:
    by_hand = b"cbot.identity.verified\nVerified\n)\x81."
    with pytest.raises(TypeError):
        _ = pickle.loads(by_hand).party_id
    called = b"cbot.identity.verified\nVerified\n(Vp\nVc\nNVx\ntR."
    with pytest.raises((TypeError, AttributeError)):
        pickle.loads(called)


def test_it_has_no_subclasses() -> None:
    with pytest.raises(Forged):
        type("Cheat", (Verified,), {})


def test_a_disguised_object_is_not_equal_to_it(genuine: Verified) -> None:
    class Disguise:
        party_id, conversation_id, at = "par_maria", "con_1", NOW

    assert genuine != Disguise()
    with pytest.raises(TypeError):
        cast(Any, Disguise()).__class__ = Verified


ATTEMPTS_AT_MYPY = {
    'Verified("p", "c", now)': 'Missing positional argument "proof"',
    'Verified("p", "c", now, b"proof")': 'expected "Proof"',
    'Verified("p", "c", now, None)': 'expected "Proof"',
    "class Cheat(Verified): ...": "final",
    'genuine.party_id = "other"': "read-only",
    'accounts.open_debts(session, "par_maria", now)': 'expected "Verified"',
    "accounts.open_debts(session, None, now)": 'expected "Verified"',
}


def test_mypy_rejects_each_way_that_looks_innocent(tmp_path: Path) -> None:
    head = (
        "from datetime import datetime\nfrom bot import accounts, core\nfrom bot.identity import Verified\n"
        "now: datetime\ngenuine: Verified\nsession: core.Session\n"
    )
    program = tmp_path / "cheat.py"
    program.write_text(head + "\n".join(ATTEMPTS_AT_MYPY) + "\n")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--follow-imports=silent",
        str(program),
    ]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    errors = [line for line in said if ": error:" in line]
    assert len(errors) == len(ATTEMPTS_AT_MYPY), said
    for expected, line in zip(ATTEMPTS_AT_MYPY.values(), errors):
        assert expected in line


def test_the_maker_is_not_on_the_front_door() -> None:
    from bot import identity

    assert not hasattr(identity, "make")
    assert "make" not in identity.__all__
    users = [
        path for path in (ROOT / "bot").rglob("*.py") if re.search(r"verified import .*\bmake\b", path.read_text())
    ]
    assert [path.name for path in sorted(users)] == ["judging.py", "service.py"]
