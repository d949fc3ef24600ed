"""Commands that read logs: ingest, parse, check."""

from typing import TYPE_CHECKING

import ftpstats
from ftpstats.commands import options as opt
from ftpstats.commands.remarks import complain
from ftpstats.commands.shared import exit_if_any, interruptible, opened, refuse_overwriting, screen, write
from ftpstats.errors import InputError

if TYPE_CHECKING:
    pass

__all__ = ["check", "ingest", "parse"]


def ingest(
    files: opt.Files,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    time_zone: opt.TimeZone = None,
    format_of: opt.FormatOf = None,
    log_format: opt.LogFormat = None,
    columns: opt.Columns = None,
    anonymize: opt.Anonymize = False,
    key_file: opt.KeyFile = None,
    store: opt.StoreFolder = opt.DEFAULT_STORE,
    workers: opt.Workers = None,
    cluster: opt.Cluster = None,
    dry_run: opt.DryRun = False,
    quiet: opt.Quiet = False,
) -> None:
    """
    Put logs into the store.

    Repeating it changes nothing: each transfer counts once, in whichever log it appears.
    """
    from ftpstats.present.copies import assumptions_said
    from ftpstats.present.stored import candidates_text, outcome_line

    key = opt.key_of(key_file, is_wanted=anonymize)
    interruptible()
    opened_store = ftpstats.open_store(store)
    if dry_run:
        found = opened_store.candidates(files)
        write(candidates_text(found), None)
        exit_if_any([one for one in found if isinstance(one, InputError)])
        return
    outcomes = opened_store.ingest(
        files,
        label=label,
        encoding=encoding,
        skip_bad=True,
        time_zone=time_zone,
        format_of=format_of,
        log_format=log_format,
        columns=columns,
        anonymize=key,
        workers=workers,
        cluster=cluster,
    )
    kept = [done for done in outcomes if not isinstance(done, InputError)]
    if not quiet:
        for done in kept:
            write(outcome_line(done) + "\n", None)
        for line in assumptions_said((done.source, done.assumed) for done in kept):
            complain(line)
    exit_if_any([done for done in outcomes if isinstance(done, InputError)])


def parse(
    files: opt.Files,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    time_zone: opt.TimeZone = None,
    format_of: opt.FormatOf = None,
    log_format: opt.LogFormat = None,
    columns: opt.Columns = None,
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Write the transfers of logs as a tidy table.

    Formats: table, csv, json, jsonl, parquet.
    """
    from ftpstats.present.export import ROW_FORMATS, write_rows
    from ftpstats.present.inspections import rows_table

    form = opt.format_of(format_, output, ROW_FORMATS)
    interruptible()
    parsed = ftpstats.parse(
        files,
        label=label,
        encoding=encoding,
        time_zone=time_zone,
        format_of=format_of,
        log_format=log_format,
        columns=columns,
    )
    refuse_overwriting(parsed.names, output)
    if form == "table":
        table = rows_table(parsed)
        if table.rows:
            write(screen([table], output), output)
    else:
        with opened(output) as target:
            write_rows(iter(parsed), form, f"read {', '.join(parsed.names)}", target)
    exit_if_any(parsed.errors)


def check(
    files: opt.Files,
    label: opt.Label = None,
    encoding: opt.Encoding = None,
    time_zone: opt.TimeZone = None,
    format_of: opt.FormatOf = None,
    log_format: opt.LogFormat = None,
    columns: opt.Columns = None,
    format_: opt.Format = None,
    output: opt.Output = None,
) -> None:
    """
    Account for every line of a log.

    Shows its transfers, and unusual or unrecognised lines. Formats: table, json.
    """
    form = opt.format_of(format_, output, ("table", "json"), default="table")
    interruptible()
    found = ftpstats.check(
        files,
        label=label,
        encoding=encoding,
        skip_bad=True,
        time_zone=time_zone,
        format_of=format_of,
        log_format=log_format,
        columns=columns,
    )
    refuse_overwriting(found.inputs, output)
    write(found.to_json() if form == "json" else screen(found.answer.parts, output), output)
    exit_if_any(found.errors)
