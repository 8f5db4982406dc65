"""A signed file is genuine to the letter, for as long as its key is known, and nothing else is."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.papers import Frozen, Section, Sheet, signing
from tests.examples import each

SHEET = Sheet("Recibo", ("Gracias, Núñez.",), (("Number", "R 1234 5674"),), None, (Section("Guárdelo", ("Sí.",)),))
FROZEN = Frozen("receipt", "R 1234 5674", {"en": SHEET, "es": SHEET}, 64 * "a", datetime(2026, 11, 18, tzinfo=timezone.utc))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    signing.make_key(path)
    return path


@pytest.fixture
def raw(key: Path) -> bytes:
    return signing.load(key).signed(FROZEN, "Northwind")


def test_what_was_signed_is_genuine_and_is_the_same_every_time(key: Path, raw: bytes) -> None:
    verdict = signing.verify(raw, signing.load(key).public)
    assert verdict.document is not None and verdict.document.sheets["es"] == SHEET
    assert signing.load(key).signed(FROZEN, "Northwind") == raw and len(raw) < signing.LARGEST


def test_spaces_and_order_are_no_change(key: Path, raw: bytes) -> None:
    """A mail program may write it anew."""
    turned = json.dumps(dict(reversed(json.loads(raw).items())), ensure_ascii=False).encode()
    assert signing.verify(turned, signing.load(key).public).is_genuine


def test_any_other_letter_is_found(key: Path, raw: bytes) -> None:
    keys = signing.load(key).public
    for old, new in ((b"R 1234 5674", b"R 1234 5675"), (b"Northwind", b"Southwind"), (b"aaaa", b"aaab"), (b"Gracias", b"gracias")):
        assert signing.verify(raw.replace(old, new), keys).why == "changed"
    for place in range(0, len(raw), 7):
        mangled = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert not signing.verify(mangled, keys).is_genuine or json.loads(mangled) == json.loads(raw)


def test_something_put_beside_what_was_signed_is_found(key: Path, raw: bytes) -> None:
    whole = json.loads(raw)
    whole["document"]["extra"] = "You owe $1,000,000"
    assert signing.verify(json.dumps(whole).encode(), signing.load(key).public).why == "changed"


def test_a_key_that_was_replaced_still_proves_what_it_signed(key: Path, raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        signing.make_key(key)
    made = signing.make_key(key, replace=True)
    keys = signing.load(key)
    assert list(keys.public)[0] == made and len(keys.public) == 2 and key.stat().st_mode & 0o077 == 0
    assert signing.verify(raw, keys.public).is_genuine
    signing.make_key(tmp_path / "strange.pem")
    assert signing.verify(raw, signing.load(tmp_path / "strange.pem").public).why == "other_key"


@each("raw_", [b"", b"{}", b"%PDF-1.7", b"[" * 5000, b'{"document": {}, "key": "x", "signature": "!"}', b"\xff\x00", b"null"])
def test_what_is_no_file_of_ours_is_said_to_be_none(raw_: bytes) -> None:
    assert signing.verify(raw_, {}).why == "not_a_document"


def test_the_published_keys_are_enough_to_tell(key: Path, raw: bytes) -> None:
    page = json.dumps(signing.load(key).published("Northwind")).encode()
    assert b"PRIVATE" not in page and signing.verify(raw, signing.read_published(page)).is_genuine
    for nothing in (b"{}", b'{"keys": [{"public_key": "AAAA"}]}'):
        with pytest.raises(signing.NoKey):
            signing.read_published(nothing)


def test_the_command_makes_a_key_once_and_tells_what_is_genuine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, file, keys = tmp_path / "own" / "key.pem", tmp_path / "receipt.json", tmp_path / "keys.json"
    monkeypatch.setenv("PARLEY_SIGNING_KEY", str(path))

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, list(words))
        return done.exit_code, done.output

    assert run("signing-key")[0] == 0 and run("signing-key")[0] == 2
    file.write_bytes(signing.load(path).signed(FROZEN, "Northwind"))
    code, said = run("verify", str(file))
    assert code == 0 and "GENUINE: receipt R 1234 5674, written by Northwind" in said
    keys.write_text(json.dumps(signing.load(path).published("Northwind")))
    path.unlink()
    assert run("verify", str(file)) [0] == 2
    assert run("verify", str(file), "--keys", str(keys))[0] == 0
    file.write_bytes(file.read_bytes().replace(b"5674", b"5675"))
    code, said = run("verify", str(file), "--keys", str(keys))
    assert code == 1 and "NOT GENUINE" in said
    file.write_bytes(b"%PDF-1.7 one of ours, perhaps")
    code, said = run("verify", str(file), "--keys", str(keys))
    assert code == 2 and "cannot be checked" in said and "GENUINE" not in said
