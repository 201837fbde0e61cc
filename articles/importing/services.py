"""Starting, pausing, resuming and cancelling imports: what admin, API and command call."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import events
from articles.importing.ending import ended, ended_record
from articles.importing.models import Import, ImportProfile
from articles.importing.turns import State, source_of
from articles.importing.uploads import Kept, file_drop, orphans_drop
from articles.intake import reading
from articles.intake.reading.tables import delimiter, header_fits
from articles.intake.text import check_characters
from articles.services import require
from articles.waking import wake_for_import

#: A draft that nobody starts is dropped with its file.
DRAFT_LIFE = timedelta(days=1)


def import_create(
    kept: Kept, *, name: str, options: Mapping[str, Any], by: Any, start: bool = True
) -> Import:
    """An import of a file that was kept, started or as a draft whose columns are to be chosen.

    `options` are those of `reading.Options`. Raises PermissionDenied, and ValidationError for a
    file that cannot be read at all; an upload is dropped then. `by` None is the command line.
    """
    work = Import(
        path=kept.path,
        uploaded=kept.uploaded,
        sha256=kept.sha256,
        size=kept.size,
        submitted_by=by,
        state=State.DRAFT,
    )
    try:
        require(by, "articles.add_import")
        work.name = shown(name)
        source = looked_at(work, options)
        work.options, work.header = told(source.options), reading.header(source)
        with transaction.atomic():
            work.save()
            if start:
                started(work, by=by)
    except BaseException:
        file_drop(work)
        raise
    return work


def looked_at(work: Import, options: Mapping[str, Any]) -> reading.Source:
    """The source of an import with `options`, read as far as its first row."""
    given = reading.Options(**{name: value for name, value in options.items() if value})
    reading.check_options(given)
    source = reading.recognised(replace(source_of(work), options=given))
    if source.options.format == "csv":
        header_fits(reading.header(source), source.options)
    next(reading.rows(source, {}), None)
    return source


def told(options: reading.Options) -> dict[str, Any]:
    """What `options` say, as JSON."""
    return {name: value for name, value in vars(options).items() if value}


def shown(name: str) -> str:
    """A file's name without its path, fit for a column."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip() or "unnamed"
    check_characters(last)
    return last if len(last) <= 300 else f"{last[:200]}…{last[-90:]}"


def import_start(
    work: Import, options: Mapping[str, Any] | None = None, *, by: Any, mail: bool = True
) -> None:
    """Start a draft, with other options when they are given; a started one is left as it is."""
    require(by, "articles.add_import")
    with transaction.atomic():
        draft = Import.objects.select_for_update().filter(pk=work.pk, state=State.DRAFT).first()
        if draft:
            if options is not None:
                source = looked_at(draft, options)
                draft.options, draft.header = told(source.options), reading.header(source)
            draft.mail_wanted = mail
            started(draft, by=by)
    work.refresh_from_db()


def started(work: Import, *, by: Any) -> None:
    work.state, work.started_at = State.QUEUED, timezone.now()
    if work.options["format"] == "csv":
        # The failed rows come back as the file was, which is gone by then.
        work.options["delimiter"] = delimiter(source_of(work))
    work.save()
    about = {"name": work.name, "size": work.size, "format": work.options["format"]}
    events.record("import.started", work, actor=by, after=about)
    wake(work)


def import_pause(work: Import, *, by: Any) -> None:
    """Stop after the batch that is being written; one that does not go is left as it is."""
    move(work, (State.QUEUED, State.RUNNING), "paused", by=by, state=State.PAUSED)


def import_resume(work: Import, *, by: Any) -> None:
    """Go on where a paused import stopped."""
    fields = {"state": State.QUEUED, "error": "", "error_code": "", "attempts": 0}
    move(work, (State.PAUSED,), "resumed", by=by, **fields)


def import_cancel(work: Import, *, by: Any) -> None:
    """Stop for good. What was stored stays, and so do the failed rows."""
    require(by, "articles.change_import")
    with transaction.atomic():
        done = (
            Import.objects.unfinished()
            .filter(pk=work.pk)
            .update(state=State.CANCELLED, **{**ended(work), "mail_due_at": None})
        )
        if done:
            ended_record(work, State.CANCELLED, by=by)
    work.refresh_from_db()


def move(work: Import, states: tuple[str, ...], verb: str, *, by: Any, **fields: Any) -> None:
    """From one of `states`, as one conditional update; `verb` names the Event."""
    require(by, "articles.change_import")
    with transaction.atomic():
        rows = Import.objects.filter(pk=work.pk, state__in=states)
        if rows.update(**fields, lease=None, lease_until=None):
            events.record(f"import.{verb}", work, actor=by)
            wake(work)
    work.refresh_from_db()


def import_hold(work: Import, error: OSError) -> None:
    """Pause an import whose file cannot be opened from here: perhaps it can again later."""
    with transaction.atomic():
        rows = Import.objects.filter(pk=work.pk, lease=work.lease, state=State.RUNNING)
        message = f"The file cannot be read here: {error.strerror or error}."
        fields = {"error_code": "unreadable", "error": message, "lease": None, "lease_until": None}
        if rows.update(state=State.PAUSED, **fields):
            events.record("import.paused", work, note=message)


def imports_sweep() -> list[int]:
    """The ids of imports that wait for a worker. Drafts that nobody started are dropped."""
    old = timezone.now() - DRAFT_LIFE
    for draft in Import.objects.filter(state=State.DRAFT, submitted_at__lt=old):
        import_cancel(draft, by=None)
    orphans_drop()
    return list(Import.objects.free().order_by("id").values_list("pk", flat=True))


def wake(work: Import) -> None:
    """Somebody's own file is read by their own command; the sweep takes over when that dies."""
    if work.uploaded:
        transaction.on_commit(lambda: wake_for_import(work.pk), robust=True)


# --- Profiles ---------------------------------------------------------------------------------


def profile_save(name: str, options: Mapping[str, Any], *, by: Any) -> ImportProfile:
    """Keep how a file is read under a name; the one of that name is written over."""
    require(by, "articles.add_importprofile")
    name = " ".join(name.split())
    if not name or len(name) > 100:
        message = "Give the profile a name of at most 100 characters."
        raise ValidationError({"profile_name": ValidationError(message, code="invalid_name")})
    check_characters(name)
    kept = {key: value for key, value in options.items() if value}
    with transaction.atomic():
        profile = ImportProfile.objects.select_for_update().filter(name__iexact=name).first()
        before = profile.options if profile else {}
        profile = profile or ImportProfile(name=name)
        profile.options, profile.saved_by = kept, by
        profile.save()
        events.record("importprofile.saved", profile, actor=by, before=before, after=kept)
    return profile
