"""PDF files made by reportlab for tests, with a font that is not embedded (Chinese readers bring it)."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table, TableStyle

FACE = "STSong-Light"
WIDTH, HEIGHT = A4
MARGIN, SIZE, GUTTER = 66, 11, 24
TITLE = "清源县2023年教育工作总结"
pdfmetrics.registerFont(UnicodeCIDFont(FACE))

BODY = ParagraphStyle("body", fontName=FACE, fontSize=SIZE, leading=18, firstLineIndent=2 * SIZE, wordWrap="CJK")
HEAD = ParagraphStyle("head", parent=BODY, fontSize=20, leading=28, firstLineIndent=0, alignment=1)


def prose(count: int, first: int = 1) -> list[str]:
    """Paragraphs of several lines, each with numbers of its own that fall anywhere in a line."""
    return [
        f"第{n}项工作进展顺利，全年投入资金{n * 137 + 1000}.{n % 10}5万元，建成投用学校{n + 11}所，新增学位{n * 310 + 2000}个，"
        f"招聘教师{n * 7 + 120}名，覆盖面达到{80 + n % 20}.{n % 9}%，群众满意度明显提升，各项任务均按时间节点完成，没有拖欠工程款。"
        for n in range(first, first + count)
    ]


def document(parts: list[str | Flowable], columns: int = 1, header: str = "", title: str = TITLE) -> bytes:
    """A document of paragraphs and tables in columns, with a running header and page numbers."""

    def furnish(canvas: Canvas, doc: BaseDocTemplate) -> None:
        canvas.setFont(FACE, 9)
        if header:
            canvas.drawCentredString(WIDTH / 2, HEIGHT - 40, header)
        canvas.drawCentredString(WIDTH / 2, 40, f"— {doc.page} —")

    wide = (WIDTH - 2 * MARGIN - (columns - 1) * GUTTER) / columns
    frames = [
        Frame(MARGIN + at * (wide + GUTTER), MARGIN, wide, HEIGHT - 2 * MARGIN, 0, 0, 0, 0) for at in range(columns)
    ]
    target = BytesIO()
    doc = BaseDocTemplate(target, pagesize=A4)
    doc.addPageTemplates([PageTemplate("page", frames, onPage=furnish)])
    story = [Paragraph(title, HEAD)] if title else []
    doc.build([*story, *(Paragraph(part, BODY) if isinstance(part, str) else part for part in parts)])
    return target.getvalue()


def table(
    rows: list[list[str]], ruled: bool, spans: tuple[tuple[int, int, int, int], ...] = (), repeat: int = 0
) -> Table:
    """A table; ``spans`` are (first column, first row, last column, last row)."""
    style = [("FONT", (0, 0), (-1, -1), FACE, 10.5)]
    if ruled:
        style.append(("GRID", (0, 0), (-1, -1), 0.5, "black"))
    style += [("SPAN", (left, top), (right, bottom)) for left, top, right, bottom in spans]
    return Table(rows, style=TableStyle(style), repeatRows=repeat, colWidths=[110] + [70] * (len(rows[0]) - 1))


def drawn(draw, size=A4, **more) -> bytes:
    """A document of one page that a function draws on a canvas."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=size, **more)
    canvas.setFont(FACE, SIZE)
    draw(canvas)
    canvas.save()
    return target.getvalue()
