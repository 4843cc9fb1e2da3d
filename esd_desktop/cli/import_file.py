"""``esd import``: accounts and assets from another system's CSV or XLSX file, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.choosing import ConnectionName
from esd_desktop.cli.output import Output
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import plain

if TYPE_CHECKING:
    from esd_desktop.services.importing.report import ImportProgress, ImportReport


async def import_file(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done, and what is wrong.")
    ] = False,
    connection: ConnectionName = None,
) -> None:
    """Read accounts and assets from a CSV or XLSX file, all lines or none."""
    from esd_desktop.services.import_assets import import_assets

    out = session.out

    def tell(progress: ImportProgress) -> None:
        percent = 100 * progress.done // max(1, progress.total)
        out.progress(f"{progress.phase}… {percent} %, {progress.lines:,} lines")

    services = await session.services()
    report = await import_assets(
        services, file, dry_run=dry_run, connection=connection, progress=tell
    )
    out.end_progress()
    _tell_columns(out, report)
    _tell_lines(out, report)


def _tell_columns(out: Output, report: ImportReport) -> None:
    """How the file's columns are understood: what a dry run is looked at for."""
    if report.dry_run:
        for match in report.columns:
            out.note(f"The column “{match.header}” is read as {match.field}.")
    if report.ignored_columns:
        names = ", ".join(f"“{name}”" for name in report.ignored_columns)
        out.note(f"Not used: {names}.")


def _tell_lines(out: Output, report: ImportReport) -> None:
    """Every bad line with its reason, then the whole in one sentence."""
    told = {
        "dry_run": report.dry_run,
        "applied": report.applied,
        "sentence": report.sentence,
        "lines": report.lines,
        "bad": report.bad,
        "accounts_new": report.accounts_new,
        "accounts_known": report.accounts_known,
        "assets_new": report.assets_new,
        "assets_known": report.assets_known,
        "columns": plain(report.columns),
        "ignored_columns": plain(report.ignored_columns),
        "notices": plain(report.notices),
    }
    out.long_object(
        told,
        bad_lines=map(plain, report.bad_lines),
        warnings=map(plain, report.warnings),
    )
    for bad in report.bad_lines if not out.as_json else ():
        out.say(str(bad))
    for warning in report.warnings if not out.as_json else ():
        out.note(f"Warning: {warning}")
    for notice in report.notices:
        out.note(notice)
    if report.bad:
        out.complaint("", report.sentence, "Mend these lines and import the file again.", None)
    else:
        out.say(report.sentence)
