"""How far a STOP in words reaches: 12 CFR 1006.6(c)(1) beside 1006.14(h)(1)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.dialogue.meaning import table
from bot.dialogue.meaning.acts import Said
from bot.dialogue.meaning.scene_json import scene_of
from tests.examples import each
from tests.meaning.test_table import NOW, heard

EVERY_CHANNEL = (
    "stop writing me everywhere", "leave me alone", "stop bothering me please", "please quit writing to me",
    "stop messaging me everywhere you can find me", "no more messages from you anywhere", "stop texting and calling me",
    "no texts, no emails, no letters", "quit the texts and the calls and the emails", "enough. stop reaching out to me",
    "ya dejen de escribirme", "ya no me escriban", "déjenme en paz", "ya dejen de molestarme por favor",
    "dejen de escribirme por todos lados", "paren de escribirme a todos mis números", "ya no me busquen ni me molesten",
    "no quiero ni mensajes ni llamadas", "ni cartas ni mensajes ni correos", "que no me manden mensajes por ningún medio",
)  # fmt: skip
THIS_CHANNEL = (
    "STOP", "stop it", "alto", "para", "ya paren", "basta", "no mas", "stop texting me", "no more texts to this number",
    "stop writing me here", "take my number off your list", "leave my phone alone", "stop messaging me on whatsapp",
    "dejen de mandarme mensajes", "ya no me escriban por aquí", "no me escriban a este número", "quiten mi numero",
    "no me manden mas textos al celular", "stop sending me texts, messages and alerts",
)  # fmt: skip
NOT_ALL_OF_IT = (
    "stop texting, email me instead", "stop texting me, i will call you tomorrow", "stop writing me at work",
    "leave me alone until monday", "stop bothering my mother", "stop the texts, i mail letters to nobody",
    "no me molesten de noche", "no me escriban tanto", "dejen de molestar a mi mamá", "mejor por correo, ya no me escriban",
    "no calls or texts to this number",
)  # fmt: skip


def said(text: str, likely: Mapping[str, float] | None = None, **told: object) -> dict[str, Said]:
    """What comes of a text in which a STOP was heard."""
    one = heard({"text": text, "likely": likely or {"opt_out": 0.97}, **told})
    return {said.name: said for said in table.joined(one, scene_of({}, now=NOW))}


@each("text", EVERY_CHANNEL)
def test_RF_07_who_names_no_channel_or_all_of_them_wants_no_contact(text: str) -> None:
    assert "cease_contact" in said(text)


@each("text", (*THIS_CHANNEL, *NOT_ALL_OF_IT))
def test_RF_15_who_names_a_channel_a_time_or_somebody_else_ends_that_and_no_more(text: str) -> None:
    acts = said(text)
    assert "opt_out" in acts and "cease_contact" not in acts


@pytest.mark.parametrize("text", ["stop writing me everywhere", "ya dejen de escribirme"])
def test_a_sure_stop_that_reaches_everywhere_is_a_sure_cease_and_a_stop(text: str) -> None:
    acts = said(text, alarms=["opt_out"])
    assert list(acts) == ["cease_contact", "opt_out"]
    assert not any(one.needs_check for one in acts.values())


def test_what_was_only_leaning_to_a_stop_is_asked_about_as_the_cease_that_it_would_be() -> None:
    acts = said("please quit writing to me", {"opt_out": 0.5})
    assert list(acts) == ["cease_contact"] and acts["cease_contact"].needs_check


def test_a_sure_stop_is_not_kept_waiting_for_a_refusal_to_pay_that_is_in_doubt() -> None:
    acts = said("im not paying this. stop texting me", {"opt_out": 0.9, "cease_contact": 0.45}, alarms=["opt_out"])
    assert list(acts) == ["cease_contact", "opt_out"]
    assert not acts["cease_contact"].needs_check


@pytest.mark.parametrize("beside", ["promise", "pay:open", "contact_preference"])
def test_who_goes_on_in_the_same_breath_wants_quiet_and_not_the_end(beside: str) -> None:
    assert "cease_contact" not in said("ill get to it, leave me alone", {"opt_out": 0.9, beside: 0.9})


def test_everywhere_is_everywhere_whatever_else_they_say() -> None:
    acts = said("i will pay, stop writing me everywhere", {"opt_out": 0.9, "promise": 0.9})
    assert "cease_contact" in acts


def test_no_contact_word_alone_is_a_refusal() -> None:
    """Only what was heard as a STOP is read for how far it goes."""
    assert "cease_contact" not in said("you can write me everywhere", {"opt_in": 0.9})
