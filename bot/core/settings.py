"""Settings come from the environment only. All that is missing or weak is said at once.

A provider without keys uses the sandbox; with keys of its own it is live, and live refuses weak secrets and
what the providers forbid.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.core import chatwoot, creditors, mail, on_call, opening
from bot.core.clock import Clock
from bot.core.creditors import Creditor
from bot.core.errors import Problem, Problems

Role = Literal["first_party", "third_party"]
SANDBOX_PORT, WEB_PORT, WEB_HEALTH_PORT = 8010, 8000, 8003
LEAST_FREE_MB = 200
"""Free disk space, in MB, under which a process is not ready."""
_DEMO_SECRET = "demo-only-secret-that-no-live-start-accepts"


@dataclass(frozen=True)
class Twilio:
    account_sid: str
    auth_token: str
    sms_from: str
    whatsapp_from: str
    api_base: str | None
    """None is Twilio itself."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """ContentSids of what WhatsApp approved, by response and language: "utter_payments_receipt.en"."""


@dataclass(frozen=True)
class Stripe:
    api_key: str
    webhook_secrets: tuple[str, ...]
    api_base: str | None
    """None is Stripe itself."""


@dataclass(frozen=True)
class Telegram:
    bot_token: str
    secret_token: str
    """What Telegram sends with each update, so that we know that it is Telegram."""
    api_base: str | None
    """None is Telegram itself."""


@dataclass(frozen=True)
class Settings:
    """Addresses are base URLs without a slash at the end."""

    database_url: str
    public_url: str
    carrier_url: str
    collection_role: Role
    collection_approval: str
    company: str
    company_phone: str
    company_address: str
    """Where letters reach us; blank in a demo, wanted by a validation notice."""
    secret_key: str
    clock: Clock
    time_zone: str
    sandbox_url: str
    twilio: Twilio
    stripe: Stripe
    telegram: Telegram
    trusted_proxies: tuple[str, ...] = ()
    """Networks whose word about a visitor's address is believed."""
    web_health_port: int = WEB_HEALTH_PORT
    least_free_mb: int = LEAST_FREE_MB
    pager: tuple[str, ...] = ()
    """What reaches somebody on call: webhooks, `mailto:` and `sms:`."""
    smtp: mail.Smtp | None = None
    """The mail server of the operator. Mail goes to people on call; to debtors only a one-time code that a company asked for."""
    chatwoot: chatwoot.Chatwoot | None = None
    """Where agents work who do not work at our desk."""
    licence_ca: str = ""
    """The number of a California licence, for those who have one."""
    embed_origins: tuple[str, ...] = ()
    """Sites of the creditor's own that may show the chat in a frame: "https://www.northwind.example"."""
    creditors: Mapping[str, Creditor] = field(default_factory=dict)
    """Those with a name and a number of their own, by what the files of accounts call them."""
    code_for: Mapping[str, str] = field(default_factory=dict)
    """By channel, for what a code to the phone on file is wanted where somebody writes from elsewhere: see `CODE_FOR`."""
    hours: tuple[opening.Hours, ...] = ()
    """When people answer; none where nobody said."""
    settlement_words: str = "forgiven"
    """What is said of paying less: that the rest is `forgiven`, or that it is `closed` (carriers reject the former)."""
    bank_debits: bool = False
    """Whether the provider's page takes bank accounts, whose payments arrive days later and can fail after that."""
    pace: Mapping[str, float] = field(default_factory=dict)
    """Messages a second that one worker hands to the provider of a channel; no limit where it is not named."""

    signing_key_file: str = ""
    """Where the key is that documents are signed with; in the data folder where it is not named."""

    @property
    def signing_key(self) -> Path:
        return Path(self.signing_key_file) if self.signing_key_file else self.data_folder / "signing-key.pem"

    @property
    def data_folder(self) -> Path:
        """Where an SQLite database is, and what else we write, so that one folder holds a whole demo."""
        path = self.database_url.partition("sqlite:///")[2]
        return Path(path).parent if path else Path("var")

    def name_of(self, client: str) -> str:
        """What people know a creditor as."""
        return self.creditors[client].name if client in self.creditors else client

    @property
    def opening(self) -> opening.Opening:
        """When somebody answers, in the operator's time zone."""
        return opening.Opening(self.hours, self.time_zone)

    @property
    def is_live(self) -> bool:
        """True as soon as one provider is not the sandbox."""
        return None in (self.twilio.api_base, self.stripe.api_base, self.telegram.api_base)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Raises Problems with everything that is missing or weak."""
        env = dict(os.environ if environ is None else environ)
        problems: list[Problem] = []
        sandbox = env.get("PARLEY_SANDBOX_URL", f"http://127.0.0.1:{SANDBOX_PORT}").rstrip("/")
        settings = cls(
            database_url=env.get("PARLEY_DATABASE_URL", "sqlite:///var/parley.db"),
            public_url=env.get("PARLEY_PUBLIC_URL", f"http://127.0.0.1:{WEB_PORT}").rstrip("/"),
            carrier_url=env.get("PARLEY_CARRIER_URL", "embedded"),
            collection_role=_role(env, problems),
            collection_approval=env.get("PARLEY_COLLECTION_APPROVAL", ""),
            company=env.get("PARLEY_COMPANY", "Northwind Energy"),
            company_phone=env.get("PARLEY_COMPANY_PHONE", "+1 555 010 0199"),
            company_address=env.get("PARLEY_COMPANY_ADDRESS", ""),
            secret_key=secret_key(env),
            clock=_clock(env, problems),
            time_zone=env.get("PARLEY_TIME_ZONE", "America/New_York"),
            sandbox_url=sandbox,
            twilio=_twilio(env, sandbox, problems),
            stripe=_stripe(env, sandbox, problems),
            telegram=_telegram(env, sandbox, problems),
            trusted_proxies=_networks(env, problems),
            web_health_port=_number(env, "PARLEY_WEB_HEALTH_PORT", WEB_HEALTH_PORT, problems),
            least_free_mb=_number(env, "PARLEY_LEAST_FREE_MB", LEAST_FREE_MB, problems),
            pager=on_call.addresses(env, problems),
            smtp=_smtp(env, sandbox, problems),
            chatwoot=chatwoot.read(env, problems),
            licence_ca=env.get("PARLEY_LICENCE_CA", ""),
            embed_origins=_origins(env, problems),
            hours=opening.read(env.get("PARLEY_HOURS", ""), problems),
            settlement_words=_settlement_words(env, problems),
            bank_debits=_bank_debits(env, problems),
            pace=_pace(env, problems),
            code_for=_code_for(env, problems),
            signing_key_file=env.get("PARLEY_SIGNING_KEY", ""),
            creditors=creditors.read(Path(env["PARLEY_CREDITORS"]), problems) if env.get("PARLEY_CREDITORS") else {},
        )
        problems.extend(_live_problems(settings))
        if problems:
            raise Problems(problems)
        return settings


def _role(env: Mapping[str, str], problems: list[Problem]) -> Role:
    role = env.get("PARLEY_COLLECTION_ROLE", "first_party")
    if role == "third_party":
        return "third_party"
    if role != "first_party":
        problems.append(Problem("PARLEY_COLLECTION_ROLE", "first_party or third_party", repr(role)))
    return "first_party"


def _settlement_words(env: Mapping[str, str], problems: list[Problem]) -> str:
    words = env.get("PARLEY_SETTLEMENT_WORDS") or "forgiven"
    if words not in ("forgiven", "closed"):
        problems.append(Problem("PARLEY_SETTLEMENT_WORDS", "forgiven or closed", repr(words[:40])))
    return words


def _bank_debits(env: Mapping[str, str], problems: list[Problem]) -> bool:
    given = env.get("PARLEY_BANK_DEBITS") or "off"
    if given not in ("on", "off"):
        problems.append(Problem("PARLEY_BANK_DEBITS", "on or off", repr(given[:40])))
    return given == "on"


def _networks(env: Mapping[str, str], problems: list[Problem]) -> tuple[str, ...]:
    given = [part.strip() for part in env.get("PARLEY_TRUSTED_PROXIES", "").split(",") if part.strip()]
    for part in given:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            problems.append(Problem("PARLEY_TRUSTED_PROXIES", "addresses or networks such as 10.0.0.0/8", repr(part)))
    return tuple(given)


def _origins(env: Mapping[str, str], problems: list[Problem]) -> tuple[str, ...]:
    name = "PARLEY_EMBED_ORIGINS"
    given = [part.strip().rstrip("/") for part in env.get(name, "").split(",") if part.strip()]
    wrong = [part for part in given if not re.fullmatch(r"https?://[\w.-]+(:\d{1,5})?", part)]
    problems.extend(Problem(name, "origins such as https://www.northwind.example", repr(part)) for part in wrong)
    return tuple(given)


CODE_FOR = ("nothing", "changes", "everything")
"""`changes`: another plan, other contact data. `everything`: before anything of an account is said."""


def _code_for(env: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """ "web=everything,telegram=changes"; `changes` where a channel is not named."""
    name, channels = "PARLEY_CODE_FOR", ("sms", "whatsapp", "telegram", "web")
    found = dict.fromkeys(channels, "changes")
    for part in filter(None, (each.strip() for each in env.get(name, "").split(","))):
        channel, _, what = part.partition("=")
        if channel not in channels or what not in CODE_FOR:
            expected = f"{', '.join(CODE_FOR)} by channel, such as web=everything,telegram=changes"
            problems.append(Problem(name, expected, repr(part[:40])))
        else:
            found[channel] = what
    return found


_LIVE_PACE = "sms=1,whatsapp=20,telegram=25"
"""One long number of the United States is given about one SMS a second; Telegram allows thirty."""


def _pace(env: Mapping[str, str], problems: list[Problem]) -> dict[str, float]:
    """ "sms=3,telegram=25". With keys of Twilio's or Telegram's own there is always a limit."""
    name, found = "PARLEY_PACE", {}
    is_live = any(env.get(key) for key in ("TWILIO_ACCOUNT_SID", "TELEGRAM_BOT_TOKEN"))
    for part in filter(None, (each.strip() for each in env.get(name, _LIVE_PACE if is_live else "").split(","))):
        channel, _, rate = part.partition("=")
        number = rate.strip().replace(".", "", 1)
        if (
            channel not in ("sms", "whatsapp", "telegram")
            or not (number.isascii() and number.isdecimal())
            or not float(rate)
        ):
            problems.append(Problem(name, "messages a second by channel, such as sms=3,telegram=25", repr(part[:40])))
        else:
            found[channel] = float(rate)
    return found


def _number(env: Mapping[str, str], name: str, default: int, problems: list[Problem]) -> int:
    text = env.get(name, str(default))
    if text.isascii() and text.isdecimal() and len(text) < 6:
        return int(text)
    problems.append(Problem(name, "a whole number below 100000", repr(text)))
    return default


def _clock(env: Mapping[str, str], problems: list[Problem]) -> Clock:
    text = env.get("PARLEY_CLOCK", "")
    try:
        clock = Clock.parse(text)
        clock.now()
        return clock
    except (ValueError, OverflowError):
        problems.append(
            Problem("PARLEY_CLOCK", "nothing, a shift such as +30d, or an ISO time with offset", repr(text))
        )
        return Clock()


def _twilio(env: Mapping[str, str], sandbox: str, problems: list[Problem]) -> Twilio:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_SMS_FROM")
    given, templates = [env.get(name, "") for name in names], _templates(env, problems)
    if not any(given):
        sid, number = "ACsandbox0000000000000000000000000", "+15550100100"
        return Twilio(sid, "sandbox-twilio-token", number, number, sandbox, templates)
    problems.extend(
        Problem(name, "a value, since Twilio is switched on by the others")
        for name, value in zip(names, given)
        if not value
    )
    return Twilio(given[0], given[1], given[2], env.get("TWILIO_WHATSAPP_FROM", ""), None, templates)


def _templates(env: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """ "utter_payments_receipt.en=HX…, utter_payments_receipt.es=HX…"."""
    name, found = "TWILIO_WHATSAPP_TEMPLATES", {}
    for part in filter(None, (each.strip() for each in env.get(name, "").split(","))):
        read = re.fullmatch(r"(utter_\w+\.(?:en|es))=(HX[0-9a-f]{32})", part)
        if read is None:
            problems.append(Problem(name, "responses with a language and a ContentSid: utter_x.en=HX…", part[:60]))
        else:
            found[read[1]] = read[2]
    return found


def _stripe(env: Mapping[str, str], sandbox: str, problems: list[Problem]) -> Stripe:
    key, secrets = env.get("STRIPE_API_KEY", ""), env.get("STRIPE_WEBHOOK_SECRET", "")
    if not key and not secrets:
        return Stripe("sk_test_sandbox", ("whsec_sandbox",), f"{sandbox}/stripe")
    if not key:
        problems.append(Problem("STRIPE_API_KEY", "a value, since STRIPE_WEBHOOK_SECRET is set"))
    if not secrets:
        problems.append(Problem("STRIPE_WEBHOOK_SECRET", "a value, since STRIPE_API_KEY is set"))
    return Stripe(key, tuple(secret.strip() for secret in secrets.split(",") if secret.strip()), None)


def _smtp(env: Mapping[str, str], sandbox: str, problems: list[Problem]) -> mail.Smtp | None:
    """The double where messages go to the sandbox, too."""
    given = mail.read(env, problems)
    is_demo = not env.get("PARLEY_SMTP") and not env.get("TWILIO_ACCOUNT_SID")
    return mail.double(sandbox) if is_demo else given


def secret_key(environ: Mapping[str, str] | None = None) -> str:
    """What is sealed in the database is sealed under it."""
    return (os.environ if environ is None else environ).get("PARLEY_SECRET_KEY", _DEMO_SECRET)


def _telegram(env: Mapping[str, str], sandbox: str, problems: list[Problem]) -> Telegram:
    token, secret = env.get("TELEGRAM_BOT_TOKEN", ""), env.get("TELEGRAM_SECRET_TOKEN", "")
    if not token and not secret:
        return Telegram("1000001:sandbox-telegram-token", "sandbox-telegram-secret", sandbox)
    if not re.fullmatch(r"\d+:[\w-]+", token):
        problems.append(Problem("TELEGRAM_BOT_TOKEN", "the token that BotFather gave, such as 123456:AbC-dEf"))
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
        problems.append(Problem("TELEGRAM_SECRET_TOKEN", "16 to 256 letters, digits, _ or -, since Telegram is on"))
    return Telegram(token, secret, None)


def _live_problems(settings: Settings) -> list[Problem]:
    if not settings.is_live:
        return []
    problems = on_call.live_problems(settings.pager)
    if settings.secret_key == _DEMO_SECRET or len(settings.secret_key) < 32:
        problems.append(Problem("PARLEY_SECRET_KEY", "at least 32 random characters once a provider is live"))
    if not settings.public_url.startswith("https://"):
        problems.append(Problem("PARLEY_PUBLIC_URL", "an https address once a provider is live", settings.public_url))
    if (
        settings.twilio.api_base is None
        and settings.collection_role == "third_party"
        and not settings.collection_approval
    ):
        problems.append(
            Problem(
                "PARLEY_COLLECTION_APPROVAL",
                "the reference of Twilio's written approval: third-party debt collection is forbidden on its "
                "US and Canadian SMS, and Meta prohibits it on WhatsApp",
            )
        )
    return problems
