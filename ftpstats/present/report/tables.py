"""The tables that only a report has: failures, what lines are, experiments. And tables cut to what a page can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ftpstats.present.tables import (
    MISSING,
    Columns,
    Table,
    columns_table,
    kind_names,
    number,
    p_text,
    percent_text,
    shown_label,
    shown_text,
)
from ftpstats.present.verdicts import percent_interval, percent_of
from ftpstats.schedule import DUET
from ftpstats.units import format_count, format_size, format_throughput, seconds_unit

if TYPE_CHECKING:
    from ftpstats.analysis.comparison import Comparison
    from ftpstats.analysis.reasons import Failure
    from ftpstats.analysis.summary import Summary
    from ftpstats.manifest import Manifest
    from ftpstats.present.verdicts import Terms
    from ftpstats.units import Unit

__all__ = [
    "account_table", "differences_table", "distributions_table", "experiment_rows", "failures_table", "files_table",
    "servers_table", "shortened", "verdict_second",
]  # fmt: skip


def shortened(table: Table, most: int, all_of_it: str) -> Table:
    """Return a table with no more than so many rows; its title says how many there are, and what shows them."""
    if len(table.rows) <= most:
        return table
    said = f"the first {most} of {len(table.rows)} rows; {all_of_it}"
    rows, sections = table.rows[:most], frozenset(row for row in table.sections if row < most)
    return replace(table, title="; ".join(filter(None, [table.title, said])), rows=rows, sections=sections)


def verdict_second(table: Table) -> Table:
    """Return a table with its verdicts right behind the labels, where a narrow screen shows them."""
    first, *others = range(len(table.columns))
    places = [first, *sorted(others, key=lambda place: table.columns[place] != "verdict")]
    return replace(
        table,
        columns=tuple(table.columns[place] for place in places),
        numeric=frozenset(new for new, place in enumerate(places) if place in table.numeric),
        rows=tuple(tuple(row[place] for place in places) for row in table.rows),
        optional=(),
        instead={},
        make_plot=None,
    )


def differences_table(comparisons: Sequence[Comparison], terms: Terms) -> Table:
    """Return what a figure of differences shows of one file size, in the unit that is asked for."""
    columns: Columns[Comparison] = (
        ("label", False, lambda c: shown_label(c.label)),
        ("verdict", False, lambda c: c.verdict),
        ("difference", True, lambda c: percent_text(percent_of(c, terms))),
        (f"{terms.level} interval", False, lambda c: percent_interval(c, of_time=terms.is_time)),
        ("p (Holm)", True, lambda c: p_text(c.p_adjusted)),
    )
    what = "mean time" if terms.is_time else "throughput"
    return columns_table(f"difference of {what} from {shown_label(comparisons[0].reference)}", columns, comparisons)


def distributions_table(summaries: Sequence[Summary], unit: Unit, level: str) -> Table:
    """Return what figures of means and quartiles show of one file size: summaries in the figures' unit."""
    scale, name = 1.0, unit.name
    if not unit.is_throughput:
        scale, name = seconds_unit(max((one.mean for one in summaries if one.mean is not None), default=1.0))

    def value(field: str) -> Callable[[Summary], str]:
        return lambda one: number(getattr(one, field), scale)

    columns: Columns[Summary] = (
        ("label", False, lambda one: shown_label(one.label)),
        ("n", True, lambda one: str(one.n)),
        *((heading, True, value(field)) for heading, field in _SHOWN),
    )
    what = "throughput" if unit.is_throughput else "time"
    return columns_table(f"{what} in {name}: mean with {level} interval (t), and quartiles", columns, summaries)


_SHOWN = (
    ("mean", "mean"), ("from", "ci_low"), ("to", "ci_high"), ("min", "min"), ("q1", "q1"), ("median", "median"),
    ("q3", "q3"), ("max", "max"),
)  # fmt: skip
_ENDINGS = {"partial": "aborted", "failed": "no result"}


def failures_table(failures: Sequence[Failure]) -> Table:
    """Return a row for each reason why attempts of a label and size did not complete."""
    name = kind_names(failures)
    columns: Columns[Failure] = (
        ("label", False, lambda one: shown_label(one.label)),
        ("file", False, name),
        ("transfers", True, lambda one: str(one.count)),
        ("ended", False, lambda one: _ENDINGS.get(one.completion, one.completion)),
        ("reason", False, lambda one: shown_text(one.reason or "unknown")),
        ("first", False, lambda one: shown_text(one.first or MISSING)),
    )
    return columns_table("attempts that did not complete, by reason", columns, failures)


def account_table(accounts: Sequence[Mapping[str, Any]]) -> Table:
    """Return what the lines of each log are: the parts add up to the whole."""
    counted = (
        ("lines", "lines"),
        ("headers", "headers"),
        ("results", "results"),
        ("of listings", "listings"),
        ("replies and other output", "chatter"),
        ("blank", "blank"),
        ("not understood", "unparsed"),
    )

    def count(key: str) -> Callable[[Mapping[str, Any]], str]:
        return lambda account: str(account[key])

    columns: Columns[Mapping[str, Any]] = (
        ("log", False, lambda account: shown_text(account["source"])),
        *((heading, True, count(key)) for heading, key in counted),
    )
    return columns_table("lines of each log; the parts add up to the whole", columns, accounts)


def servers_table(manifest: Manifest) -> Table:
    """Return the servers of an experiment."""
    from ftpstats.manifest import ServerUsed

    columns: Columns[ServerUsed] = (
        ("label", False, lambda server: shown_label(server.label)),
        ("address", False, lambda server: shown_text(_address(server.host, server.port))),
        ("greeting", False, lambda server: shown_text(server.banner or MISSING)),
        ("limited to", True, lambda server: _rate(server.bytes_per_second)),
    )
    return columns_table("servers", columns, manifest.servers)


def _address(host: str | None, port: int | None) -> str:
    return "of ftpstats" if host is None else f"{host}:{port}" if port else host


def _rate(bytes_per_second: float | None) -> str:
    return MISSING if bytes_per_second is None else f"{format_throughput(bytes_per_second)} MiB/s"


def files_table(manifest: Manifest) -> Table:
    """Return the files of an experiment."""
    from ftpstats.manifest import FileUsed

    columns: Columns[FileUsed] = (
        ("file", False, lambda file: shown_text(file.name)),
        ("size", True, lambda file: MISSING if file.bytes is None else format_size(file.bytes)),
        ("SHA-256", False, lambda file: shown_text(file.sha256 or MISSING)),
    )
    return columns_table("files", columns, manifest.files)


def _moment(text: str) -> str:
    """Return a time of an FTP.json as people write it; what is no time, as it stands."""
    from datetime import UTC, datetime

    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return text


def _processor(manifest: Manifest) -> list[str]:
    host = manifest.host
    return [*([host.cpu] if host.cpu else []), *([format_count(host.cores, "core")] if host.cores else [])]


_EXPERIMENT: tuple[tuple[str, Callable[[Manifest], str | None]], ...] = (
    ("begun", lambda m: _moment(m.start)),
    ("ended", lambda m: _moment(m.end) if m.end else "not over"),
    ("host", lambda m: m.host.name),
    ("system", lambda m: f"{m.host.system}, kernel {m.host.kernel}"),
    ("processor", lambda m: ", ".join(_processor(m))),
    ("memory", lambda m: None if m.host.memory_bytes is None else f"{m.host.memory_bytes / 1024**3:.1f} GiB"),
    ("virtualisation", lambda m: m.host.virtualisation),
    ("client", lambda m: " ".join(filter(None, [m.client.name, m.client.version]))),
    ("program", lambda m: m.client.program),
    ("direction", lambda m: "upload" if m.settings.upload else "download"),
    ("transfers", lambda m: f"{m.settings.times} of each file in {format_count(m.settings.runs, 'run')}"),
    ("warm-up", lambda m: format_count(m.settings.warm_up, "transfer")),
    ("order", lambda m: f"{m.settings.order}, seed {m.settings.seed}"),
    ("at once", lambda m: format_count(m.settings.parallel, "client") + " of each label" * (m.settings.order == DUET)),
    ("TLS", lambda m: "on" if m.settings.tls else "off"),
    ("checked", lambda m: "size and SHA-256 of each file" if m.settings.checked else "no"),
    ("timeout, pause", lambda m: f"{m.settings.timeout:g} s, {m.settings.pause:g} s"),
    ("before each run", lambda m: m.settings.before),
    ("after each run", lambda m: m.settings.after),
    ("made by", lambda m: f"ftpstats {m.ftpstats_version}"),
)


def experiment_rows(manifest: Manifest) -> list[tuple[str, str]]:
    """Return what is known of an experiment but its servers and files: term and value."""
    known = ((term, value_of(manifest)) for term, value_of in _EXPERIMENT)
    return [(term, shown_text(value)) for term, value in known if value]
