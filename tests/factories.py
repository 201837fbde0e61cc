"""Rows for tests: what a test does not care about is filled in."""

from datetime import UTC, datetime
from hashlib import md5

import factory
from django.contrib.auth.models import Group, User
from django.utils.text import slugify
from factory.django import DjangoModelFactory

from articles.intake.text import text_hash
from articles.intake.urls import normalised_url
from articles.models import Article, Outlet
from claims.desk import claims as claim_services
from claims.desk import verdicts as verdict_services
from claims.desk.scoring import claims_place
from claims.desk.searching import words_learn
from claims.desk.wordings import wording_key
from claims.matching.words import words
from claims.models import (
    ApiKey,
    Appearance,
    Attribution,
    Claim,
    Claimant,
    ExternalMatch,
    ExternalVerdict,
    Match,
    Rating,
    RatingScale,
    Verdict,
    Wording,
)

PASSWORD = "a quiet harbour at noon"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    first_name = factory.Sequence(lambda n: f"User {n}")
    is_staff = True
    password = factory.django.Password(PASSWORD)


def user_in(role: str, **fields) -> User:
    """A desk user in the group `role`."""
    user = UserFactory(**fields)
    user.groups.add(Group.objects.get(name=role))
    return user


def api_key(user: User, *scopes: str) -> str:
    """The secret of a key of theirs with `scopes`; without any named it has all."""
    scopes = scopes or ("read", "submit", "desk")
    return ApiKey.objects.create(user=user, name="The CMS", scopes=list(scopes))[1]


class OutletFactory(DjangoModelFactory):
    class Meta:
        model = Outlet

    name = factory.Sequence(lambda n: f"Harbour Herald {n}")
    domain = factory.Sequence(lambda n: f"herald{n}.example")


class ArticleFactory(DjangoModelFactory):
    class Meta:
        model = Article

    outlet = factory.SubFactory(OutletFactory)
    title = "Ferries ran late"
    text = factory.Sequence(lambda n: f"Ferries ran late {n} times in May, the harbourmaster said.")
    url = factory.Sequence(lambda n: f"https://herald.example/news/{n}")
    published_at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    intake = Article.Intake.API
    text_hash = factory.LazyAttribute(lambda o: text_hash(o.text))
    normalised_url = factory.LazyAttribute(lambda o: normalised_url(o.url))


class ClaimantFactory(DjangoModelFactory):
    class Meta:
        model = Claimant

    name = factory.Sequence(lambda n: f"Mara Quill {n}")


class ClaimFactory(DjangoModelFactory):
    class Meta:
        model = Claim

    text = factory.Sequence(lambda n: f"Ferries ran late {n} times in May.")
    slug = factory.LazyAttribute(lambda o: slugify(o.text))
    claimant = factory.SubFactory(ClaimantFactory)
    check_worthiness = 0.8
    reasons = [["names a quantity", 0.9]]
    made_on = datetime(2026, 5, 4, tzinfo=UTC).date()
    last_made_at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    language = "en"


class AppearanceFactory(DjangoModelFactory):
    """An appearance at the start of its own article, said by the claim's claimant."""

    class Meta:
        model = Appearance
        skip_postgeneration_save = True

    article = factory.SubFactory(ArticleFactory, state=Article.State.EXTRACTED)
    claim = factory.SubFactory(ClaimFactory)
    start = 0
    end = factory.LazyAttribute(lambda o: o.article.text.index(","))
    text = factory.LazyAttribute(lambda o: o.article.text[o.start : o.end])
    attribution = factory.LazyAttribute(
        lambda o: Attribution.objects.create(
            article=o.article,
            kind="indirect",
            start=o.start,
            end=o.end,
            content=[[o.start, o.end]],
            claimant=o.claim.claimant,
        )
    )
    check_worthiness = 0.8
    reasons = [["names a quantity", 0.9]]

    @factory.post_generation
    def placed(self, create, extracted, **kwargs):
        """As the services leave the claim, and its words known."""
        claims_place([self.claim_id])
        words_learn([self.claim_id])


class WordingFactory(DjangoModelFactory):
    """The claim's own words, as the services write them; not embedded."""

    class Meta:
        model = Wording

    claim = factory.SubFactory(ClaimFactory)
    kind = Wording.Kind.CLAIM
    text = factory.LazyAttribute(lambda o: o.claim.text)
    language = "en"
    key = factory.LazyAttribute(lambda o: wording_key(o.text, o.language))
    words = factory.LazyAttribute(lambda o: list(words(o.text, o.language)))


class MatchFactory(DjangoModelFactory):
    """A suggestion of two claims, each in an article of its own."""

    class Meta:
        model = Match

    claim = factory.LazyFunction(lambda: AppearanceFactory().claim)
    other = factory.LazyFunction(lambda: AppearanceFactory().claim)
    score = 0.8
    agreeing = ["ferries", "late", "May"]
    differing = []


class ExternalVerdictFactory(DjangoModelFactory):
    class Meta:
        model = ExternalVerdict

    url = factory.Sequence(lambda n: f"https://checkers.example/reviews/{n}")
    claim_key = factory.LazyAttribute(lambda o: md5(o.claim_reviewed.encode()).hexdigest())
    publisher = "Lantern Checks"
    site = "checkers.example"
    claim_reviewed = factory.Sequence(lambda n: f"Ferries were late {n} times in May.")
    title = "How late were the ferries?"
    claimant = "Mara Quill"
    reviewed_on = datetime(2026, 5, 11, tzinfo=UTC).date()
    rating = "Misleading"
    language = "en"
    data = {"@type": "ClaimReview"}


class ExternalMatchFactory(DjangoModelFactory):
    class Meta:
        model = ExternalMatch

    claim = factory.LazyFunction(lambda: AppearanceFactory().claim)
    external = factory.SubFactory(ExternalVerdictFactory)
    score = 0.7
    agreeing = ["ferries", "late", "May"]
    differing = []


class RatingScaleFactory(DjangoModelFactory):
    class Meta:
        model = RatingScale
        django_get_or_create = ("slug",)

    name = "Five steps"
    slug = "five-steps"
    default = True


class RatingFactory(DjangoModelFactory):
    class Meta:
        model = Rating
        django_get_or_create = ("scale", "slug")

    scale = factory.SubFactory(RatingScaleFactory)
    name = "Mostly false"
    slug = factory.LazyAttribute(lambda o: slugify(o.name))
    value = 2


def rating_scale() -> RatingScale:
    """The default scale, False (1) to True (5), and Unproven without a place."""
    scale, names = (
        RatingScaleFactory(),
        ("False", "Mostly false", "Half true", "Mostly true", "True"),
    )
    colours = ("red", "orange", "yellow", "lime", "green")
    if scale.ratings.count() <= len(names):
        steps = [
            RatingFactory.build(scale=scale, name=name, value=value, colour=colour)
            for value, (name, colour) in enumerate(zip(names, colours, strict=True), start=1)
        ]
        unproven = RatingFactory.build(scale=scale, name="Unproven", value=None)
        # Most tests need them, and six rows written one by one take four queries each.
        Rating.objects.bulk_create([*steps, unproven], ignore_conflicts=True)
    return scale


def draft_verdict(author: User, *, complete: bool = True, claim: Claim | None = None) -> Verdict:
    """A draft as the services make it; `complete` gives it all that submitting needs."""
    claim = claim or AppearanceFactory().claim
    verdict = claim_services.claim_take(claim, by=author)
    if complete:
        rating_scale()
        verdict_services.verdict_edit(
            verdict,
            rating=Rating.objects.get(slug="mostly-false"),
            title="How often did ferries run late?",
            explanation="The harbour log counts four late ferries.",
            by=author,
        )
        verdict_services.evidence_add(
            verdict,
            verdict_services.Source(
                url="https://harbour.example/log",
                stance="refutes",
                quotation="Four departures were late.",
            ),
            by=author,
        )
    return verdict


def submitted_verdict(author: User, **kwargs) -> Verdict:
    return verdict_services.verdict_submit(draft_verdict(author, **kwargs), by=author)


def published_verdict(author: User | None = None, editor: User | None = None, **kwargs) -> Verdict:
    """A verdict taken all the way by two people."""
    author, editor = author or user_in("researcher"), editor or user_in("editor")
    verdict = submitted_verdict(author, **kwargs)
    verdict_services.verdict_approve(verdict, by=editor)
    return verdict_services.verdict_publish(verdict, by=editor)
