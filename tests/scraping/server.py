"""A web server on loopback, and the sites that the tests read. All names and figures are invented."""

from __future__ import annotations

import contextlib
import hashlib
import io
import threading
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import NamedTuple

NAV = ("首页", "义务教育", "教育经费", "通知公告")
"""The menu of every page names what is searched for; it must match nothing."""


class Reply(NamedTuple):
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = MappingProxyType({})
    pause: float = 0.0


class Asked(NamedTuple):
    at: float
    path: str
    conditional: bool
    status: int
    agent: str


@dataclass
class Site:
    """What the server answers: a page for a path, or a function that makes the reply."""

    pages: dict[str, object] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    slowness: float = 0.0
    base: str = ""

    def page(self, path, text, encoding="utf-8", kind="text/html", stamp="etag"):
        body = text.encode(encoding) if isinstance(text, str) else text
        header = {"Content-Type": kind}
        if stamp == "etag":
            header["ETag"] = f'"{hashlib.md5(body).hexdigest()}"'
        elif stamp == "date":
            header["Last-Modified"] = "Mon, 06 May 2024 07:08:09 GMT"
        self.pages[path] = Reply(200, body, header)

    def paths(self, status=None):
        return [asked.path for asked in self.log if status is None or asked.status == status]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: else each answer waits for the other side to acknowledge its head
    site: Site

    def do_GET(self):
        if self.site.slowness:
            time.sleep(self.site.slowness)
        found = self.site.pages.get(self.path, Reply(404, b"<html><body>not here</body></html>"))
        reply = found(self) if callable(found) else found
        if reply is None:
            self.close_connection = True
            return
        asked = {k: v for k in ("If-None-Match", "If-Modified-Since") if (v := self.headers.get(k))}
        given = {reply.headers.get("ETag"), reply.headers.get("Last-Modified")} - {None}
        if reply.status == 200 and asked and given & set(asked.values()):
            reply = Reply(304, b"", {k: v for k, v in reply.headers.items() if k in ("ETag", "Last-Modified")})
        self.note(reply.status)
        time.sleep(reply.pause)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value.replace("{base}", self.site.base))
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(reply.body)

    def note(self, status):
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        self.site.log.append(
            Asked(time.monotonic(), self.path, conditional, status, self.headers.get("User-Agent", ""))
        )

    def log_message(self, *arguments):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients are killed by these tests


@contextlib.contextmanager
def serve(site):
    handler = type("Handler", (_Handler,), {"site": site})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        site.base = f"http://127.0.0.1:{server.server_port}"
        yield site
        server.shutdown()
        thread.join()


def html(title, body, *, encoding="utf-8", head="", script=""):
    menu = "".join(f'<li><a href="/{n}/">{word}</a></li>' for n, word in enumerate(NAV))
    return (
        f'<!DOCTYPE html><html><head><meta charset="{encoding}"><title>{title}</title>{head}</head><body>'
        f'<div class="nav"><ul>{menu}</ul></div>{body}{script}'
        '<div class="footer"><p>主办：青禾县人民政府办公室</p><p>关于我们 网站地图</p></div></body></html>'
    )


def article(title, paragraphs, *, encoding="utf-8", files=(), margin=(), style="TRS_Editor", date="2024-03-05"):
    links = "".join(f'<p>附件：<a href="{href}">{words}</a></p>' for href, words in files)
    aside = "".join(f'<li><a href="{href}">{words}</a></li>' for href, words in margin)
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body = (
        f'<div class="main"><h1>{title}</h1><div class="info">来源：青禾县教育局　发布时间：{date}</div>'
        f'<div class="{style}">{text}{links}</div></div><div class="sidebar"><h3>热点推荐</h3><ul>{aside}</ul></div>'
    )
    return html(title, body, encoding=encoding)


def listing(entries, *, encoding="utf-8", pager="", script="", margin=()):
    rows = "".join(
        f'<li><span>{date}</span><a href="{href}" title="{title}">{title[:12]}</a></li>'
        for href, title, date in entries
    )
    aside = "".join(f'<li><a href="{href}">{words}</a></li>' for href, words in margin)
    body = (
        f'<div class="content"><ul class="news">{rows}</ul><div class="pagebar">{pager}</div></div>'
        f'<div class="sidebar"><ul>{aside}</ul></div>'
    )
    return html("工作动态", body, encoding=encoding, script=script)


def docx(text):
    """A Word document as small as one can be."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in (
            ("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
            ("word/document.xml", f"<w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"),
        ):
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            archive.writestr(info, content)
    return stream.getvalue()
