"""What managers said that messages meant, taught to the assistant: learned apart, measured before and after.

The model is taken only where no figure got worse: neither over the messages that managers held out, where nothing may
be missed that was heard before, nor over the sets that strangers wrote, of which one in a hundred may change. What was
taken lies in data/taught, which names the model, so that every process finds the same one.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import Engine

from bot import core, model_file
from bot.core import Clock
from bot.dialogue import parsing
from bot.dialogue import report as reporting
from bot.dialogue.meaning import order
from bot.dialogue.nlu import Understanding
from bot.dialogue.parsing import NOTHING
from bot.dialogue.report import Share
from bot.handoff import hearing
from bot.handoff.hearing import Lesson

Say = Callable[[str], None]
Train = Callable[[Say, Path], Path]
HELD_OUT = "heldout.jsonl"
STRANGERS = model_file.ROOT / "tests" / "nlu" / "strangers"
GOOD = ("acts by name", "first act right", "alarms noticed")
BAD = ("a commitment that nobody made", "false alarms acted on at once")
NEVER = frozenset({"alarms noticed", "a commitment that nobody made"})
"""Not one of these may be lost or added, on any set."""
_ONE_IN = 100


@dataclass(frozen=True)
class Figure:
    """Hits of `of`, by the model in force and by the new one."""

    name: str
    before: int
    after: int
    of: int
    is_worse: bool


def write(lessons: Sequence[Lesson], folder: Path) -> None:
    """Examples as a training reads them, and what is held out as `parley nlu report --set` reads it."""
    folder.mkdir(parents=True)
    taught = [one for one in lessons if not one.is_held_out]
    for name, language in (("taught.yml", "en"), ("taught.es.yml", "es")):
        blocks = [_block(one) for one in taught if one.language == language]
        if blocks:
            told = yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, sort_keys=False, width=10_000)
            (folder / name).write_text(told, encoding="utf-8")
    held = [json.dumps(_line(one), ensure_ascii=False) + "\n" for one in lessons if one.is_held_out]
    (folder / HELD_OUT).write_text("".join(held), encoding="utf-8")


def _block(one: Lesson) -> dict[str, Any]:
    acts = _in_order(one)
    text = one.text.replace("]{", "] {")  # what they wrote marks no figure
    metadata = {"acts": acts, "scene": outlined(one.scene)}
    return {"intent": acts[0].partition(":")[0] if acts else NOTHING, "metadata": metadata, "examples": f"- {text}\n"}


def _in_order(one: Lesson) -> list[str]:
    return sorted((name for name in one.acts if name != NOTHING), key=order.rank)


def outlined(scene: Mapping[str, Any]) -> dict[str, Any]:
    """As examples carry it: kinds of offers, products, whether a plan runs; no figures."""
    told: dict[str, Any] = {"verified": bool(scene.get("verified")), "asked": scene.get("asked")}
    told |= {name: scene[name] for name in ("missing", "talking_of") if scene.get(name)}
    if scene.get("offers"):
        told["offers"] = [one.get("kind", "plan") for one in scene["offers"]]
    if scene.get("debts"):
        told["products"] = [one.get("product") or "account" for one in scene["debts"]]
    return {**told, **({"plan": True} if scene.get("plan") else {})}


def _line(one: Lesson) -> dict[str, Any]:
    acts = [{"act": name.partition(":")[0]} for name in _in_order(one)]
    return {"text": one.text, "reference": one.at.isoformat(), "language": one.language, "scene": one.scene, "acts": acts}


def is_learned(folder: Path, in_force: Path = model_file.TAUGHT) -> bool:
    """Whether the model in force has learned just this."""
    return _contents(folder) == _contents(in_force)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.yml")}


def compared(before: Understanding, after: Understanding, folder: Path) -> tuple[Figure, ...]:
    """On what managers held out, and on the sets of strangers, by whoever understands them."""
    found: list[Figure] = []
    for name, paths, share in (("held out", [folder / HELD_OUT], 0), ("strangers", _strangers(), _ONE_IN)):
        figures = [reporting.score(one, paths) for one in (before, after)]
        found += _figures(name, *figures, one_in=share)
    return tuple(found)


def _strangers() -> list[Path]:
    return sorted(STRANGERS.glob("*.jsonl"))


def _figures(of: str, before: Mapping[str, Share], after: Mapping[str, Share], *, one_in: int) -> Iterator[Figure]:
    for name in (*GOOD, *BAD):
        old, new = before[name], after[name]
        if old.of:
            lost = old.hits - new.hits if name in GOOD else new.hits - old.hits
            allowed = 0 if name in NEVER or not one_in else old.of // one_in
            yield Figure(f"{of}: {name}", old.hits, new.hits, old.of, lost > allowed)


def learn(
    database: Engine, clock: Clock, say: Say, train: Train = model_file.train, in_force: Path = model_file.TAUGHT
) -> hearing.Training | None:
    """Trains with all that was taught and takes the model if its figures hold. None where there is nothing to learn.

    `train` makes a model that has learned what lies in a folder, or what is in force.
    """
    with core.reading(database) as session:
        lessons = hearing.lessons(session)
    held_out = sum(one.is_held_out for one in lessons)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "taught"
        write(lessons, folder)
        if is_learned(folder, in_force):
            return None
        if lessons and not held_out:
            say("Nothing of what was taught is held out yet, so nothing could be measured: it is learned later.")
            return None
        say(f"Training with {len(lessons) - held_out} taught messages; {held_out} are held out to measure it.")
        before = parsing.load(train(say, in_force))
        candidate = train(say, folder)
        figures = compared(before, parsing.load(candidate), folder)
        is_taken = not any(one.is_worse for one in figures)
        if is_taken:
            take(folder, in_force)
    told = tuple(asdict(one) for one in figures)
    done = hearing.Training(candidate.name[:40], len(lessons) - held_out, held_out, told, is_taken, clock.now())
    with core.transaction(database) as session:
        hearing.trained(session, done)
    say(shown(figures))
    say("Taken: bots that start from now on use it." if is_taken else "Not taken: the bot in force stays.")
    return done


def take(folder: Path, in_force: Path = model_file.TAUGHT) -> None:
    """From now on this is what the model in force has learned. A death half way leaves what ships, never a mixture."""
    coming, gone = in_force.with_name(in_force.name + ".coming"), in_force.with_name(in_force.name + ".gone")
    for left in (coming, gone):
        shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(folder, coming)
    if in_force.exists():
        in_force.rename(gone)
    coming.rename(in_force)
    shutil.rmtree(gone, ignore_errors=True)


def shown(figures: Sequence[Figure]) -> str:
    wide = max((len(one.name) for one in figures), default=0)
    return "\n".join(
        f"{one.name:<{wide}}  before {one.before:>5}  after {one.after:>5}  of {one.of}{'  worse' if one.is_worse else ''}"
        for one in figures
    )
