"""What a person does in Telegram, as JSON for `POST /phone/<number>/telegram`. Exactly one of:

`{"text"}` · `{"media": "voice|photo|sticker|document", "text"?}` · `{"edit": true or a message id, "text"}` ·
`{"press": its words, its data or its place}` · `{"block": true or false}`; `"group": true` writes in a group,
`"language"` is that of their app.
"""

from __future__ import annotations

from typing import Union

import msgspec

from bot.sandbox import telegram_objects as objects
from bot.sandbox.store import Json
from bot.sandbox.telegram_phone import Telegram

LONGEST_TEXT = 4096


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str = ""
    media: str = ""
    edit: Union[bool, int] = False
    press: Union[str, int, None] = None
    block: Union[bool, None] = None
    group: bool = False
    language: str = "en"


def do(telegram: Telegram, phone: str, raw: bytes) -> Json:
    """Raises ValueError with what was expected."""
    try:
        act = msgspec.json.decode(raw, type=Act)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    if act.block is not None:
        telegram.block(phone, blocked=act.block)
        return {}
    if act.press is not None:
        return {"callback": telegram.press(phone, act.press)}
    if len(act.text) > LONGEST_TEXT or not (act.text or act.media) or act.media not in ("", *objects.MEDIA):
        raise ValueError(f'expected {{"text": "…"}}, with {{"media"}} one of {", ".join(objects.MEDIA)}')
    if act.edit:
        return {"message_id": telegram.edit(phone, act.text, None if act.edit is True else act.edit)["message_id"]}
    content = {
        **objects.MEDIA.get(act.media, {}),
        **({"caption" if act.media else "text": act.text} if act.text else {}),
    }
    message = telegram.write(phone, content, in_group=act.group, language=act.language)
    return {"message_id": message["message_id"]}
