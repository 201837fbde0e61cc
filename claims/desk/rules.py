"""Who may do what, in which state: the one table that services, buttons and docs follow."""

from dataclasses import dataclass

from claims.models import Claim, Match, Verdict

Status = Claim.Status
State = Verdict.State
MatchState = Match.State


@dataclass(frozen=True)
class Rule:
    """One action: the permission it needs and the states it may start from."""

    permission: str
    states: tuple[str, ...]


UNMERGED = tuple(status for status in Status if status != Status.MERGED)

CLAIM_RULES = {
    "triage": Rule("claims.triage_claim", (Status.NEW,)),
    "take": Rule("claims.draft_verdict", (Status.NEW, Status.TRIAGED)),
    "assign": Rule(
        "claims.assign_claim",
        (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS, Status.IN_REVIEW),
    ),
    "word": Rule(
        "claims.change_claim",
        (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS, Status.IN_REVIEW),
    ),
    "date": Rule(
        "claims.change_claim",
        (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS, Status.IN_REVIEW),
    ),
    "respan": Rule(
        "claims.change_claim",
        (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS, Status.IN_REVIEW),
    ),
    "note": Rule("claims.add_note", tuple(Status)),
    "flag": Rule(
        "claims.flag_claim",
        (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS, Status.IN_REVIEW),
    ),
    "unflag": Rule("claims.flag_claim", UNMERGED),
    "tag": Rule("claims.change_claim", UNMERGED),
    "dismiss": Rule("claims.dismiss_claim", (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS)),
    "reopen": Rule("claims.dismiss_claim", (Status.DISMISSED, Status.PUBLISHED)),
    "merge": Rule(
        "claims.merge_claim",
        (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS, Status.DISMISSED),
    ),
    "receive": Rule("claims.merge_claim", UNMERGED),
    "split": Rule("claims.merge_claim", UNMERGED),
    "revive": Rule("claims.merge_claim", (Status.MERGED,)),
}

VERDICT_RULES = {
    "edit": Rule("claims.draft_verdict", (State.DRAFT,)),
    "submit": Rule("claims.submit_verdict", (State.DRAFT,)),
    "return": Rule("claims.approve_verdict", (State.IN_REVIEW,)),
    "approve": Rule("claims.approve_verdict", (State.IN_REVIEW,)),
    "publish": Rule("claims.publish_verdict", (State.IN_REVIEW,)),
    "correct": Rule("claims.correct_verdict", (State.PUBLISHED,)),
    "drop": Rule("claims.correct_verdict", (State.DRAFT, State.IN_REVIEW)),
    "reopen": Rule("claims.correct_verdict", (State.PUBLISHED,)),
    "confirm": Rule("claims.correct_verdict", (State.PUBLISHED,)),
    "retract": Rule("claims.retract_verdict", (State.PUBLISHED,)),
    "expire": Rule("claims.retract_verdict", (State.PUBLISHED,)),
    "move": Rule("claims.merge_claim", (State.DRAFT,)),
}

#: A confirmed pair is one claim by then: splitting it takes that back.
MATCH_RULES = {
    "confirm": Rule("claims.merge_claim", (MatchState.SUGGESTED,)),
    "reject": Rule("claims.merge_claim", (MatchState.SUGGESTED,)),
    "reopen": Rule("claims.merge_claim", (MatchState.REJECTED,)),
}

EXTERNAL_MATCH_RULES = {
    "confirm": Rule("claims.merge_claim", (MatchState.SUGGESTED,)),
    "reject": Rule("claims.merge_claim", (MatchState.SUGGESTED,)),
    "reopen": Rule("claims.merge_claim", (MatchState.CONFIRMED, MatchState.REJECTED)),
}

#: A claimant is current until it is merged into another one.
CLAIMANT_RULES = {
    "merge": Rule("claims.merge_claimant", ("current",)),
    "receive": Rule("claims.merge_claimant", ("current",)),
    "restore": Rule("claims.merge_claimant", ("merged",)),
}

#: What each role adds to the one before it.
ROLE_PERMISSIONS = {
    "reader": (
        "articles.view_article",
        "articles.view_articlerevision",
        "articles.view_event",
        "articles.view_feed",
        "articles.view_import",
        "articles.view_importprofile",
        "articles.view_link",
        "articles.view_outlet",
        "claims.view_appearance",
        "claims.view_attribution",
        "claims.view_claim",
        "claims.view_claimant",
        "claims.view_claimantalias",
        "claims.view_evidence",
        "claims.view_externalmatch",
        "claims.view_externalverdict",
        "claims.view_match",
        "claims.view_matchingsettings",
        "claims.view_note",
        "claims.view_rating",
        "claims.view_ratingscale",
        "claims.view_reviewpublisher",
        "claims.view_reviewsource",
        "claims.view_verdict",
        "claims.view_wording",
    ),
    "researcher": (
        "articles.add_article",
        "articles.add_import",
        "articles.add_importprofile",
        "articles.change_import",
        "articles.retry_article",
        "claims.add_note",
        "claims.change_claim",
        "claims.draft_verdict",
        "claims.submit_verdict",
        "claims.triage_claim",
    ),
    "editor": (
        "articles.add_feed",
        "articles.add_outlet",
        "articles.change_feed",
        "articles.change_outlet",
        "claims.assign_claim",
        "claims.dismiss_claim",
        "claims.flag_claim",
        "claims.merge_claim",
        "claims.tune_matching",
        "claims.approve_verdict",
        "claims.publish_verdict",
        "claims.correct_verdict",
        "claims.retract_verdict",
        "claims.add_claimant",
        "claims.add_externalverdict",
        "claims.add_reviewpublisher",
        "claims.add_reviewsource",
        "claims.change_reviewpublisher",
        "claims.change_reviewsource",
        "claims.change_claimant",
        "claims.add_claimantalias",
        "claims.change_claimantalias",
        "claims.delete_claimantalias",
        "claims.merge_claimant",
    ),
    "admin": (
        "auth.add_user",
        "auth.change_user",
        "auth.view_user",
        "auth.view_group",
        "claims.add_rating",
        "claims.change_rating",
        "claims.delete_rating",
        "claims.add_ratingscale",
        "claims.change_ratingscale",
        "claims.add_apikey",
        "claims.revoke_apikey",
        "claims.view_apikey",
        "claims.add_webhookendpoint",
        "claims.change_webhookendpoint",
        "claims.view_webhookendpoint",
        "claims.view_webhookdelivery",
    ),
}
