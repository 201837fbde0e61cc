"""Verbs of saying, where it matters which one it is."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Whoever does one of these is in the foreground.
SPEECH = _words(
    """say tell add write suggest argue note ask report insist explain claim continue announce
    acknowledge declare conclude warn agree state predict recall tweet reveal respond reply indicate
    admit deny imply assert joke assure remark confirm concede complain estimate promise emphasize
    emphasise allege describe mention remind boast maintain express answer charge contend urge
    propose highlight reiterate lament signal hint caution speculate stress recommend observe
    exclaim shout yell chant testify comment repeat retort quip opine pledge vow swear disclose
    advise read post call proclaim clarify theorize posit reason counter muse gush interject affirm
    attest profess confess inform brag elaborate summarize recount relate point publish demand
    forecast guarantee protest plead reassure stipulate tout underscore decree blog text email cite
    begin scream cry whisper mutter murmur object fume rant crow deadpan inquire query wonder
    instruct order notify tease accuse blast declaim decry deride hail"""
)
# `he added` goes on with whoever was quoted last.
RESUMING = _words("add continue conclude")
