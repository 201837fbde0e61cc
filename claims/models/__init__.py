"""Claims, who makes them, where they appear, and what editors say of them.

Every state and every "at most one" of the design is a constraint here; the services in
`claims/desk/` are the only writers.
"""

from claims.models.accounts import SignIn
from claims.models.choices import ClaimantKind, ClaimStatus, NotificationKind, WebhookKind
from claims.models.claimants import Claimant, ClaimantAlias, ClaimantMerge
from claims.models.claims import Appearance, Attribution, Claim
from claims.models.external import ExternalVerdict
from claims.models.heartbeats import Heartbeat
from claims.models.keys import ApiKey, KeyHolder
from claims.models.matching import ExternalMatch, Match, MatchingSettings, Wording
from claims.models.notes import KeptDraft, KeyboardSetting, Note, Presence
from claims.models.notifications import Notification, NotificationChoice
from claims.models.queue import KnownWord, Reading, ReadMark, SavedFilter, Topic
from claims.models.sources import ReviewPublisher, ReviewSource
from claims.models.verdicts import Evidence, Rating, RatingScale, Verdict
from claims.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiKey",
    "Appearance",
    "Attribution",
    "Claim",
    "ClaimStatus",
    "Claimant",
    "ClaimantAlias",
    "ClaimantKind",
    "ClaimantMerge",
    "Evidence",
    "ExternalMatch",
    "ExternalVerdict",
    "Heartbeat",
    "KeptDraft",
    "KeyHolder",
    "KeyboardSetting",
    "KnownWord",
    "Match",
    "MatchingSettings",
    "Note",
    "Notification",
    "NotificationChoice",
    "NotificationKind",
    "Presence",
    "Rating",
    "RatingScale",
    "ReadMark",
    "Reading",
    "ReviewPublisher",
    "ReviewSource",
    "SavedFilter",
    "SignIn",
    "Topic",
    "Verdict",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookKind",
    "Wording",
]
