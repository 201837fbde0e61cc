"""The claimant of every attribution, read in the order of the text: who spoke before counts."""

from collections.abc import Sequence

from .attributions import Candidate
from .claimants import Cast, Resolved
from .cues import RESUMING
from .frames import Frame
from .people import PRONOUN_GENDER

Speaker = tuple[int, Resolved | None]
# So many paragraphs may lie between a speech and `he added`.
RESUMED_WITHIN = 4


def claimants_of(candidates: Sequence[Candidate], cast: Cast) -> list[Resolved | None]:
    """The claimant of every candidate, in the candidates' order."""
    names: list[Resolved | None] = []
    last: Speaker = (-1, None)
    quoted: Speaker = (-1, None)
    for candidate in candidates:
        name = _claimant(candidate, cast, last, quoted)
        names.append(name)
        if name:
            source = candidate.frame.source if candidate.frame else None
            cast.spoke(name[0], source[0] if source else candidate.start, candidate.paragraph)
        if candidate.quotations or name:
            last = (candidate.paragraph, name)
        if candidate.quotations and name:
            quoted = last
    return names


def _claimant(candidate: Candidate, cast: Cast, last: Speaker, quoted: Speaker) -> Resolved | None:
    frame = candidate.frame
    if frame is None:
        return last[1] if candidate.paragraph - last[0] <= 1 else None
    if frame.source is None or frame.source_head is None:
        return _unsaid(frame, cast)
    if _resumes(frame, candidate.paragraph, cast, quoted):
        return quoted[1]
    return cast.resolve(frame.source_head, frame.parsed, frame.source[0])


def _unsaid(frame: Frame, cast: Cast) -> Resolved | None:
    """`Saying that …, she left`: a participle's source is the subject of its clause."""
    cue = frame.cue_token
    if cue is None or cue.tag_ != "VBG" or cue.dep_ != "advcl":
        return None
    subject = next((t for t in cue.head.children if t.dep_ == "nsubj"), None)
    if subject is None:
        return None
    return cast.resolve(subject, frame.parsed, frame.parsed.start + subject.idx)


def _resumes(frame: Frame, paragraph: int, cast: Cast, last: Speaker) -> bool:
    """`he added`: who spoke last speaks on, if he can be a he."""
    head, cue, name = frame.source_head, frame.cue_token, last[1]
    if head is None or cue is None or name is None or cue.lemma_ not in RESUMING:
        return False
    gender = PRONOUN_GENDER.get(head.lower_)
    person = cast.people.get(name[0])
    near = paragraph - last[0] <= RESUMED_WITHIN
    return bool(gender and near and person and person.gender in (gender, None))
