"""Three columns of one invented county: 200 pages, three forms of paging, two encodings, files beside some."""

from __future__ import annotations

import json

from tests.scraping.server import Site, article, docx, listing

MATCH = ("义务教育", "教育经费")
PAGES = 12
_SUBJECTS = ("春耕备耕", "道路养护", "防汛值守", "招商引资", "林长巡山", "文化下乡")
_PER_PAGE = 8


class Columns:
    """The site, and what should be found on it: addresses (paths) of reports and of files."""

    def __init__(self, sizes=(70, 70, 60)):
        self.site = Site()
        self.wanted: set[str] = set()
        self.files: set[str] = set()
        self.columns: list[str] = []
        self.site.page("/robots.txt", "User-agent: *\nDisallow: /admin/\n", kind="text/plain")
        names = ("index", "query", "json")
        for name, size, encoding in zip(names, sizes, ("gb18030", "utf-8", "utf-8"), strict=True):
            entries = [self._report(name, n, encoding) for n in range(size)]
            getattr(self, f"_{name}")(entries, encoding)

    def _report(self, column, n, encoding):
        path = f"/{column}/2024/t{n:03}.html"
        subject = _SUBJECTS[n % len(_SUBJECTS)]
        title, text, files = f"青禾县扎实推进{subject}工作（第{n + 1}期）", [f"全县{subject}工作有序推进。"] * 3, []
        if n % 5 == 0:
            title = f"青禾县义务教育优质均衡发展情况通报（第{n + 1}期）"
            self.wanted.add(path)
        elif n % 5 == 1:
            text = [*text, f"全年教育经费投入{n + 2}.5亿元，新增学位{n + 100}个。"]
            self.wanted.add(path)
        if n % 10 in (0, 1):
            kind = ("docx", "pdf", "xls")[n % 3]
            files = [(f"/{column}/files/P0{n:03}.{kind}", f"附表{n}.{kind}")]
            self.files.add(files[0][0])
            self._file(files[0][0], kind, f"{column}{n}")
        elif n % 5 == 2:
            files = [(f"/{column}/files/other{n}.pdf", "其他附表.pdf")]
            self._file(files[0][0], "pdf", f"{column}{n}")
        margin = [
            ("/elsewhere/edu.html", "全市义务教育工作会议召开"),
            ("/elsewhere/money.html", "教育经费执行情况公告"),
        ]
        page = article(title, text, encoding=encoding, files=files, margin=margin)
        self.site.page(path, page, encoding, stamp="date" if n % 2 else "etag")
        return path, title, f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}"

    def _file(self, path, kind, text):
        data = {
            "docx": docx(text),
            "pdf": f"%PDF-1.4\n% {text}\n%%EOF\n".encode(),
            "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + text.encode(),
        }[kind]
        self.site.page(path, data, kind="application/octet-stream")

    def _index(self, entries, encoding):
        """index.html, index_1.html: links to them are written by a script."""
        chunks = _chunks(entries)
        for n, chunk in enumerate(chunks):
            name = "index.html" if n == 0 else f"index_{n}.html"
            script = f'<script>createPageHTML({len(chunks)}, {n}, "index", "html");</script>'
            margin = [
                ("/elsewhere/edu.html", "全市义务教育工作会议隆重召开"),
                ("/elsewhere/x.html", "全市重点项目推进会召开"),
            ]
            text = listing([(p.removeprefix("/index/"), t, d) for p, t, d in chunk], encoding="gb2312",
                           script=script, margin=margin)  # fmt: skip
            self.site.page(f"/index/{name}", text, encoding)
        self.site.pages["/index/"] = self.site.pages["/index/index.html"]
        self.columns.append("/index/")

    def _query(self, entries, encoding):
        """?page=2 behind links that say 下一页; the last one has a link that leads nowhere."""
        chunks = _chunks(entries)
        for n, chunk in enumerate(chunks, 1):
            following = f"?cid=7&page={n + 1}" if n < len(chunks) else "javascript:void(0)"
            pager = f'<a href="?cid=7&page=1">首页</a> <a href="{following}">下一页</a>'
            self.site.page(f"/query/list?cid=7&page={n}", listing(chunk, pager=pager), encoding, stamp="date")
        self.site.pages["/query/list?cid=7"] = self.site.pages["/query/list?cid=7&page=1"]
        self.columns.append("/query/list?cid=7")

    def _json(self, entries, encoding):
        """Lists in JSON, told by their parameter alone where they end."""
        chunks = _chunks(entries)
        for n, chunk in enumerate([*chunks, []], 1):
            rows = [{"id": str(k), "docTitle": t, "docPubUrl": p, "pubDate": d} for k, (p, t, d) in enumerate(chunk)]
            body = json.dumps({"code": 0, "data": {"total": len(entries), "list": rows}}, ensure_ascii=False)
            self.site.page(f"/api/news?pageNo={n}&size=8", body, encoding, kind="application/json")
        self.columns.append("/api/news?pageNo=1&size=8")


def _chunks(entries):
    return [entries[n : n + _PER_PAGE] for n in range(0, len(entries), _PER_PAGE)] or [[]]
