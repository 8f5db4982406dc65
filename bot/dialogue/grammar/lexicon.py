"""The words of number, weekday and month as people spell them, in English and Spanish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

_UNITS = {
    "zero cero": 0,
    "one uno un una": 1,
    "two dos": 2,
    "three tres thre threee": 3,
    "four cuatro foor": 4,
    "five cinco sinco fiv": 5,
    "six seis": 6,
    "seven siete": 7,
    "eight ocho": 8,
    "nine nueve nuebe": 9,
}
_TEENS = {
    "ten diez": 10,
    "eleven elevn once": 11,
    "twelve twelv doce": 12,
    "thirteen trece thirten": 13,
    "fourteen forteen catorce": 14,
    "fifteen fiften fiveteen quince quinse": 15,
    "sixteen dieciseis": 16,
    "seventeen diecisiete": 17,
    "eighteen eightteen dieciocho": 18,
    "nineteen ninteen diecinueve": 19,
}
_TENS = {
    "twenty twenny twunny twennie tweny twenti veinte vente viente": 20,
    "thirty thirdy therty thurty treinta trenta treynta": 30,
    "forty fourty fordy fortey cuarenta quarenta cuarentas": 40,
    "fifty fitty fiddy fivty fity fiffty fifity cincuenta sincuenta cinquenta": 50,
    "sixty sixy sicksty sesenta secenta": 60,
    "seventy sevny seventie setenta": 70,
    "eighty eigthy eigty eightty ochenta": 80,
    "ninety ninty nintey noventa nobenta": 90,
}
_TWENTIES = {
    "veintiuno veintiun veintiuna": 21,
    "veintidos": 22,
    "veintitres": 23,
    "veinticuatro": 24,
    "veinticinco": 25,
    "veintiseis": 26,
    "veintisiete": 27,
    "veintiocho": 28,
    "veintinueve": 29,
}
_SPANISH_HUNDREDS = {
    "cien ciento": 100,
    "doscientos docientos doscientas dosientos": 200,
    "trescientos trecientos trescientas": 300,
    "cuatrocientos cuatrosientos": 400,
    "quinientos quinientas kinientos": 500,
    "seiscientos seicientos": 600,
    "setecientos": 700,
    "ochocientos": 800,
    "novecientos": 900,
}
_ORDINAL_UNITS = {
    "first frist primero primer primera": 1,
    "second segundo segunda": 2,
    "third thrid tercero tercer tercera": 3,
    "fourth forth cuarto cuarta": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
}
_ORDINAL_TEENS = {
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "thirtieth": 30,
}
_HUNDREDS = "hundred hunderd hundered hunnid hunned hundo hundos hunna"
_THOUSANDS = "thousand thousands thousnd mil grand grands racks bands stacks thou"
# The words spelt right: slips are made from these only, else "viente" would make a number of "viene".
_RIGHT = (
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty seventy eighty ninety"
    " hundred thousand catorce "
    "dieciseis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta"
    " noventa "
    "veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve"
    " ciento doscientos "
    "trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
# Near misses of a number that are words of their own.
_OTHER_WORDS = """
    vente tenty weny thirst event seven sevent eight quine siento sexteen cent ciento once mi ml tens
"""
_REAL_WORDS = frozenset(_OTHER_WORDS.split())


def _spread(table: Mapping[str, int]) -> dict[str, int]:
    return {word: value for words, value in table.items() for word in words.split()}


def _slips(words: Mapping[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """One letter dropped, doubled or swapped in a long number word, where only one number fits."""
    right = [word for word in _RIGHT.split() if len(word) >= 6]
    found = [(slip, word) for word in right for slip in sorted(_near(word))]
    owners = Counter(slip for slip, word in {(slip, words[word]) for slip, word in found})
    return {
        slip: words[word] for slip, word in found if owners[slip] == 1 and slip not in words and slip not in _REAL_WORDS
    }


def _near(word: str) -> Iterable[str]:
    dropped = {word[:i] + word[i + 1 :] for i in range(1, len(word))}
    doubled = {word[:i] + word[i] + word[i:] for i in range(len(word))}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    return dropped | doubled | swapped


def _kinds() -> dict[str, tuple[str, int]]:
    tables = {
        "unit": _spread(_UNITS),
        "teen": _spread(_TEENS),
        "tens": _spread(_TENS),
        "twenties": _spread(_TWENTIES),
        "hundreds": _spread(_SPANISH_HUNDREDS),
        "x100": dict.fromkeys(_HUNDREDS.split(), 100),
        "x1000": dict.fromkeys(_THOUSANDS.split(), 1000),
        "ordinal_unit": _spread(_ORDINAL_UNITS),
        "ordinal_teen": _spread(_ORDINAL_TEENS),
    }
    return {word: (kind, value) for kind, table in tables.items() for word, value in table.items()}


_EXACT = _kinds()
NUMBER_WORDS: dict[str, tuple[str, int]] = {**_slips(_EXACT), **_EXACT}

_WEEKDAYS = (
    "monday mon mondy munday lunes lun",
    "tuesday tues tue tuesdy teusday martes",
    "wednesday wed weds wensday wednsday wendsday wedsday miercoles mier mie",
    "thursday thurs thur thu thrusday thursdy jueves jue",
    "friday fri firday fryday fridy viernes vier vie biernes",
    "saturday sat saterday saturdy sabado sab",
    "sunday sun sundy domingo dom",
)
WEEKDAY: dict[str, int] = {name: day for day, names in enumerate(_WEEKDAYS) for name in names.split()}

_MONTHS = (
    "january jan enero ene",
    "february feb febuary feburary febrero febr",
    "march mar marzo",
    "april apr abril abr aprl",
    "may mayo",
    "june jun junio",
    "july jul julio",
    "august aug agosto ago",
    "september sept sep septiembre setiembre",
    "october oct octubre",
    "november nov noviembre",
    "december dec diciembre dic",
)
MONTH: dict[str, int] = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_ENGLISH_SMALL = """
    i im ill the my you u can cant and to is it on of for do have get pay me this that what a week month
"""
_ENGLISH_SIGNS = frozenset(_ENGLISH_SMALL.split())
_SPANISH_SMALL = """
    el la los las un una de del que y en mi me le no puedo pagar pago por para con es yo si al cada mes
    semana dia dias hoy ya usted doy tengo cuando quiero le les lo se su son dolares mejor mil cien ahora
    dije digo quise dar darle pero perdon nomas hasta todo mas porque viernes lunes martes miercoles jueves sabado quincena mitad pagos
"""
_SPANISH_SIGNS = frozenset(_SPANISH_SMALL.split())


def is_spanish(words: Iterable[str], language: str | None) -> bool:
    """Told by the conversation; else by which small words are more (a tie is English)."""
    if language is not None:
        return language.startswith("es")
    said = list(words)
    spanish = sum(word in _SPANISH_SIGNS for word in said)
    return spanish > sum(word in _ENGLISH_SIGNS for word in said)
