"""`parley chat`: who writes, how it goes on, what is kept, and what its links open."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from click.testing import CliRunner

from bot import chat_scripts, personas
from bot.chat import Chat, converse
from bot.chat_session import Asked, keep, opened, run_again
from bot.cli import main
from bot.core import Problems
from bot.dialogue.meaning.acts import Accept, Propose
from tests.dialogue.acting import MARIA, Talker, meant, usd
from tests.examples import each
from tests.whole.running import ROOT, until

START = "2026-11-18T15:00:00+00:00"


def talker() -> Talker:
    """Hears these texts, as their words would be heard."""
    return Talker({
        "hi": meant("greet", words="hi"),
        personas.PERSONAS["maria"].proof: meant(MARIA.proof),
        "60 a month": meant(Propose(each=usd(60), frequency="monthly"), words="60 a month"),
        "yes": meant(Accept(), words="yes"),
        "what do i owe": meant("ask_balance", words="what do i owe"),
    })  # fmt: skip


def said(asked: Asked, *texts: str) -> list[str]:
    """What came back to these, in one call of the command."""
    with opened(asked, talker(), pages=False) as one:
        return [reply for text in texts for reply in one.write(text)]


def written(path: Path, *texts: str, **more: Any) -> Path:
    """A conversation kept in a file."""
    asked = Asked(environ={"PARLEY_CLOCK": START}, **more)
    with opened(asked, talker(), pages=False) as one:
        converse(one, texts, lambda text, replies: keep(one, asked, path, texts[: texts.index(text) + 1]))
    return path


def again(path: Path) -> tuple[int, str]:
    lines: list[str] = []
    return run_again(path, {}, talker(), lines.append), "\n".join(lines)


def test_the_next_call_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    asked = Asked(database=tmp_path / "one.db", environ={"PARLEY_CLOCK": START})
    said(asked, "hi", personas.PERSONAS["maria"].proof)
    assert "$612.40" in "".join(said(asked, "what do i owe"))


def test_a_day_passes_between_two_calls(tmp_path: Path) -> None:
    place, environ = tmp_path / "one.db", {"PARLEY_CLOCK": START}
    said(Asked(database=place, environ=environ), "hi")
    with opened(Asked(database=place, clock="+1d", environ=environ), talker(), pages=False) as one:
        later = one.settings.clock.now()
    assert timedelta(days=1) <= later - datetime.fromisoformat(START) < timedelta(days=1, minutes=5)
    with opened(Asked(database=place, environ=environ), talker(), pages=False) as one:
        one.write("hi")
    with opened(Asked(database=place, clock="+1d", environ=environ), talker(), pages=False) as one:
        one.write("hi")
    with opened(Asked(database=place, environ=environ), talker(), pages=False) as one:
        assert one.settings.clock.now() >= later, "without --clock it went back to the day before"


@pytest.mark.parametrize("told", ["2026-11-17T15:00:00+00:00", "-1d", "tomorrow"])
def test_time_does_not_go_back(told: str, tmp_path: Path) -> None:
    place, environ = tmp_path / "one.db", {"PARLEY_CLOCK": START}
    said(Asked(database=place, environ=environ), "hi")
    with pytest.raises(Problems, match="--clock"):
        said(Asked(database=place, clock=told, environ=environ), "hi")


def test_what_was_kept_is_said_again_word_by_word(tmp_path: Path) -> None:
    kept = written(tmp_path / "kept.yml", "hi", personas.PERSONAS["maria"].proof, "60 a month", "yes")
    assert "/p/" in kept.read_text(), "the link is what differs each time"
    assert again(kept) == (0, "kept: as kept")


def test_a_conversation_over_two_calls_is_kept_whole(tmp_path: Path) -> None:
    place = tmp_path / "one.db"
    written(tmp_path / "kept.yml", "hi", personas.PERSONAS["maria"].proof, database=place)
    kept = written(tmp_path / "kept.yml", "60 a month", database=place, clock="+1h")
    (data,) = yaml.safe_load(kept.read_text())
    assert [turn["says"] for turn in data["turns"]] == ["hi", personas.PERSONAS["maria"].proof, "60 a month"]
    assert 3600 <= int(data["turns"][2]["later"].removesuffix("s")) < 3900
    assert again(kept)[0] == 0


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"answers": ["Something else."]}, "it said 'Something else.' when this was kept; now it said"),
        ({"expects": ["utter_handoff_stuck"]}, "came no 'utter_handoff_stuck'"),
        ({"never": ["birth"]}, "came 'birth'"),
    ],
)
def test_what_differs_is_said(change: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    kept = written(tmp_path / "kept.yml", "hi")
    (data,) = yaml.safe_load(kept.read_text())
    data["turns"][0].update(change)
    kept.write_text(yaml.safe_dump([data]))
    code, told = again(kept)
    assert code == 1
    assert "kept: 1 difference\n" in told and sentence in told


def test_a_kept_conversation_is_one_of_the_written_dialogues(tmp_path: Path) -> None:
    from tests.conversations import talking

    written(tmp_path / "kept.yml", "hi", "60 a month")
    ((file, dialogue),) = talking.read(tmp_path)
    assert (file, dialogue.person, dialogue.known) == ("kept", "maria", False)


def test_everything_that_is_wrong_with_a_file_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    path.write_text("- {as: nobody, turns: [{says: hi, later: soon}, {pays: 40}]}\n- 3\n")
    with pytest.raises(Problems) as told:
        chat_scripts.read(path)
    assert [problem.where for problem in told.value.problems] == [
        "wrong.yml, 1, as", "wrong.yml, 1, turn 1, later", "wrong.yml, 1, turn 2", "wrong.yml, 2",
    ]  # fmt: skip


def test_a_link_opens_and_what_is_paid_there_is_receipted(tmp_path: Path) -> None:
    heard: list[str] = []
    with opened(Asked(database=tmp_path / "one.db"), talker()) as one:
        converse(
            one, ["hi", personas.PERSONAS["maria"].proof, "60 a month", "yes"], lambda _, replies: heard.extend(replies)
        )
        (link,) = re.findall(r"\S+/p/[\w-]+", "\n".join(heard))
        paid = _pay(link)
        assert paid.status_code < 400, paid.text
        until(lambda: "utter_payments_receipt" in _names(one), 20, "the receipt")
    with pytest.raises(httpx.ConnectError):
        httpx.get(link, timeout=2)


def _pay(link: str) -> httpx.Response:
    """As a browser would: our page, opened, the button, the card."""
    until(lambda: httpx.get(link, timeout=5).status_code == 200, 20, "the pay page")
    browser = httpx.Client(timeout=20)
    browser.post(f"{link}/open")
    at_stripe = browser.post(link).headers["location"]
    return httpx.post(at_stripe, json={"card": "4242424242424242"}, timeout=20)


def _names(one: Chat) -> set[str]:
    return {name for line in one.lines() for name in line.responses}


def test_a_chat_never_reaches_a_real_provider(tmp_path: Path) -> None:
    keys = {"STRIPE_API_KEY": "rk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1", "TWILIO_AUTH_TOKEN": "t"}
    with opened(Asked(environ=keys), talker(), pages=False) as one:
        assert not one.settings.is_live


@each("name", personas.PERSONAS)
def test_each_persona_is_somebody_of_the_demo(name: str) -> None:
    persona = personas.PERSONAS[name]
    if name == "stranger":
        assert persona.known is None and not persona.proof
    else:
        assert persona.known is not None and persona.known.postcode in persona.proof


def test_what_does_not_go_together_is_said_at_once(tmp_path: Path) -> None:
    there = tmp_path / "there.yml"
    there.write_text("- {}")
    done = CliRunner(mix_stderr=False).invoke(
        main, ["chat", "--persona", "maria", "--phone", "+1", "--replay", str(there), "--save", str(there)]
    )
    assert done.exit_code == 2
    assert [line.split(":")[0].strip() for line in done.stderr.splitlines()[1:]] == ["--phone", "--replay", "--save"]
    assert there.read_text() == "- {}"


@pytest.mark.rasa
def test_a_script_holds_a_conversation_line_by_line_and_another_call_goes_on(tmp_path: Path) -> None:
    """Only the first call has to wait for the model, which takes half a minute: STOP needs no understanding."""
    kept = tmp_path / "kept.yml"
    here = ["--database", str(tmp_path / "one.db"), "--save", str(kept), "--lines"]
    first = _chat(*here, told="hi\n4/12/1985 30318\ni can do 60 a month\n")
    answers = first.stdout.strip().split("\n\n")
    assert first.returncode == 0 and len(answers) == 3 and "$60 a month" in answers[2], first
    assert "Maria Gomez" in first.stderr and "4/12/1985 30318" in first.stderr
    second = _chat(*here, "--clock", "+1h", told="STOP\n")
    assert second.returncode == 0 and "any more messages" in second.stdout, second
    (data,) = yaml.safe_load(kept.read_text())
    assert [turn["says"] for turn in data["turns"]][1:] == ["4/12/1985 30318", "i can do 60 a month", "STOP"]
    assert 3600 <= int(data["turns"][3]["later"].removesuffix("s")) < 4200


def test_the_command_runs_a_file_again_and_its_exit_code_says_whether_it_is_as_kept(tmp_path: Path) -> None:
    for wanted, code, told in (
        ("utter_contact_opted_out", 0, "stop: as kept\n"),
        ("utter_handoff_stuck", 1, "stop: 1 difference\n"),
    ):
        kept = tmp_path / f"{wanted}.yml"
        kept.write_text(
            yaml.safe_dump([{"name": "stop", "known": False, "turns": [{"says": "STOP", "expects": [wanted]}]}])
        )
        done = CliRunner(mix_stderr=False).invoke(main, ["chat", "--replay", str(kept)])
        assert done.exit_code == code and done.stdout.startswith(told), done.output


def _chat(*options: str, told: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "chat", *options]
    return subprocess.run(command, cwd=ROOT, input=told, capture_output=True, text=True, timeout=600)
