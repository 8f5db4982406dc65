"""People of the demo whose conversations are worth trying, by a short name: in `parley chat` and in the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot import demo


@dataclass(frozen=True)
class Persona:
    """`proof` is what they would write when they are asked who they are; nothing for a stranger."""

    phone: str
    proof: str
    why: str

    @property
    def known(self) -> demo.Demonstrated | None:
        """As the demo has them; None for a stranger."""
        from bot import demo

        return demo.person_at(self.phone)


PERSONAS = {
    "maria": Persona("+15550100001", "4/12/1985 30318", "one account, nothing agreed"),
    "erin": Persona("+15550100133", "8/12/2001 87501", "two accounts"),
    "diego": Persona("+15550100121", "27 de abril de 2001, 55442", "two accounts, writes Spanish"),
    "rocio": Persona("+15550100010", "20 de marzo de 1977, 95833", "one account, writes Spanish"),
    "beatriz": Persona("+15550100073", "27 de diciembre de 1964, 78043", "writes Spanish"),
    "marta": Persona("+15550100023", "12/12/1973 60636", "two accounts, one of them disputed"),
    "peter": Persona("+15550100172", "10/3/1983 72212", "two accounts of the same kind"),
    "stranger": Persona("+15559990000", "", "nobody that we know"),
}


def at(phone: str) -> tuple[str, Persona]:
    """The persona with this phone, or the person of the demo who has it; anybody else is a stranger."""
    from bot import demo

    for name, persona in PERSONAS.items():
        if persona.phone == phone:
            return name, persona
    found = demo.person_at(phone)
    proof = f"{found.date_of_birth:%m/%d/%Y} {found.postcode}" if found else ""
    return phone, Persona(phone, proof, "a person of the demo" if found else "nobody that we know")
