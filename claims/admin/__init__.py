"""The editors' desk in Django's admin. Views parse and show; the services of `desk/` write."""

from claims.admin.articles import ArticleAdmin
from claims.admin.claimants import ClaimantAdmin
from claims.admin.claims import ClaimAdmin
from claims.admin.external import ExternalVerdictAdmin
from claims.admin.keys import KeyAdmin
from claims.admin.matches import ExternalMatchAdmin, MatchAdmin
from claims.admin.notifications import NotificationAdmin
from claims.admin.people import GroupAdmin, UserAdmin
from claims.admin.ratings import RatingScaleAdmin
from claims.admin.review_publishers import ReviewPublisherAdmin
from claims.admin.review_sources import ReviewSourceAdmin
from claims.admin.thresholds import MatchingSettingsAdmin
from claims.admin.verdicts import VerdictAdmin
from claims.admin.webhook_deliveries import WebhookDeliveryAdmin
from claims.admin.webhooks import WebhookAdmin

__all__ = [
    "ArticleAdmin",
    "ClaimAdmin",
    "ClaimantAdmin",
    "ExternalMatchAdmin",
    "ExternalVerdictAdmin",
    "GroupAdmin",
    "KeyAdmin",
    "MatchAdmin",
    "MatchingSettingsAdmin",
    "NotificationAdmin",
    "RatingScaleAdmin",
    "ReviewPublisherAdmin",
    "ReviewSourceAdmin",
    "UserAdmin",
    "VerdictAdmin",
    "WebhookAdmin",
    "WebhookDeliveryAdmin",
]
