"""Where somebody wanted to go when they were asked to log in: a page of ours that their role may open, or nowhere."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.web import edge, staff

LOG_IN = "/desk/login"
HOME = "/desk"
_LONGEST = 500
_NOT_AGAIN = (LOG_IN, "/desk/logout", "/desk/join")
_SUPERVISORS = ("/desk/wall", "/desk/approvals", "/desk/second-step")


def to_log_in(request: Request) -> Response:
    """To the log-in, which leads back to the page that was asked for. What a script asked for is no page."""
    is_page = request.method == "GET" and request.headers.get("sec-fetch-dest", "document") == "document"
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if not is_page or asked == HOME or not is_local(asked):
        return edge.see_other(LOG_IN)
    return edge.see_other(f"{LOG_IN}?next={quote(asked, safe='/')}")


def after_log_in(asked: str, me: staff.Staff) -> str:
    """What they asked for where it is a page of ours that they may open; otherwise the desk."""
    if not is_local(asked) or (_is_under(asked, "/manage") and me.role != "manager"):
        return HOME
    for_others = any(_is_under(asked, one) for one in _SUPERVISORS) and not me.may_take_over
    return HOME if for_others else asked


def is_local(asked: str) -> bool:
    """A path of the desk or of the managers' desk, in letters that no browser reads as another place."""
    if len(asked) > _LONGEST or not asked.isascii() or not asked.isprintable() or set(asked) & set('\\" <>'):
        return False
    told = urlsplit(asked)
    if told.scheme or told.netloc or "//" in told.path or ".." in told.path.split("/"):
        return False
    is_ours = _is_under(asked, HOME) or _is_under(asked, "/manage")
    return is_ours and not any(_is_under(asked, one) for one in _NOT_AGAIN)


def _is_under(asked: str, where: str) -> bool:
    path = urlsplit(asked).path
    return path == where or path.startswith(where + "/")
