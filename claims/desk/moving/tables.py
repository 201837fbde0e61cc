"""What a desk owns, table by table, and how a row of each is written and read.

PostgreSQL itself turns rows into JSON and JSON into rows, so that every type comes back as it was:
a moment to its microsecond, a number to its last digit, a vector, bytes. Rows keep their keys.
Histories name them (`Event.subject_id`), and so do other people's bookmarks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models

#: In this order: what would be changed by rows that come later comes after them. A rating's arrival
#: changes its scale, and an alias's its claimant (`claims/migrations/0002_guards.py`).
OWNED = (
    "auth.group",
    "auth.group_permissions",
    "auth.user",
    "auth.user_groups",
    "auth.user_user_permissions",
    "otp_totp.totpdevice",
    "otp_static.staticdevice",
    "otp_static.statictoken",
    "claims.apikey",
    "articles.outlet",
    "articles.host",
    "articles.feed",
    "articles.article",
    "articles.articlerevision",
    "articles.link",
    "articles.importprofile",
    "articles.import",
    "articles.importrow",
    "articles.importedarticle",
    "articles.event",
    "articles.keptanswer",
    "claims.claimantalias",
    "claims.claimant",
    "claims.claimantmerge",
    "claims.topic",
    "claims.claim",
    "claims.attribution",
    "claims.appearance",
    "claims.rating",
    "claims.ratingscale",
    "claims.verdict",
    "claims.evidence",
    "claims.reviewpublisher",
    "claims.reviewsource",
    "claims.externalverdict",
    "claims.wording",
    "claims.knownword",
    "claims.match",
    "claims.externalmatch",
    "claims.matchingsettings",
    "claims.note",
    "claims.keptdraft",
    "claims.webhookendpoint",
    "claims.webhookdelivery",
    "claims.webhookattempt",
    "claims.notification",
    "claims.notificationchoice",
    "claims.keyboardsetting",
    "claims.reading",
    "claims.readmark",
    "claims.savedfilter",
    "admin.logentry",
)
#: What stays behind, and why. Together with OWNED these are all the tables that there are.
LEFT = {
    "auth.permission": "made by migrate, and meant by name",
    "contenttypes.contenttype": "made by migrate, and meant by name",
    "sessions.session": "browsers sign in again",
    "claims.signin": "browsers sign in again",
    "claims.presence": "who has a page open now",
    "claims.heartbeat": "who works now",
    "axes.accessattempt": "lockouts end",
    "axes.accessattemptexpiration": "lockouts end",
    "axes.accessfailurelog": "not kept by the desk",
    "axes.accesslog": "not kept by the desk",
}
#: Rows that `migrate` makes in every database, whose keys may differ: how they are meant by name.
NAMED: dict[Any, tuple[str, str]] = {
    Group: ("auth_group", "name"),
    Permission: (
        "auth_permission JOIN django_content_type ON django_content_type.id = content_type_id",
        "app_label || '.' || codename",
    ),
    ContentType: ("django_content_type", "app_label || '.' || model"),
}
#: What every database has once it is migrated; those of the desk that leaves are added.
MIGRATED = ("auth.group", "auth.group_permissions")


@dataclass(frozen=True)
class Table:
    """The rows of one model, as they are moved."""

    label: str
    model: type[models.Model]

    @property
    def file(self) -> str:
        return f"{self.label}.jsonl"

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def fields(self) -> "list[models.Field[Any, Any]]":
        """Those that are stored: not what the database makes of others, nor keys nobody names."""
        keyless = self.model is Group or bool(self.model._meta.auto_created)
        return [
            field
            for field in self.model._meta.concrete_fields
            if not field.generated and not (keyless and field.primary_key)
        ]

    @property
    def columns(self) -> list[str]:
        return [str(field.column) for field in self.fields]

    @property
    def sequence_column(self) -> str | None:
        """Of the key that counts on after the rows arrived."""
        key = self.model._meta.pk
        counts = isinstance(key, models.AutoField) and key in self.fields
        return str(key.column) if counts else None

    @property
    def select(self) -> str:
        """A row of JSON for every row, in the order of their keys."""
        values = ", ".join(
            f'{by_key(field)} AS "{field.column}"' if named(field) else f'"{field.column}"'
            for field in self.fields
        )
        key = self.model._meta.pk.column
        return (
            f"SELECT row_to_json(given) FROM (SELECT {values} FROM {self.name} AS moved "
            f'ORDER BY "{key}") AS given'
        )

    @property
    def insert(self) -> str:
        """From the column `line`, which is jsonb, of the table `arriving`."""
        names = [str(field.column) for field in self.fields if named(field)]
        columns = ", ".join(f'"{column}"' for column in self.columns)
        values = ", ".join(
            by_name(field) if named(field) else f'given."{field.column}"' for field in self.fields
        )
        plain = "line" + "".join(f" - '{name}'" for name in names)
        known = " ON CONFLICT DO NOTHING" if self.label in MIGRATED else ""
        return (
            f"INSERT INTO {self.name} ({columns}) SELECT {values} FROM arriving, "
            f"jsonb_populate_record(NULL::{self.name}, {plain}) AS given ORDER BY place{known}"
        )


def named(field: "models.Field[Any, Any]") -> bool:
    return field.related_model in NAMED


def by_key(field: "models.Field[Any, Any]") -> str:
    table, name = NAMED[field.related_model]
    key = f"{table.split()[0]}.id"
    return f'(SELECT {name} FROM {table} WHERE {key} = moved."{field.column}")'


def by_name(field: "models.Field[Any, Any]") -> str:
    table, name = NAMED[field.related_model]
    key = f"{table.split()[0]}.id"
    return f"(SELECT {key} FROM {table} WHERE {name} = line->>'{field.column}')"


def tables() -> Sequence[Table]:
    """What a desk owns, in the order in which it arrives."""
    made = {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
    }
    return [Table(label, made[label]) for label in OWNED]
