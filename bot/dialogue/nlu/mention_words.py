"""The words by which people name languages, channels and reasons of hardship, English and Spanish; folded."""

from __future__ import annotations

import re

_LANGUAGES = {
    "en": "english|ingles|inglish",
    "es": "spanish|espanol|espano|castellano|espaniol|spanol",
    "zh": "chinese|mandarin|cantonese|chino",
    "vi": "vietnamese|vietnamita",
    "ht": "creole|criollo",
    "fr": "french|frances",
    "pt": "portuguese|portugues",
    "tl": "tagalog|filipino",
    "ru": "russian|ruso",
    "ar": "arabic|arabe",
    "ko": "korean|coreano",
    "hi": "hindi",
    "de": "german|aleman",
}
_CHANNELS = {
    "whatsapp": r"whats ?app|wasap|guasap|wpp|whatsap|watsapp",
    "sms": r"sms|texts?|texting|texted|txts?|mensajes? de texto|text messages?",
    "email": r"e-?mails?|correos?|correo electronico",
    "phone": (
        r"(?:phone )?calls?|calling|called|by phone|ring me|llamadas?|llam[ae]n?|llamar(?:me)?|llamenme|llameme"
        r"|por telefono"
    ),
    "mail": r"letters?|by mail|postal|cartas?|snail mail|regular mail|paper mail",
    "telegram": "telegram",
    "web": r"web ?chat|website|portal|sitio web|pagina web",
}
_HARDSHIP = {
    "bereavement": (
        r"funeral|died|passed (?:away|on)|buried|widow\w*|lost my (?:husband|wife|mom|mother|dad|father|son|daughter"
        r"|brother|sister|baby|partner|grand\w+)|fallec\w+|murio|enterr\w+|viud\w|luto|entierro"
    ),
    "job_loss": (
        r"lost (?:my|the|her|his) (?:job|work)|laid off|lay ?offs?|layed off|let go|fired|unemploy\w*|furlough\w*"
        r"|no job|out of (?:a )?(?:work|job)|not working|hours? (?:got |were )?(?:cut|slashed|reduced)|cut my hours"
        r"|(?:plant|shop|store|restaurant|factory) (?:closed|shut|went under)|between jobs|no work|jobless"
        r"|quit my job|work permit|perdi (?:mi|el) (?:trabajo|empleo|chamba|jale)|me corrieron|me quede sin"
        r"|sin (?:trabajo|empleo|chamba|jale)|desemple\w+|despid\w+|me cortaron (?:las )?horas|no tengo trabajo"
        r"|horas (?:me )?bajaron"
    ),
    "illness": (
        r"sick\w*|(?:im|i am|is|was|been|very|so|really|seriously|mentally|fell|got) ill|illness|hospital\w*"
        r"|surgery|operation|cancer|chemo\w*|covid|injur\w+|broke my|stroke|heart attack"
        r"|disab(?:led|ility)|medical|depress\w+|dialysis|pregnan\w+|bedrest|icu|nicu|leukemia|dementia"
        r"|accident|rehab|er bill|treatment|enferm\w+|operaron|operacion|cirugia|quimio\w*|accidente|lesion\w*"
        r"|discapaci\w+|embaraz\w+|diabetes|infarto|derrame|hospitaliz\w+"
    ),
    "separation": (
        r"divorc\w*|separat(?:ed|ing|ion)|breakup|broke up|split up|left me|custody|child support"
        r"|(?:husband|wife|partner|boyfriend|girlfriend) (?:left|walked)|me separe|separacion|me dejo (?:mi|el|la)"
        r"|se fue de la casa|pension alimenticia"
    ),
    "disaster": (
        r"hurricane|flood\w*|fire|tornado|earthquake|storm|burned down|fema|wildfire|evacuat\w+|huracan|inund\w+"
        r"|incendio|se quemo|terremoto|tormenta|evacu\w+"
    ),
    "benefits": (
        r"ssdi?|ssi|social security|food stamps|snap|ebt|welfare|unemployment benefits|fixed income|pension\w*"
        r"|retire\w*|section 8|tanf|wic|medicaid|disability check|seguro social|estampillas|cupones|ingreso fijo"
        r"|jubil\w+|asistencia"
    ),
}
TABLES = {
    entity: {value: re.compile(rf"\b(?:{words})\b") for value, words in table.items()}
    for entity, table in (("language", _LANGUAGES), ("channel", _CHANNELS), ("hardship_reason", _HARDSHIP))
}
