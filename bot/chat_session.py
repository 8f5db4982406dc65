"""What `parley chat` does: one person on a database of their own, kept as a file, and a file run again.

The model loads while the database is prepared and the first message is typed. No provider is asked: whatever keys the
environment holds, a chat uses the sandbox.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from bot import accounts, chat_scripts, contact, core, demo, dialogue, migrate, model_file, personas, tables
from bot.chat import Chat
from bot.core import Clock, Problem, Problems, Settings
from bot.dialogue.loop import Talker
from bot.personas import Persona

Say = Callable[[str], None]
_OF_PROVIDERS = ("TWILIO_", "STRIPE_", "TELEGRAM_")
_KEPT = ("PARLEY_COLLECTION_ROLE", "PARLEY_COMPANY", "PARLEY_COMPANY_PHONE", "PARLEY_TIME_ZONE")
"""Settings that change what is said."""


@dataclass
class Late:
    """A talker that loads in the background; whoever needs it first waits, and hears how long it has been."""

    say: Say
    _loaded: list[Talker] = field(default_factory=list)
    _failed: list[BaseException] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._load, daemon=True)
        self._thread.start()

    def understand(self, text, scene):  # type: ignore[no-untyped-def]
        return self.ready().understand(text, scene)

    def talk(self, turn):  # type: ignore[no-untyped-def]
        return self.ready().talk(turn)

    def ready(self) -> Talker:
        """Raises whatever went wrong while it was loaded."""
        while self._thread.is_alive():
            self._thread.join(timeout=2)
            if self._thread.is_alive():
                self.say(f"  The assistant is loading … {time.monotonic() - self._began:.0f} seconds")
        if self._failed:
            raise self._failed[0]
        return self._loaded[0]

    def _load(self) -> None:
        try:
            model = model_file.train(self.say)
            self._loaded.append(dialogue.load_engine(str(model), without_tensorflow=True))
        except BaseException as error:
            self._failed.append(error)


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
                serving.start(settings, database)
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
    return Settings.load(mine)


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
    for script in chat_scripts.read(path):
        found = _played(script, environ, talker)
        wrong += len(found)
        say(f"{script.name}: {'as kept' if not found else f'{len(found)} differences'}")
        for sentence in found:
            say(f"  {sentence}")
        if script.has_facts:
            say("  (its facts are compared by the tests only)")
    return 1 if wrong else 0


def _played(script: chat_scripts.Script, environ: Mapping[str, str], talker: Talker) -> list[str]:
    """On a database of its own, at the time of the file."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(
            {**environ, "PARLEY_CLOCK": chat_scripts.CLOCK, **script.environment}, Path(folder) / "replay.db"
        )
        moving = chat_scripts.Moving(settings.clock.now())
        settings = replace(settings, clock=moving)
        database = core.connect(settings.database_url)
        try:
            migrate.upgrade(database)
            fill(database, settings)
            one = Chat(database, talker, settings, script.channel, who(script.person).phone)
            for text in ("hi", who(script.person).proof) if script.known else ():
                one.write(text)
            return [sentence for step in script.steps for sentence in _step(one, step, moving)]
        finally:
            database.dispose()


def _step(one: Chat, step: chat_scripts.Step, moving: chat_scripts.Moving) -> list[str]:
    moving.move(step.later)
    before = one.last()
    one.send(step.says)
    return chat_scripts.differences(step, one.lines(after=before))
