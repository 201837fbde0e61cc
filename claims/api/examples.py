"""What the API's description shows: a claim about late ferries, and what became of it."""

from articles.api.examples import CITED

DESK = "https://desk.example"
TEXT = "Ferries ran late 14 times in May."
PAGE = f"{DESK}/claims/ferries-ran-late-14-times-in-may-5f0c1a522a/"
CLAIM_ID = "5f0c1a52-2a3b-4f7e-8a55-0d6c1d3f9e10"
OTHER_ID = "9d4e2c11-63a8-4f20-b7f4-1c2d3e4f5a60"
REASONS = [["names a quantity", 0.9], ["names a time", 0.4]]

CLAIMANT_NAME = {
    "id": "2c1d4e5f-8a9b-4c0d-9e1f-2a3b4c5d6e70",
    "name": "Mara Quill",
    "kind": "person",
    "role": "Mayor of Harlow Bay",
    "wikidata": "Q42",
}
CLAIMANT = {
    **CLAIMANT_NAME,
    "aliases": ["The Quill"],
    "same_as": "https://www.wikidata.org/entity/Q42",
    "merged_into": None,
}
VERDICT_NAME = {
    "id": "0b9d0c7e-6a53-4a5e-9a3e-0d2f7a1b8c44",
    "state": "published",
    "rating": {"name": "Mostly false", "slug": "mostly-false"},
    "title": "How often did ferries run late?",
    "url": PAGE,
    "published_at": "2026-05-11T09:00:00Z",
    "ended_at": None,
}
EVIDENCE = {
    "id": "7a6b5c4d-3e2f-4a1b-8c0d-9e8f7a6b5c40",
    "url": "https://harbour.example/log",
    "title": "Harbour log, May 2026",
    "quotation": "Four departures were late.",
    "stance": "refutes",
    "archived_url": "",
}
VERDICT = {
    **VERDICT_NAME,
    "claim": {
        "id": CLAIM_ID,
        "text": TEXT,
        "claimant": CLAIMANT_NAME,
        "made_on": "2026-05-04",
        "language": "en",
        "appearances": [{"article": CITED, "text": "Ferries ran late 14 times in May"}],
    },
    "rating": {
        "name": "Mostly false",
        "slug": "mostly-false",
        "value": 2,
        "best": 5,
        "worst": 1,
    },
    "explanation": "The harbour log counts four late ferries.",
    "evidence": [EVIDENCE],
    "updated_at": "2026-05-11T09:00:00Z",
    "expires_on": None,
    "review_on": "2027-05-01",
    "reviewed_at": None,
    "corrects": None,
    "successor": None,
    "correction_note": "",
    "correction_outcome": None,
    "retraction_note": "",
    "version": 6,
}
CLAIM_NAME = {"id": CLAIM_ID, "url": PAGE, "text": TEXT, "status": "published"}
CLAIM_ROW = {
    **CLAIM_NAME,
    "claimant": CLAIMANT_NAME,
    "made_on": "2026-05-04",
    "language": "en",
    "topics": ["transport"],
    "score": 0.83,
    "reasons": REASONS,
    "priority": 0.83,
    "flagged": False,
    "assignee": "tamsin",
    "dismissal": "",
    "merged_into": None,
    "verdict": VERDICT_NAME,
    "ended_verdict": None,
    "version": 7,
    "created_at": "2026-05-04T12:10:02Z",
    "updated_at": "2026-05-11T09:00:00Z",
}
LISTED_CLAIM = {**CLAIM_ROW, "likeness": None, "appearances": None}
PLACE = {
    "id": "4b3c2d1e-0f9a-4b8c-9d7e-6f5a4b3c2d10",
    "article": CITED,
    "start": 0,
    "end": 32,
    "text": "Ferries ran late 14 times in May",
    "score": 0.83,
    "reasons": REASONS,
    "vanished_at": None,
}
ELSEWHERE = {
    "publisher": {"name": "Lantern Checks", "site": "checkers.example"},
    "url": "https://checkers.example/reviews/ferries",
    "title": "How late were the ferries?",
    "rating": "Misleading",
    "reviewed_on": "2026-05-12",
}
CLAIM = {**CLAIM_ROW, "appearances": [PLACE], "open_verdict": None, "external": [ELSEWHERE]}
PLACED_CLAIM = {
    **{name: PLACE[name] for name in PLACE if name != "article"},
    "claim": CLAIM_NAME,
    "claimant": CLAIMANT_NAME,
    "attribution": {
        "kind": "indirect",
        "source": {"start": 34, "end": 50, "text": "Mayor Mara Quill"},
        "cue": {"start": 51, "end": 55, "text": "said"},
        "content": [{"start": 0, "end": 32, "text": PLACE["text"]}],
    },
    "verdict": VERDICT_NAME,
    "ended_verdict": None,
}
EXTERNAL_VERDICT = {
    "id": "1e2d3c4b-5a69-4788-9796-a5b4c3d2e1f0",
    **ELSEWHERE,
    "rating_value": 2,
    "worst_rating": 1,
    "best_rating": 5,
    "claim": "Ferries were late 14 times in May.",
    "claimant": "Mara Quill",
    "claimed_on": "2026-05-04",
    "language": "en",
    "created_at": "2026-05-13T08:00:00Z",
    "updated_at": "2026-05-13T08:00:00Z",
}
MATCHED = {name: CLAIM_ROW[name] for name in (*CLAIM_NAME, "claimant", "made_on", "merged_into")}
MATCH = {
    "id": "8f7e6d5c-4b3a-4291-8a0b-c1d2e3f4a5b6",
    "state": "suggested",
    "score": 0.91,
    "claim": {**MATCHED, "verdict": VERDICT_NAME},
    "other": {
        **MATCHED,
        "id": OTHER_ID,
        "url": f"{DESK}/claims/in-may-ferries-were-late-14-times-9d4e2c1163/",
        "text": "In May, ferries were late 14 times.",
        "status": "new",
        "verdict": None,
    },
    "agreeing": ["14", "both say “ferries”"],
    "differing": [],
    "decided_by": None,
    "decided_at": None,
    "version": 1,
    "created_at": "2026-05-20T07:00:00Z",
}
EVENT = {
    "at": "2026-05-11T09:00:00Z",
    "kind": "verdict.published",
    "actor": "Helena Marsh",
    "before": {"state": "in_review"},
    "after": {"state": "published"},
    "note": "",
}
FEED = {
    "next": f"{DESK}/api/v1/events/?after=4711-1203",
    "more": False,
    "results": [
        {"id": "4711-1203", "subject": {"type": "verdict", "id": VERDICT["id"]}, **EVENT},
    ],
}
FINDING = {
    "code": "claim_too_long",
    "level": "warning",
    "message": "The claim has more than 75 characters.",
    "todo": "Word it more briefly.",
}

#: What the desk's actions take.
REASON = {"reason": "Said in jest."}
NOTE = {"note": "The log counts four, not five."}
CONFIRM = {"note": "The log has not changed.", "review_on": "2028-05-01"}
TOPICS = {"add": ["transport"], "remove": []}
ASSIGN = {"to": "tamsin"}
MERGE = {"into": OTHER_ID}
SPLIT = {"appearances": [PLACE["id"]], "text": "Ferries ran late in May."}
WORDING = {"text": TEXT, "claimant": "Mara Quill", "made_on": "2026-05-04"}
DRAFT = {
    "rating": "mostly-false",
    "title": VERDICT["title"],
    "explanation": VERDICT["explanation"],
    "review_on": "2027-05-01",
}
SOURCE = {name: EVIDENCE[name] for name in ("url", "stance", "title", "quotation")}
DRAFT_ON = {"claim": CLAIM_ID}
