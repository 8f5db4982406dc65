"""What `parley chat` does: one person on a database of their own, kept as a file, and a file run again.

The model loads while the first message is typed. No provider is asked: whatever keys the
environment holds, a chat uses the sandbox.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from bot import accounts, chat_scripts, contact, core, demo, dialogue, migrate, model_file, personas, tables, voices
from bot.chat import Chat
from bot.core import Clock, Problem, Problems, Settings
from bot.dialogue import Turn
from bot.dialogue.loop import Talker
from bot.dialogue.meaning.acts import Meaning
from bot.dialogue.meaning.scene import Scene
from bot.personas import Persona

Say = Callable[[str], None]
_OF_PROVIDERS = ("TWILIO_", "STRIPE_", "TELEGRAM_")
_KEPT = ("PARLEY_COLLECTION_ROLE", "PARLEY_COMPANY", "PARLEY_COMPANY_PHONE", "PARLEY_CREDITORS", "PARLEY_TIME_ZONE")
"""Settings that change what is said."""


class Late:
    """A talker that loads in the background from `begin` on; who needs it first waits, and hears for how long."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._loaded: Future[Talker] | None = None

    def begin(self) -> Future[Talker]:
        if self._loaded is None:
            self._loaded = Future()
            # Nobody who leaves at once waits for it.
            threading.Thread(target=self._load, args=(self._loaded,), daemon=True).start()
        return self._loaded

    def understand(self, text: str, scene: Scene) -> Meaning:
        return self.ready().understand(text, scene)

    def talk(self, turn: Turn) -> list[contact.Say]:
        return self.ready().talk(turn)

    def ready(self) -> Talker:
        """Raises whatever went wrong while it was loaded."""
        loading, began = self.begin(), time.monotonic()
        while not loading.done():
            wait([loading], timeout=2)
            if not loading.done():
                self._say(f"  The assistant is loading … {time.monotonic() - began:.0f} seconds")
        return loading.result()

    def _load(self, into: Future[Talker]) -> None:
        try:
            model = model_file.train(self._say)
            into.set_result(dialogue.load_engine(str(model), without_tensorflow=True))
        except BaseException as error:
            into.set_exception(error)


@dataclass(frozen=True)
class Asked:
    """What the command line says. `environ` is the environment."""

    person: str = "maria"
    channel: str = "sms"
    database: Path | None = None
    clock: str = ""
    save: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def opened(asked: Asked, talker: Talker, *, pages: bool = True) -> Iterator[Chat]:
    """The database with the people of the demo, the pages behind its links, and one person who writes."""
    from bot.chat_pages import Pages

    with tempfile.TemporaryDirectory() as folder:
        path = asked.database or Path(folder) / "chat.db"
        serving = Pages() if pages else None
        settings = _settings(
            asked.environ, path, serving.web_url if serving else "", serving.sandbox_url if serving else ""
        )
        database = core.connect(settings.database_url)
        try:
            migrate.upgrade(database)
            settings = replace(settings, clock=_clock(asked.clock, settings.clock, _last_moment(database)))
            fill(database, settings)
            if serving is not None:
                serving.start(settings, database, path.with_name(f"{path.name}.sandbox"))
            yield Chat(database, talker, settings, asked.channel, who(asked.person).phone)
        finally:
            if serving is not None:
                serving.stop()
            database.dispose()


def fill(database: Engine, settings: Settings) -> None:
    """The people of the demo, into an empty database."""
    with core.transaction(database) as session:
        if accounts.is_empty(session):
            demo.load(session, settings.clock.now(), settings.secret_key)


def _settings(environ: Mapping[str, str], path: Path, web_url: str = "", sandbox_url: str = "") -> Settings:
    """Raises Problems."""
    assert tables.ROOMS
    mine = {key: value for key, value in environ.items() if not key.startswith(_OF_PROVIDERS)}
    mine["PARLEY_DATABASE_URL"] = f"sqlite:///{path}"
    if web_url:
        mine |= {"PARLEY_PUBLIC_URL": web_url, "PARLEY_SANDBOX_URL": sandbox_url}
    return Settings.load(voices.environ(mine))


def _last_moment(database: Engine) -> datetime | None:
    """When something happened last in this database; None in an empty one."""
    with core.reading(database) as session:
        return max((fact.at for fact in core.facts(session)), default=None)


def _clock(told: str, usual: Clock, last: datetime | None) -> Clock:
    """It goes on from the last moment, and never back. Raises Problems."""
    now = usual.now()
    try:
        wanted = Clock.parse(told)
        begins = wanted.fixed or ((last or now) + wanted.shift if told else max(now, last or now))
    except (ValueError, OverflowError):
        raise Problems([Problem("--clock", "a shift such as +1d, or an ISO time with offset", told)]) from None
    if last is not None and begins < last:
        raise Problems([Problem("--clock", f"a time after {last:%Y-%m-%d %H:%M} UTC, when they wrote last", told)])
    return Clock(shift=begins - Clock().now())


def who(person: str) -> Persona:
    return personas.PERSONAS.get(person) or personas.at(person)[1]


def keep(one: Chat, asked: Asked, path: Path, typed: Sequence[str]) -> None:
    """The whole conversation, from its first message on. `typed` are the messages of this call.

    The database forgets what proves who somebody is; a conversation that is run again needs it.
    """
    talk = one.conversation
    with core.reading(one.database) as session:
        lines = contact.transcript(session, talk.id)
        start = next(fact.at for fact in core.facts(session, kind="DemoLoaded"))
    says = [line.text for line in lines if line.author == "debtor"]
    earlier = _kept_before(path)[: len(says) - len(typed)]
    says[: len(earlier)] = earlier
    says[len(says) - len(typed) :] = [contact.sanitize.clean(text) for text in typed]
    environment = {key: asked.environ[key] for key in _KEPT if key in asked.environ}
    script = chat_scripts.Script(path.stem, (), asked.person, channel=asked.channel, environment=environment)
    path.write_text(chat_scripts.kept(script, lines, says, start), encoding="utf-8")


def _kept_before(path: Path) -> list[str]:
    return [step.says for step in chat_scripts.read(path)[0].steps] if path.exists() else []


def run_again(path: Path, environ: Mapping[str, str], talker: Talker, say: Say) -> int:
    """0 when everything is said as the file has it, 1 otherwise. Raises Problems for a file that cannot be read."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for script in chat_scripts.read(path):
            found = _played(script, environ, talker, Path(folder))
            wrong += len(found)
            say(f"{script.name}: {'as kept' if not found else _counted(len(found))}")
            for sentence in found:
                say(f"  {sentence}")
            if script.has_facts:
                say("  (its facts are compared by the tests only)")
    return 1 if wrong else 0


def _counted(differences: int) -> str:
    return "1 difference" if differences == 1 else f"{differences} differences"


def _played(script: chat_scripts.Script, environ: Mapping[str, str], talker: Talker, folder: Path) -> list[str]:
    """On a copy of the demo as it was at the time of the file."""
    place = folder / "replay.db"
    settings = _settings({**environ, "PARLEY_CLOCK": chat_scripts.CLOCK, **script.environment}, place)
    moving = chat_scripts.Moving(settings.clock.now())
    settings = replace(settings, clock=moving)
    shutil.copy(_demo_at(moving.now(), settings, folder), place)
    database = core.connect(settings.database_url)
    try:
        one = Chat(database, talker, settings, script.channel, who(script.person).phone)
        for text in ("hi", who(script.person).proof) if script.known else ():
            one.write(text)
        return [sentence for step in script.steps for sentence in _step(one, step, moving)]
    finally:
        database.dispose()


def _demo_at(moment: datetime, settings: Settings, folder: Path) -> Path:
    """Made once for all conversations of that moment."""
    path = folder / f"demo{moment.timestamp():.6f}.db"
    if not path.exists():
        database = core.connect(f"sqlite:///{path}")
        migrate.upgrade(database)
        fill(database, settings)
        database.dispose()  # the last connection writes the log back into the file
    return path


def _step(one: Chat, step: chat_scripts.Step, moving: chat_scripts.Moving) -> list[str]:
    moving.move(step.later)
    before = one.last()
    one.send(step.says)
    return chat_scripts.differences(step, one.lines(after=before))
