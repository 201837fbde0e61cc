"""Articles as the API takes and gives them."""

from typing import Any

from rest_framework import serializers

from articles.api.examples import ARTICLE, ARTICLE_ROW, OUTLET, SUBMISSION, shown
from articles.api.fields import Moment, Text
from articles.models import Article, Outlet
from articles.services import Submission


@shown(SUBMISSION)
class SubmissionSerializer(serializers.Serializer[Any]):
    """A new article. `text`, or `html` to find it in; the outlet by name or domain, or by `url`."""

    url = Text(default="", help_text="Where it was published; names the outlet by its domain.")
    title = Text(default="")
    text = Text(default="")
    html = Text(default="", help_text="The whole page, when there is no `text`.")
    outlet = Text(default="", help_text="Name or domain.")
    published_at = Moment(default=None, allow_null=True)
    authors = serializers.ListField(child=Text(), default=list, max_length=100)
    language = Text(default="", help_text="ISO 639-1 code. Empty: detected.")

    @property
    def is_link(self) -> bool:
        """Whether a URL is all that it says."""
        return bool(self.validated_data["url"].strip()) and self.initial_data.keys() <= {"url"}

    def submission(self) -> Submission:
        return Submission(**self.validated_data)


@shown(OUTLET)
class OutletSerializer(serializers.ModelSerializer[Outlet]):
    id = serializers.UUIDField(source="uid", read_only=True)

    class Meta:
        model = Outlet
        fields = ["id", "name", "domain"]


class ExtractionSerializer(serializers.ModelSerializer[Article]):
    """How far the worker is with an article."""

    class Meta:
        model = Article
        fields = ["state", "attempts", "last_error", "extracted_at", "extractor"]


@shown(ARTICLE_ROW)
class ArticleRowSerializer(serializers.ModelSerializer[Article]):
    """An article in a list: all but its text."""

    id = serializers.UUIDField(source="uid", read_only=True)
    url = serializers.CharField(read_only=True, help_text="Empty when it came without one.")
    outlet = OutletSerializer(read_only=True)
    extraction = ExtractionSerializer(source="*", read_only=True)
    copy_of = serializers.SlugRelatedField[Any](
        slug_field="uid",
        read_only=True,
        allow_null=True,
        help_text="The article that came before with the same text, or nearly so.",
    )

    class Meta:
        model = Article
        fields = [
            "id",
            "url",
            "title",
            "outlet",
            "authors",
            "language",
            "published_at",
            "received_at",
            "intake",
            "copy_of",
            "extraction",
        ]


@shown(ARTICLE)
class ArticleSerializer(ArticleRowSerializer):
    """An article with its text, in which the offsets of appearances count code points."""

    class Meta(ArticleRowSerializer.Meta):
        fields = [*ArticleRowSerializer.Meta.fields, "text"]
