"""Documents and workbooks that only office programs read (doc, wps, rtf, odt, ods ...), by way of LibreOffice.

LibreOffice runs without a window, in a folder and with settings of its own, which forbid macros, links and the network;
it writes the file anew as docx or xlsx, and that is read like any other.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import Refused
from pipeline.limits import CONVERSION_SECONDS
from pipeline.reading.layout import Read
from pipeline.reading.package import damaged
from pipeline.reading.word import read_docx
from pipeline.reading.xlsx import read_xlsx

_DOCX = 'docx:"MS Word 2007 XML"'
_XLSX = 'xlsx:"Calc MS Excel 2007 XML"'
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
)
"""Where LibreOffice is when it isn't on the path."""

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}</oor:items>
"""
_ITEM = """<item oor:path="/org.openoffice.{path}">
<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>
"""
_SAFE = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
"""Settings of LibreOffice: no macros, no links brought up to date, and a proxy that isn't there for all else."""


def read_document(data: bytes, name: str) -> Read:
    """The layer of a text document that LibreOffice opens (doc, wps, rtf, odt, Word 2003 XML).

    Raises Refused: ``unsupported`` where LibreOffice isn't installed, ``damaged``, ``too_large``.
    """
    return read_docx(_converted(data, name, "document", _DOCX, ".docx"), name)


def read_sheets(data: bytes, name: str) -> Read:
    """The layer of a workbook that LibreOffice opens (ods, xlsb, Excel 2003 XML). Raises as :func:`read_document`."""
    return read_xlsx(_converted(data, name, "workbook", _XLSX, ".xlsx"), name)


def find_soffice() -> str | None:
    """The program of LibreOffice; None where it isn't installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if os.access(place, os.X_OK)), None)


def _converted(data: bytes, name: str, what: str, target: str, ending: str) -> bytes:
    program = find_soffice()
    if program is None:
        raise Refused(
            "unsupported",
            f"{name}: is an older kind of {what}, which LibreOffice reads: install it (https://www.libreoffice.org), "
            f"or save the file as {ending}",
        )
    with TemporaryDirectory(prefix="countyfacts-") as folder:
        place = Path(folder)
        source = place / "in" / f"source.{'doc' if what == 'document' else 'xls'}"
        source.parent.mkdir()
        source.write_bytes(data)
        _write_settings(place / "profile")
        command = [
            program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore", "--nologo",
            "--nodefault", "--nofirststartwizard", "--convert-to", target.replace('"', ""), "--outdir", str(place),
            str(source),
        ]  # fmt: skip
        _run(command, name)
        result = place / f"source{ending}"
        if not result.is_file():
            raise damaged(name)
        return result.read_bytes()


def _write_settings(profile: Path) -> None:
    (profile / "user").mkdir(parents=True)
    items = "".join(_ITEM.format(path=path, name=key, value=value) for path, key, value in _SAFE)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items), encoding="utf-8")


def _run(command: list[str], name: str) -> None:
    """Run LibreOffice to its end, or end it and all it started when its time is up."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(CONVERSION_SECONDS)
        except BaseException as error:
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise Refused(
                    "too_large", f"{name}: LibreOffice took more than {CONVERSION_SECONDS} seconds over it; split it"
                ) from error
            raise
