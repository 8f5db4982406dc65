"""A file through the chat page: judged by its bytes, kept once, handed out to staff as a download and to nobody else."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from PIL import Image
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core, handoff
from bot.contact import file_check, files
from bot.core import Settings
from bot.sandbox import samples
from tests.web.desk_kit import at_desk, staffed
from tests.web.world import messages, talk_of

pytestmark = pytest.mark.postgres
SCRIPT = {"X-Parley": "chat"}


def photo(form: str = "JPEG", **how: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, form, **how)
    return out.getvalue()


@pytest.fixture
def visitor(app) -> TestClient:
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    client.get("/")
    return client


def upload(client: TestClient, content: bytes, name: str = "x.jpg", message: str = "", **form: str):
    headers = {} if "token" in form else SCRIPT
    data = {"id": message or str(uuid.uuid4()), **form}
    return client.post(
        "/chat/files", data=data, files={"file": (name, content)}, headers=headers, follow_redirects=False
    )


def kept(engine: Engine, client: TestClient) -> list[files.File]:
    with core.reading(engine) as session:
        return list(files.of_conversation(session, talk_of(engine, client).id))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_drawn_anew_whatever_it_is_called(engine: Engine, visitor: TestClient, form: str) -> None:
    assert upload(visitor, photo(form), "letter.exe").status_code == 202
    [one] = kept(engine, visitor)
    assert (one.state, one.kind, one.ending) == ("kept", "image/jpeg", "jpg")
    assert messages(visitor)["messages"][0]["files"] == 1


def test_where_it_was_taken_and_what_hangs_behind_it_are_gone(engine: Engine, visitor: TestClient) -> None:
    with_place = samples.of("image/jpeg")
    assert b"Exif" in with_place
    upload(visitor, with_place + b"<script>alert(1)</script>")
    with core.reading(engine) as session:
        content = files.content(session, kept(engine, visitor)[0].id)
    assert content is not None and b"script" not in content and b"Exif" not in content


def test_the_same_upload_again_is_kept_once(engine: Engine, visitor: TestClient) -> None:
    message = str(uuid.uuid4())
    assert [upload(visitor, photo(), message=message).status_code for _ in range(2)] == [202, 202]
    assert len(kept(engine, visitor)) == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"MZ this is a program", 422), (b"<svg onload=alert(1)>", 422), (b"%PDF-1.4 without an end", 422),
     (photo()[:200], 422), (b"", 422), (b"OggS a voice note", 422),
     (b"\xff\xd8\xff" + bytes(file_check.LARGEST), 413), (bytes(file_check.LARGEST + 200_000), 413)],
    ids=["program", "svg", "pdf", "half a photo", "empty", "voice", "large photo", "larger than a form"],
)  # fmt: skip
def test_what_is_no_photo_and_no_pdf_is_refused_in_words(
    engine: Engine, visitor: TestClient, content: bytes, status: int
) -> None:
    answer = upload(visitor, content, "photo.jpg")
    assert answer.status_code == status and len(answer.json()["error"]) > 10
    assert kept(engine, visitor) == []


def test_a_bomb_is_not_unpacked(visitor: TestClient) -> None:
    wide = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(wide, "PNG")
    assert len(wide.getvalue()) < file_check.LARGEST
    assert upload(visitor, wide.getvalue()).status_code in (413, 422)


def test_without_a_script_the_form_does_it_and_says_what_was_wrong(engine: Engine, visitor: TestClient) -> None:
    token = re.search(r'name="token" value="([^"]+)"', visitor.get("/").text)[1]
    assert upload(visitor, photo(), token=token).headers["location"] == "/"
    assert upload(visitor, b"nothing", token=token).headers["location"] == "/?problem=chat_file_unknown"
    assert "A photo (JPG" in visitor.get("/?problem=chat_file_unknown").text
    assert "Photo or file" in visitor.get("/").text


def test_another_site_cannot_send_one(engine: Engine, visitor: TestClient) -> None:
    assert upload(visitor, photo(), token="guessed").status_code == 403
    foreign = {**SCRIPT, "Origin": "https://evil.example"}
    answer = visitor.post(
        "/chat/files", data={"id": str(uuid.uuid4())}, files={"file": ("x", photo())}, headers=foreign
    )
    assert answer.status_code == 403 and kept(engine, visitor) == []


def test_nobody_floods_us_with_files(visitor: TestClient) -> None:
    assert 429 in [upload(visitor, photo()).status_code for _ in range(7)]


def test_an_agent_downloads_it_and_nothing_in_it_may_run(
    engine: Engine, app, settings: Settings, visitor: TestClient
) -> None:
    staffed(engine, settings)
    upload(visitor, samples.of("application/pdf"))
    [one] = kept(engine, visitor)
    agent, address = at_desk(app, "sam"), f"/desk/files/{one.id}"
    assert agent.get(address).status_code == 404  # nobody waits for a person
    with core.transaction(engine) as session:
        talk = contact.conversation(session, one.conversation_id)
        handoff.open_case(session, talk, handoff.Reason.ASKED, {}, settings.clock.now())
    assert address in agent.get(f"/desk/conversations/{talk.id}").text
    answer = agent.get(address)
    assert answer.content == samples.of("application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"
    with core.reading(engine) as session:
        assert len(core.facts(session, subject=talk.id, kind="FileRead")) == 1
    assert visitor.get(address, follow_redirects=False).headers["location"].startswith("/desk/login?next=")
