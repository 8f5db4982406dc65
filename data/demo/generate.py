"""Writes the people of the demo: `python data/demo/generate.py`. The same files come out every time.

All of it is invented; no name, number or account belongs to anybody. Days are written relative to the day on
which the demo is loaded (see `bot/demo.py`), so it never ages.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import zipcodes

HERE = Path(__file__).parent
PEOPLE, SPANISH, TWO_DEBTS = 200, 50, 24
TAKEN_PHONES = (100, 199)  # the demo company's own numbers
HOLDS = [
    ("bankruptcy", "filed chapter 7, case number to come"),
    ("bankruptcy", "filed chapter 13"),
    ("bankruptcy", "discharged last year, letter on file"),
    ("attorney", "represented by counsel on this account"),
    ("attorney", "legal aid wrote to us"),
    ("deceased", "daughter wrote; waiting for the executor"),
    ("military", "deployed, asked for the interest cap"),
    ("military", "active duty"),
    ("identity_theft", "police report received"),
    ("identity_theft", "account opened at an address they never had"),
    ("cease", "wrote that they want no contact"),
    ("cease", "refuses to pay, in writing"),
    ("coerced_debt", "opened by a former partner"),
    ("complaint", "calls at work; being looked into"),
    ("breathing_space", "lost their job; paused for 30 days"),
    ("breathing_space", "in hospital; paused"),
    ("breathing_space", "flood damage; paused for 60 days"),
    ("breathing_space", "on parental leave without pay; paused"),
]
DISPUTES = [
    ("not_my_debt", "credit_card", "en", "i never had an account with you people"),
    ("not_my_debt", "phone", "es", "no reconozco esta cuenta"),
    ("wrong_amount", "electricity", "en", "the bill says 90 not 180, i have the letter"),
    ("wrong_amount", "rent", "en", "those late fees are not right"),
    ("already_paid", "phone", "en", "paid this in the store, have the receipt"),
    ("already_paid", "electricity", "es", "ya lo pagué el mes pasado"),
    ("service_dispute", "gym", "en", "the treadmills were broken for 2 months and you still charged me"),
    ("request_validation", "personal_loan", "en", "send me proof of this in writing"),
    ("too_old", "credit_card", "en", "this is from years ago, its too old"),
]
"""Reason, product, language and the words of the person."""


@dataclass
class Debt:
    """Amounts in cents; every `day` is how many days before today, or a month as `bot/demo.py` reads it."""

    client: str
    product: str
    reference: str
    opened: str
    itemised: str
    kind: str
    statement: str
    due: str
    service: tuple[str, str] = ("", "")
    entries: list[tuple[str, int, str, str]] = field(default_factory=list)

    def add(self, kind: str, cents: int, day: int, memo: str = "") -> None:
        self.entries.append((kind, cents, str(day), memo))

    @property
    def balance(self) -> int:
        return sum(cents for _, cents, _, _ in self.entries)


Maker = Callable[[Random, int], Debt]


def monthly(client: str, product: str, prefix: str, cents: tuple[int, int], late: int) -> Maker:
    """Bills that were not, or only partly, paid; then late fees."""

    def make(random: Random, due: int) -> Debt:
        usual = random.randint(*cents)
        bills = min(random.randint(1, 6), due // 30 + 1)
        statement = max(2, due - 30 * (bills - 1) + 15)
        debt = Debt(
            client, product, prefix, str(due + random.randint(200, 1900)), str(statement), "last_statement",
            str(statement), str(due), (str(due + 45), str(due + 16 - 30 * (bills - 1))),
        )  # fmt: skip
        for number in range(bills):
            debt.add("principal", usual * random.randint(82, 118) // 100, due + 20 - 30 * number, "monthly bill")
        if random.random() < 0.45:
            debt.add("payment", -_round(random, debt.balance * random.randint(10, 50) // 100), statement + 2, "")
        for number in range(min(random.randint(0, 3), (statement - 1) // 10)):
            debt.add("fee", late, statement - 10 * (number + 1) + 5, "late fee")
        return debt

    return make


def brought_forward(client: str, product: str, prefix: str, cents: tuple[int, int], *, yearly: int) -> Maker:
    """One sum, with interest and payments since; `yearly` is the rate in per cent."""

    def make(random: Random, due: int) -> Debt:
        kind, itemised = _itemised(random, product, due)
        debt = Debt(
            client, product, prefix, str(due + random.randint(250, 2400)), str(itemised), kind,
            str(due + 25), str(due),
        )  # fmt: skip
        debt.add("principal", random.randint(*cents), max(due + 20, itemised), "brought forward")
        if kind == "last_payment":
            debt.entries.insert(0, ("principal", 5000, str(due + 60), "instalment"))
            debt.add("payment", -5000, itemised, "")
        months = min((itemised - 1) // 30, 12) if yearly else 0
        for number in range(months):
            debt.add("interest", debt.balance * yearly // 1200, itemised - 30 * (number + 1), "monthly interest")
        for _ in range(random.choice((0, 0, 1, 2, 3)) if itemised > 12 else 0):
            debt.add("payment", -_round(random, random.randint(2000, 9000)), random.randint(2, itemised - 1), "")
        if product == "credit_card" and itemised > 40 and random.random() < 0.5:
            debt.add("fee", 2900, itemised - 20, "late fee")
        return debt

    return make


MAKERS: list[tuple[int, Maker]] = [
    (34, monthly("Northwind Energy", "electricity", "NW", (6500, 24000), 1500)),
    (40, brought_forward("Harbor Bank", "credit_card", "HB", (38000, 920000), yearly=22)),
    (26, brought_forward("Meridian Lending", "personal_loan", "ML", (90000, 1150000), yearly=14)),
    (38, brought_forward("Cedar Valley Clinic", "medical", "CV", (11500, 640000), yearly=0)),
    (30, monthly("Bluebird Mobile", "phone", "BM", (4200, 14500), 1000)),
    (16, monthly("Ironworks Fitness", "gym", "IF", (2499, 6999), 1000)),
    (16, monthly("Oakview Apartments", "rent", "OA", (82000, 185000), 5000)),
]


def maria() -> Debt:
    """The one to remember: $540.00 for three months that ended before last month, and $72.40 in late fees."""
    debt = Debt(
        "Northwind Energy", "electricity", "NW-1000", "1285", "last-2", "last_statement", "last-2",
        "first-4+27", ("first-4", "last-2"),
    )  # fmt: skip
    debt.entries = [
        ("principal", 18735, "first-4+7", "monthly bill"), ("principal", 21420, "first-3+7", "monthly bill"),
        ("principal", 19845, "first-2+7", "monthly bill"), ("payment", -6000, "first-2+10", ""),
        ("fee", 2410, "first-1+4", "late fee"), ("fee", 2410, "first-1+14", "late fee"),
        ("fee", 2420, "first-1+24", "late fee"),
    ]  # fmt: skip
    return debt


def _read_names() -> dict[str, list[str]]:
    """`names.txt`: a heading, then names with commas between."""
    sections = HERE.joinpath("names.txt").read_text(encoding="utf-8").removeprefix("# ").split("\n# ")
    split = (section.split("\n", 1) for section in sections)
    return {heading: [" ".join(name.split()) for name in names.split(",")] for heading, names in split}


NAMES = _read_names()


def main(folder: Path = HERE) -> None:
    random = Random(20261122)
    people = list(_people(random))
    debts = [("C-1000", maria())]
    references = iter(random.sample(range(1001, 9999), 2 * PEOPLE))
    two = {person["customer"] for person in random.sample(people[1:], TWO_DEBTS)}
    for person in people[1:]:
        for _ in range(2 if person["customer"] in two else 1):
            debt = _debt(random, grown_up=(2026 - int(person["date_of_birth"][:4]) - 19) * 365)
            debt.reference = f"{debt.reference}-{next(references)}"
            debts.append((person["customer"], debt))
    _write(folder / "people.csv", people)
    _write(folder / "debts.csv", [_debt_row(customer, debt) for customer, debt in debts])
    _write(folder / "entries.csv", [row for _, debt in debts for row in _entry_rows(debt)])
    _write(folder / "holds.csv", list(_hold_rows(random, people, debts)))


def _people(random: Random) -> Iterator[dict[str, str]]:
    cities = NAMES["cities"]
    places = [_zip_of(random, *city.rsplit(" ", 1)) for city in cities]
    phones = [number for number in range(1, PEOPLE + 10) if number not in TAKEN_PHONES]
    names = _names(random)
    for number in range(PEOPLE):
        city, place = cities[number % len(cities)], places[number % len(places)]
        if not number:
            city, place = "Atlanta GA", ("30318", "GA", "America/New_York")
        given, family, language = next(names) if number else ("Maria", "Gomez", "en")
        born = f"{random.randint(1944, 2004)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        yield {
            "customer": f"C-{1000 + number}", "given_name": given, "family_name": family,
            "date_of_birth": born if number else "1985-04-12", "postcode": place[0], "state": place[1],
            "time_zone": place[2], "language": language, "phone": f"+1555010{phones[number]:04}",
            "address": f"{12 + 17 * number % 900} {NAMES['streets'][number % len(NAMES['streets'])]}, {city.rsplit(' ', 1)[0]}, {place[1]} {place[0]}",
        }  # fmt: skip


def _names(random: Random) -> Iterator[tuple[str, str, str]]:
    """Unlike each other; a quarter writes Spanish, some with Latino names write English."""
    languages = ["es"] * SPANISH + ["en-latino"] * 22 + ["en"] * (PEOPLE - 1 - SPANISH - 22)
    random.shuffle(languages)
    seen = {("Maria", "Gomez")}
    for language in languages:
        kind = "" if language == "en" else "latino "
        given, family = NAMES[f"{kind}given"], NAMES[f"{kind}family"]
        name = random.choice(given), random.choice(family)
        while name in seen:
            name = random.choice(given), random.choice(family)
        seen.add(name)
        yield *name, language[:2]


def _zip_of(random: Random, city: str, state: str) -> tuple[str, str, str]:
    found = [
        place
        for place in zipcodes.filter_by(city=city, state=state, active=True)
        if place["zip_code_type"] == "STANDARD"
    ]
    place = random.choice(sorted(found, key=lambda each: str(each["zip_code"])))
    return place["zip_code"], place["state"], place["timezone"]


def _debt(random: Random, grown_up: int) -> Debt:
    """From ten days to four years overdue, most of them young, with something left to pay, by an adult.

    `grown_up` is for how many days they have been of age.
    """
    while True:
        due = int(10 + 1450 * random.random() ** 2.2)
        debt = random.choices([maker for _, maker in MAKERS], [weight for weight, _ in MAKERS])[0](random, due)
        if debt.balance > 1500 and int(debt.opened) < grown_up:
            return debt


def _itemised(random: Random, product: str, due: int) -> tuple[str, int]:
    if product == "medical":
        return "transaction", due + 30
    if due > 180:
        return "charge_off", due - 175
    return random.choice([("last_payment", due + 5), ("last_statement", due + 10)])


def _round(random: Random, cents: int) -> int:
    """People pay round sums."""
    return max(1000, cents // 500 * 500) if random.random() < 0.8 else max(1000, cents)


def _debt_row(customer: str, debt: Debt) -> dict[str, str]:
    return {
        "customer": customer, "client": debt.client, "product": debt.product, "reference": debt.reference,
        "opened_on": debt.opened, "last_statement_on": debt.statement, "itemisation_date": debt.itemised,
        "itemisation_kind": debt.kind, "due_since": debt.due, "service_from": debt.service[0],
        "service_to": debt.service[1],
    }  # fmt: skip


def _entry_rows(debt: Debt) -> Iterator[dict[str, str]]:
    for kind, cents, day, memo in debt.entries:
        yield {
            "reference": debt.reference,
            "kind": kind,
            "amount": f"{cents / 100:.2f}",
            "effective_on": day,
            "memo": memo,
        }


def _hold_rows(
    random: Random, people: Sequence[dict[str, str]], debts: Sequence[tuple[str, Debt]]
) -> Iterator[dict[str, str]]:
    """Some people for whom everything stops; a dispute is about one debt and in their own words."""
    chosen = iter(random.sample(range(1, PEOPLE), PEOPLE - 1))
    for kind, reason in HOLDS:
        person = people[next(chosen)]
        yield _hold(person["customer"], "", kind, reason, "", random)
    free = {people[number]["customer"]: people[number]["language"] for number in chosen}
    for reason, product, language, words in DISPUTES:
        customer, debt = next(
            (customer, debt) for customer, debt in debts if debt.product == product and free.get(customer) == language
        )
        del free[customer]
        yield _hold(customer, debt.reference, "dispute", reason, words, random)


def _hold(customer: str, reference: str, kind: str, reason: str, words: str, random: Random) -> dict[str, str]:
    return {
        "customer": customer, "reference": reference, "kind": kind, "reason": reason, "words": words,
        "placed_on": str(random.randint(1, 25)),
    }  # fmt: skip


def _write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
