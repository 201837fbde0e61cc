"""Links as the API takes and gives them."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api import examples
from articles.api.examples import shown
from articles.api.fields import Text
from articles.linking.models import Link
from articles.linking.services import Given


@shown(examples.URLS)
class UrlsSerializer(serializers.Serializer[Any]):
    """URLs to be fetched and stored as articles."""

    urls = serializers.ListField(child=Text(), min_length=1, max_length=settings.LINKS_AT_ONCE)


@shown(examples.LINK)
class LinkSerializer(serializers.ModelSerializer[Link]):
    """A URL, and what became of it. `article` is the id of the article, once there is one.

    `code` and `message` say what went wrong at the last try; `next_at` when it is asked again.
    """

    id = serializers.UUIDField(source="uid", read_only=True)
    article = serializers.SerializerMethodField()

    class Meta:
        model = Link
        fields = [
            "id",
            "url",
            "state",
            "code",
            "message",
            "attempts",
            "article",
            "submitted_at",
            "fetched_at",
            "next_at",
        ]

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_article(self, link: Link) -> str | None:
        return str(link.article.uid) if link.article else None


class WrongSerializer(serializers.Serializer[Any]):
    """Why a URL was not taken."""

    code = serializers.CharField()
    message = serializers.CharField()


@shown(examples.GIVEN)
class GivenSerializer(serializers.Serializer[Any]):
    """One of the URLs sent: its link, or why there is none. `created`: it was not given before."""

    url = serializers.CharField()
    created = serializers.BooleanField()
    link = LinkSerializer(allow_null=True)
    error = serializers.SerializerMethodField()

    @extend_schema_field(WrongSerializer(allow_null=True))
    def get_error(self, given: Given) -> dict[str, str] | None:
        if given.error is None:
            return None
        code = given.error.error_list[0].code or "invalid"
        return {"code": code, "message": " ".join(given.error.messages)}
