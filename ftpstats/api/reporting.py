"""A report on transfers: the answers, figures and accounts of one question in one document. See `report`."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from ftpstats.api.arguments import (
    Limits,
    Sizes,
    as_file,
    as_flag,
    as_level,
    as_margins,
    as_optional_text,
    as_selection,
    one_of,
)
from ftpstats.api.questions import Asked, ask
from ftpstats.api.sources import Found, Logs, Transfers, read
from ftpstats.errors import InputError, MachineError
from ftpstats.units import UNITS

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.scaling import Scaling, SizePicture
    from ftpstats.analysis.summary import Summary
    from ftpstats.logs.inspection import Inspection
    from ftpstats.present.figures.matter import Matter
    from ftpstats.present.report.contents import Contents, Origin
    from ftpstats.present.verdicts import Terms

__all__ = ["FORMATS", "Options", "Report", "make_report", "report"]

FORMATS = ("html", "markdown")
_STDIN = "-"
_LINES_MOST = 16  # labels whose lines of time against size are legible in one figure
_DETAILS_MOST = 500_000  # transfers of all pairs together: bootstrap intervals of more take longer than all the rest


class Options(TypedDict, total=False):
    """What a report may be asked with."""

    size: Sizes
    client: str | Iterable[str] | None
    where: str | None
    label_from: str | None
    confidence: str | float
    margin: Limits
    unit: str
    as_printed: bool
    title: str | None
    personal: bool


def report(
    transfers: Transfers,
    path: str | os.PathLike[str] | None = None,
    *labels: str,
    format: str | None = None,
    **options: Unpack[Options],
) -> Path | str:
    """
    Write a report: verdicts, figures, tables, warnings, log lines, failures and methods in one file.

    Parameters
    ----------
    transfers : DataFrame, TransferStore, Logs, str or Path
        As for `compare`.
    path : str or Path, optional
        The file to write, which is overwritten. Default: none, and the text is returned.
    *labels : str
        The reference, and the labels that are compared with it. Default: all, the first of the data as the
        reference. One label is described, and not compared.
    format : {"html", "markdown"}, optional
        Default: by the suffix of the file, `.html` or `.md`; else html.
    **options
        ``size``, ``client``, ``where``, ``label_from``, ``confidence``, ``margin``, ``unit`` and ``as_printed`` as for
        `compare`; ``title``, the heading, by default the labels; ``personal``, whether reasons of failures and lines of
        logs are shown with the names in them, by default not.

    Returns
    -------
    Path or str
        The file, or the text.

    Raises
    ------
    ValueError
        If an argument is wrong, or there is no such label, size or client.
    InputError
        If a log or the store cannot be read.
    MachineError
        If the file cannot be written.

    See Also
    --------
    compare : the verdicts alone.

    Notes
    -----
    The HTML page holds no script, opens without network, and stays below 10 MB: of many transfers, figures show a
    part, and say so. Labels that share no file size are described, and not compared.

    Examples
    --------
    >>> import ftpstats
    >>> text = ftpstats.report("sample_logs/inetutils/FTP.log", None, "xen", "vmware", size="10MB", format="markdown")
    >>> text.splitlines()[0]
    '# VMware compared with Xen'
    """
    file = None if path is None else Path(as_file(path, "path"))
    form = _form(format, file)
    given = {"format": format, **options}
    text = make_report(transfers, *labels, command=_call(transfers, path, labels, given), **options).text(form)
    if file is None:
        return text
    try:
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise MachineError(f"{file}: cannot be written: {error.strerror}") from error
    return file


def _form(wanted: str | None, file: Path | None) -> str:
    if wanted is not None:
        return one_of(wanted, FORMATS, "format")
    return "markdown" if file is not None and file.suffix.lower() == ".md" else "html"


def _call(transfers: Transfers, path: object, labels: Sequence[str], options: dict[str, Any]) -> str:
    """Return the call as a program writes it."""
    named = repr(str(transfers)) if isinstance(transfers, str | Path) else "transfers"
    given = [f"{name}={value!r}" for name, value in options.items() if value is not None]
    where = [repr(None if path is None else str(path))] if path is not None or labels else []
    return f"ftpstats.report({', '.join([named, *where, *map(repr, labels), *given])})"


@dataclass(frozen=True, slots=True)
class Report:
    """
    A report that can be written.

    Attributes
    ----------
    contents : Contents
        What it says.
    notes : tuple of str
        Which logs are copies, or may be.
    errors : tuple of InputError
        The errors of logs that were left out.
    """

    contents: Contents
    notes: tuple[str, ...]
    errors: tuple[InputError, ...]

    def text(self, form: str) -> str:
        """Return the document in one of FORMATS."""
        from ftpstats.present.report.issue import to_markdown
        from ftpstats.present.report.page import to_html

        return {"html": to_html, "markdown": to_markdown}[form](self.contents)


def make_report(transfers: Transfers, *labels: str, command: str | Sequence[str], **options: Unpack[Options]) -> Report:
    """
    Answer everything that a report says.

    Parameters
    ----------
    transfers, *labels, **options
        As for `report`.
    command : str or sequence of str
        What the report names as its origin: a call, or the words of a command.

    Returns
    -------
    Report
    """
    words = command if isinstance(command, str) else shlex.join(command)
    found = read(transfers, labels, as_selection(options.get("where"), options.get("label_from")))
    return Report(_contents(found, labels, _origin(transfers, found, words), **options), found.notes, found.errors)


def _contents(  # noqa: PLR0913 - the question's options, by name
    found: Found,
    labels: Sequence[str],
    origin: Origin,
    *,
    size: Sizes = None,
    client: str | Iterable[str] | None = None,
    where: str | None = None,
    label_from: str | None = None,
    confidence: str | float = 0.95,
    margin: Limits = "5%",
    unit: str = "s",
    as_printed: bool = False,
    title: str | None = None,
    personal: bool = False,
) -> Contents:
    from ftpstats.analysis.reasons import failures_of
    from ftpstats.present.answers import comparison_answer, scaling_answer, summary_answer
    from ftpstats.present.report.contents import Contents
    from ftpstats.present.verdicts import Terms

    level, limit = as_level(confidence, "confidence"), as_margins(margin)
    terms = Terms(limit, level, one_of(unit, tuple(UNITS), "unit"))
    asked = ask(found, labels, size, client, as_printed=as_printed, where=where, label_from=label_from)
    if not as_flag(personal, "personal"):
        asked, origin = _without_names(asked, origin)
    names = asked.to_compare
    compared = _comparisons(asked, names, terms)
    summaries = asked.summaries(level)
    lines, drawn = _lines(asked, names, level)
    answer = None
    if len(names) > 1:
        answer = comparison_answer(compared, None, terms, asked.boxes, reference=names[0], thesis=None)
    return Contents(
        title=as_optional_text(title, "title") or _title(names),
        terms=terms,
        comparisons=compared,
        comparison=answer,
        summaries=summaries,
        summary=summary_answer(summaries, None, level, terms.unit, details=True),
        scaling=scaling_answer(lines, level, "MiB/s" if terms.is_time else terms.unit) if lines else None,
        failures=failures_of(asked.found.rows, asked.labels, asked.sizes),
        matter=replace(_matter(asked, summaries, compared, terms), lines=drawn),
        origin=origin,
    )


def _without_names(asked: Asked, origin: Origin) -> tuple[Asked, Origin]:
    """Hide names of files, users and hosts in reasons of failures, and in lines of logs."""
    import polars as pl

    from ftpstats.logs.privacy import mask_names

    def masked(text: str) -> str:
        return str(mask_names(pl.Series([text])).item())

    rows = asked.found.rows.with_columns(mask_names(asked.found.rows["note"]))
    inspections = [
        replace(log, odd=tuple((line, masked(what), text and masked(text)) for line, what, text in log.odd))
        for log in origin.inspections
    ]
    return replace(asked, found=replace(asked.found, rows=rows)), replace(origin, inspections=inspections)


def _title(names: Sequence[str]) -> str:
    match names:
        case []:
            return "File transfers"
        case [only]:
            return f"File transfers of {only}"
        case [reference, *others]:
            named = others if len(others) <= 3 else [*others[:2], f"{len(others) - 2} others"]
            return f"{' and '.join(filter(None, [', '.join(named[:-1]), named[-1]]))} compared with {reference}"
    raise AssertionError(names)


def _comparisons(asked: Asked, names: Sequence[str], terms: Terms) -> Sequence[Comparison]:
    """Return each label against the first; none where there is but one, and not of a size that only one has."""
    from ftpstats.analysis.compare import asked_pairs
    from ftpstats.api.comparing import compared

    pairs = asked_pairs(names, all_pairs=False) if names else []
    transfers = {name: sum(len(one.seconds) for one in asked.samples if one.label == name) for name in names}
    has_details = sum(transfers[name] for pair in pairs for name in pair) <= _DETAILS_MOST
    return compared(asked, pairs, terms.confidence, terms.margin, details=has_details, may_lack=True)


def _lines(asked: Asked, names: Sequence[str], level: float) -> tuple[Sequence[Scaling], Sequence[SizePicture]]:
    """Return how time grows with size, with the warnings about that alone, and what is drawn of it."""
    from ftpstats.analysis.scaling import alone, pictures_of, scalings
    from ftpstats.analysis.size_lines import measured

    few = names[:_LINES_MOST] or None
    found = measured(asked.found.rows, few, asked.sizes, as_printed=asked.as_printed)
    if all(one.line is None for one in found):
        return (), ()
    results = scalings(found, level)
    return [alone(one) for one in results], pictures_of(found, results, level)


def _matter(asked: Asked, summaries: Sequence[Summary], compared: Sequence[Comparison], terms: Terms) -> Matter:
    """Return what figures are made of."""
    from ftpstats.analysis.pictures import timelines
    from ftpstats.analysis.select import all_labels
    from ftpstats.api.drawing import in_unit
    from ftpstats.present.figures.matter import Matter
    from ftpstats.present.report.pictures import drawn_of_each

    matter = Matter(
        summaries=summaries,
        samples=asked.samples,
        labels=all_labels(asked.found.rows),
        confidence=terms.confidence,
        margin=terms.margin,
        comparisons=compared,
        timelines=timelines(asked.found.rows, asked.labels, asked.sizes, as_printed=asked.as_printed),
        most=drawn_of_each(len(summaries)),
    )
    return in_unit(matter, UNITS[terms.unit])


def _origin(transfers: Transfers, found: Found, command: str) -> Origin:
    """Return where transfers come from, and look at each log line by line for what is odd."""
    from ftpstats.api.store import TransferStore
    from ftpstats.present.report.contents import Origin

    inputs, kept = found.inputs, getattr(transfers, "attrs", {})  # of a table of `read_log` or `read_logs`
    logs = transfers.logs() if isinstance(transfers, TransferStore) else []
    return Origin(
        inputs=inputs,
        notes=found.notes or tuple(map(str, kept.get("copies", ()))),
        errors=tuple(map(str, found.errors)),
        accounts=found.accounts or _kept_accounts(kept),
        inspections=_inspections(transfers, [account["source"] for account in found.accounts]),
        stored=[log for log in logs if {log["log"], log["copy_of"]} & set(inputs)],
        experiments={log: one for log, one in found.manifests.items() if log in inputs},
        command=command,
        made=datetime.now(UTC),
    )


def _kept_accounts(kept: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the accounts of logs that a table keeps; anything else under these names is the user's."""
    accounts = [kept.get("account"), *dict(kept.get("accounts", {})).values()]
    return [one for one in accounts if isinstance(one, dict) and {"source", "lines", "unparsed"} <= set(one)]


def _inspections(transfers: Transfers, names: Iterable[str]) -> list[Inspection]:
    from ftpstats.logs.inspection import inspect_log

    logs = transfers if isinstance(transfers, Logs) else None
    label, encoding = (logs.label, logs.encoding) if logs else (None, None)
    return [inspect_log(name, label, encoding) for name in names if name != _STDIN]  # which was read to its end
