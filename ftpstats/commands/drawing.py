"""Commands that draw, one for each kind of figure: plot boxplot, plot means, and so on."""

import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import typer

from ftpstats.commands import options as opt
from ftpstats.commands.answers import refuse_unpublished
from ftpstats.commands.groups import grouped
from ftpstats.commands.remarks import complain, remark
from ftpstats.commands.shared import ShownFigure, Which, exit_if_any, screen, write
from ftpstats.errors import UsageError
from ftpstats.places import Place, place
from ftpstats.present.figures.kinds import KINDS, Kind

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ftpstats.present.notes import Footnotes

__all__ = ["COMMANDS"]


@dataclass(frozen=True)
class _Confidence:
    confidence: opt.Confidence = opt.DEFAULT_CONFIDENCE


@dataclass(frozen=True)
class _Margin:
    margin: opt.Margins = opt.DEFAULT_MARGIN


@dataclass(frozen=True)
class _Published:
    summaries: opt.Summaries = None
    inflation: opt.AssumedInflation = None
    run_sd: opt.AssumedRunSd = None


@dataclass(frozen=True)
class _Unit:
    unit: opt.Unit = "s"


@dataclass(frozen=True)
class _Scale:
    log: opt.Log = False
    from_zero: opt.FromZero = False


@dataclass(frozen=True)
class _Rates:
    unit: opt.RateUnit = "MiB/s"


@dataclass(frozen=True)
class _Levels:
    by: opt.HistoryBy = "run"
    false_alarm_rate: opt.FalseAlarmRate = "1%"


_OPTIONS: dict[str, type] = {
    "confidence": _Confidence, "margin": _Margin, "unit": _Unit, "scale": _Scale, "rates": _Rates,
    "levels": _Levels, "published": _Published,
}  # fmt: skip


def _command(kind: Kind) -> Callable[..., None]:
    """Return the command that draws a kind, with the options that it takes."""

    def command(ctx: typer.Context, labels: opt.Labels = None, *, which: Which, **groups: Any) -> None:  # noqa: ANN401
        shown = groups.pop("shown")
        taken = {name: value for group in groups.values() for name, value in asdict(group).items()}
        if "summaries" in taken:
            refuse_unpublished(ctx, taken["summaries"])
        _draw(kind, labels or [], which, shown, taken)

    taken = {**{name: _OPTIONS[name] for name in kind.takes}, "shown": ShownFigure}
    command.__name__, command.__doc__ = kind.name, f"{kind.title}\n\n{kind.more} Formats: png, svg, pdf, eps."
    return grouped(command, taken)


def _draw(kind: Kind, labels: list[str], which: Which, shown: ShownFigure, taken: dict[str, Any]) -> None:
    """Write figures and print their names; print their warnings on standard error."""
    from ftpstats.api.drawing import draw
    from ftpstats.present.figures.files import FORMATS
    from ftpstats.present.notes import footnotes

    form = opt.format_of(shown.format_, shown.output, FORMATS, default="png")
    output = shown.output or place(f"{kind.name}.{form}")
    _refuse_terminal(form, output)
    has_hours = kind.of in {"rates", "histories"}
    is_published = taken.get("summaries") is not None
    transfers = None if is_published else which.transfers(shown.output, has_hours=has_hours)
    taken |= {"time_zone": which.time_zone} if has_hours else {}
    drawn = draw(kind.name, transfers, *labels, is_shown=False, **which.asked(), **taken, **shown.page())
    for note in () if shown.quiet else drawn.found.notes:
        complain(note)
    for name, figure in drawn.figures:
        _write(figure, form, _numbered(output, name), quiet=shown.quiet)
    if drawn.lacking and form != "svg" and not shown.quiet:
        letters = textwrap.shorten(" ".join(drawn.lacking), 40, placeholder=" …")
        complain(f"no font on this machine has {letters}: {form} shows boxes; svg keeps them as text")
    if not shown.quiet:
        _warn(footnotes(drawn.results, without=kind.silent), is_verbose=shown.verbose)
    exit_if_any(drawn.found.errors)


def _warn(found: "Sequence[Footnotes]", *, is_verbose: bool) -> None:
    """Write warnings beside a figure."""
    if found:
        remark(screen(found, None, is_verbose=is_verbose).rstrip("\n"))


def _refuse_terminal(form: str, output: Place) -> None:
    from ftpstats.present.figures.files import BINARY

    if output == opt.STDOUT and form in BINARY and sys.stdout.isatty():
        raise UsageError(f"--output -: a terminal cannot show {form}; redirect it, or name a file")


def _numbered(output: Place, name: str) -> Place:
    """Return the name of one of several files: figure.png becomes figure-2.png."""
    if not name:
        return output
    if output == opt.STDOUT:
        raise UsageError("--output -: a pipe takes one of several figures; write files, like --output figure.pdf")
    return output.with_name(f"{output.stem}-{name}{output.suffix}")


def _write(figure: "Figure", form: str, output: Place, *, quiet: bool) -> None:
    from ftpstats.present.figures.files import render

    write(render(figure, form), output)
    if not (output == opt.STDOUT or quiet):
        write(f"{output}\n", None)


COMMANDS = tuple(_command(kind) for kind in KINDS.values())
