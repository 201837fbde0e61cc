"""The states and kinds of the models, and the constraint that keeps to them."""

from django.db import models
from django.db.models import Q


class ClaimStatus(models.TextChoices):
    NEW = "new", "New"
    TRIAGED = "triaged", "To be checked"
    IN_PROGRESS = "in_progress", "In progress"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    DISMISSED = "dismissed", "Dismissed"
    MERGED = "merged", "Merged"


class AttributionKind(models.TextChoices):
    DIRECT = "direct", "Direct"
    INDIRECT = "indirect", "Indirect"
    MIXED = "mixed", "Mixed"


class MatchState(models.TextChoices):
    SUGGESTED = "suggested", "Suggested"
    CONFIRMED = "confirmed", "Confirmed"
    REJECTED = "rejected", "Rejected"


class WordingKind(models.TextChoices):
    CLAIM = "claim", "The claim's words"
    TITLE = "title", "Its verdict's title"
    EARLIER = "earlier", "Earlier or merged words"


class VerdictState(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    CORRECTED = "corrected", "Corrected"
    RETRACTED = "retracted", "Retracted"
    EXPIRED = "expired", "Expired"


class EvidenceStance(models.TextChoices):
    SUPPORTS = "supports", "Supports the claim"
    REFUTES = "refutes", "Refutes the claim"
    CONTEXT = "context", "Gives context"


class CorrectionOutcome(models.TextChoices):
    RATING_CHANGED = "rating_changed", "The rating changed"
    RATING_STANDS = "rating_stands", "The rating stands"


class LinkState(models.TextChoices):
    UNCHECKED = "unchecked", "Not checked yet"
    ALIVE = "alive", "Answers"
    DEAD = "dead", "Gone"
    UNREACHABLE = "unreachable", "Does not answer"
    REFUSED = "refused", "Not asked"


class ClaimantKind(models.TextChoices):
    PERSON = "person", "Person"
    ORGANISATION = "organisation", "Organisation"


class NotificationKind(models.TextChoices):
    ASSIGNED = "assigned", "Assigned to me"
    MENTIONED = "mentioned", "Mentioned in a note"
    APPROVED = "approved", "My verdict was approved"
    RETURNED = "returned", "My verdict was returned"
    WEBHOOK = "webhook", "A webhook was switched off"
    VANISHED = "vanished", "A passage of my claim vanished from its article"


class WebhookKind(models.TextChoices):
    """What a subscriber can be told of; the names are public."""

    VERDICT_PUBLISHED = "verdict.published", "Verdict published"
    VERDICT_CORRECTED = "verdict.corrected", "Verdict corrected"
    VERDICT_RETRACTED = "verdict.retracted", "Verdict retracted"
    VERDICT_EXPIRED = "verdict.expired", "Verdict expired"
    CLAIM_CREATED = "claim.created", "Claim created"
    CLAIM_MATCHED = "claim.matched", "Claim matched"
    IMPORT_FINISHED = "import.finished", "Import finished"
    PING = "ping", "Test message"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Given up"


def known(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A constraint that `field` holds one of `choices`."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)
