"""`/shared/{key}`: a report, for whoever has a link that its resident made.

GET gives the report's PDF, or asks for the passcode where there is one; POST brings it. Whoever comes with a link that leads
nowhere gets the same page, whatever the reason. Each time that the report is given away stands in the resident's access log. A
wrong passcode is counted before it is judged, in a transaction of its own: tries at one time count like tries one after another.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import MappingProxyType
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from db.report_links import OpenLink
from domain.refusals import NotFound
from domain.report_links import is_passcode
from domain.viewer import ANONYMOUS
from ecard.bodies import read_body
from ecard.change import Asking, Changes
from ecard.files import KEY
from ecard.transport.incoming import language
from resolvers.report_links import count_try, find_link, open_link

MOST_BYTES = 4_096
PAGE = Template((Path(__file__).parent / "web/static/shared.html").read_text("utf-8"))
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
# More than this and browsers do not show a PDF.
PDF_POLICY = "frame-ancestors 'none'"
SOON = {"Retry-After": "10"}


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages say in one language."""

    title: str
    ask: str
    label: str
    button: str
    wrong: str
    gone: str
    soon: str


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "zh-CN": Words(
            title="分享的检查报告",
            ask="这份报告由持卡人分享给您。请输入对方告诉您的口令。",
            label="口令",
            button="查看报告",
            wrong="口令不正确。多次输错后，此链接将失效。",
            gone="此链接无效或已失效。如需查看，请联系分享给您的人。",
            soon="报告正在生成，请一分钟后再试。",
        ),
        "en": Words(
            title="A shared report",
            ask="Whoever it is about has shared this report with you. Please enter the passcode that they told you.",
            label="Passcode",
            button="Open the report",
            wrong="This is not the passcode. After several wrong ones the link ends.",
            gone="This link leads nowhere, or no longer. Please ask whoever gave it to you.",
            soon="The report is being made. Please try again in a minute.",
        ),
    }
)


class SharedReports:
    """Opens shared reports."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def route(self) -> Route:
        """The route. It answers no HEAD: what is only looked at must not count as opened, nor be told apart from what is gone."""
        route = Route("/shared/{key}", self._respond, methods=["GET", "POST"])
        route.methods = {"GET", "POST"}
        return route

    async def _respond(self, request: Request) -> Response:
        key, asking = request.path_params["key"], _asking(request)
        link = await self._find(key, asking)
        words = WORDS[asking.language]
        if link is None:
            return _page(asking.language, words.gone, 404)
        if not link.asks:
            return await self._open(link, asking)
        passcode = await _passcode(request) if request.method == "POST" else None
        if passcode is None:
            return _page(asking.language, words.ask, 200, asks=True)
        async with self._changes.own(asking) as tx:
            digest = await count_try(tx, link)
        if digest is None:
            return _page(asking.language, words.gone, 404)
        if await asyncio.to_thread(is_passcode, passcode, key, digest):
            return await self._open(link, asking)
        if await self._find(key, asking) is None:
            return _page(asking.language, words.gone, 404)
        return _page(asking.language, words.wrong, 403, asks=True)

    async def _find(self, key: str, asking: Asking) -> OpenLink | None:
        if not KEY.fullmatch(key):
            return None
        async with self._changes.own(asking) as tx:
            return await find_link(tx, key)

    async def _open(self, link: OpenLink, asking: Asking) -> Response:
        try:
            async with self._changes.own(asking) as tx:
                document = await open_link(tx, link)
        except NotFound:
            return _page(asking.language, WORDS[asking.language].gone, 404)
        if document is None:
            return _page(asking.language, WORDS[asking.language].soon, 503, SOON)
        headers = {"Content-Disposition": 'inline; filename="report.pdf"', "Content-Security-Policy": PDF_POLICY, **PRIVATE}
        return Response(document.content, media_type=document.media_type, headers=headers)


def _asking(request: Request) -> Asking:
    spoken = language(request.headers.get("accept-language", "").encode("latin-1"))
    return Asking(ANONYMOUS, spoken or "zh-CN", request.client.host if request.client else "")


def _page(spoken: str, text: str, status: int, headers: Mapping[str, str] | None = None, *, asks: bool = False) -> Response:
    words = WORDS[spoken]
    form = (
        f'<form method="post" class="row"><input name="passcode" type="password" class="grow" required autofocus autocomplete="off"'
        f' aria-label="{words.label}"><button>{words.button}</button></form>'
    )
    body = PAGE.substitute(language=spoken, title=words.title, text=text, form=form if asks else "")
    return HTMLResponse(body, status, {"Content-Security-Policy": POLICY, **PRIVATE, **(headers or {})})


async def _passcode(request: Request) -> str | None:
    """What was entered; None where nothing was, or far too much."""
    body = await read_body(request, MOST_BYTES)
    if body is None:
        return None
    try:
        fields = parse_qsl(body.decode(), max_num_fields=5, errors="strict")
    except ValueError:
        return None
    return next((value.strip() for name, value in fields if name == "passcode" and value.strip()), None)
