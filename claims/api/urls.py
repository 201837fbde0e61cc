from rest_framework.routers import SimpleRouter

from claims.api.appearances import AppearanceViewSet
from claims.api.checks import CheckViewSet
from claims.api.claimants import ClaimantViewSet
from claims.api.claims import ClaimViewSet
from claims.api.external import ExternalVerdictViewSet
from claims.api.feed import FeedViewSet
from claims.api.matches import ClaimMatchViewSet, MatchViewSet
from claims.api.verdicts import VerdictViewSet

# Addresses are compared from the first on: what is read most comes first.
router = SimpleRouter()
router.register("verdicts", VerdictViewSet, "verdict")
router.register("claims", ClaimViewSet, "claim")
router.register("claims/(?P<claim>[^/.]+)/matches", ClaimMatchViewSet, "claim-matches")
router.register("matches", MatchViewSet, "match")
router.register("claimants", ClaimantViewSet, "claimant")
router.register("events", FeedViewSet, "event")
router.register("check", CheckViewSet, "check")
router.register("external-verdicts", ExternalVerdictViewSet, "external-verdict")
router.register(
    "articles/(?P<article>[^/.]+)/appearances", AppearanceViewSet, "article-appearances"
)
