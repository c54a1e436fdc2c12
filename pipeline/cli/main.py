"""The console script ``countyfacts``."""

from __future__ import annotations

import inspect
import io
import os
import sys
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import (
    benching,
    care,
    comparing,
    database,
    documents,
    large,
    review,
    scraping,
    serving,
    tables,
    training,
)
from pipeline.errors import PipelineError, Refused, StoreError
from pipeline.limits import use_one_thread

if TYPE_CHECKING:
    from typer.models import CommandInfo

EXIT_REFUSED = 1
EXIT_USAGE = 2
EXIT_STORE = 3
_EXIT_INTERRUPTED = 130

app = typer.Typer(
    help="A database of facts out of reports of Chinese counties on their schools.\n\n"
    "Start with: countyfacts ingest (or: make ingest)",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
for module in (documents, database, care, large, tables, comparing, review, scraping, serving, training, benching):
    module.add_to(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        from pipeline.store.version import program_version  # noqa: PLC0415

        typer.echo(f"countyfacts {program_version()}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that was typed (or ``arguments``) and exit with its status.

    Errors the user can do something about are told in a line, without a trace.
    """
    use_one_thread()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        _needed(sys.argv[1:] if arguments is None else arguments)(arguments, prog_name="countyfacts")
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        _tell("stopped; what was stored so far is whole, and the same command goes on from there")
        sys.exit(_EXIT_INTERRUPTED)
    except OSError as error:
        if error.filename is None:
            raise
        _tell(f"{str(error.filename)[:200]}: {error.strerror}; name another file or folder")
        sys.exit(EXIT_USAGE)
    except UnicodeEncodeError as error:
        if not any("\ud800" <= character <= "\udfff" for character in error.object[error.start : error.end]):
            raise
        _tell(f"{error.object[:200]!r}: isn't UTF-8, as all that is asked for must be")
        sys.exit(EXIT_USAGE)
    except PipelineError as error:
        _tell(str(error))
        sys.exit(_exit_status(error))


def _needed(arguments: Sequence[str]) -> typer.Typer:
    """The commands as far as a call needs them: looking at the options of all takes as long as all else."""
    first = arguments[0] if arguments else "--help"
    asked = [command for command in app.registered_commands if _name(command) == first]
    if not asked and any(not argument.startswith("-") for argument in arguments):
        return app
    needed = copy(app)
    needed.registered_commands = asked or [_listed(command) for command in app.registered_commands]
    return needed


def _name(command: CommandInfo) -> str:
    return command.name or getattr(command.callback, "__name__", "").replace("_", "-")


def _listed(command: CommandInfo) -> CommandInfo:
    """A command with its name and help alone, for the list of all."""
    shown = copy(command)
    shown.name, shown.help = _name(command), command.help or inspect.getdoc(command.callback)
    shown.callback = lambda: None
    return shown


def _exit_status(error: PipelineError) -> int:
    if isinstance(error, StoreError):
        return EXIT_STORE
    return EXIT_REFUSED if isinstance(error, Refused) else EXIT_USAGE


def _tell(message: str) -> None:
    print(f"countyfacts: {message}", file=sys.stderr)
