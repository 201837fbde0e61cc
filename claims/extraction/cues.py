"""The words that attribute: verbs by what carries their content.

The lists follow which verbs annotators took for cues in political news; each verb stands under
the constructions in which it usually is one.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Verbs of saying: with a clause, or with a quotation beside them.
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
# Verbs of thinking and showing: with a clause only.
STANCE = _words(
    """believe think hope fear worry doubt suspect know feel expect wish realize recognize prefer
    assume find show learn conclude hop convince question demonstrate discover understand see
    determine calculate project decide guess dispute"""
)
# Verbs whose object or object clause is the content.
WITH_OBJECT = _words(
    """call endorse criticize criticise describe accuse cite express praise defend announce mention
    discuss oppose question blast propose blame dismiss denounce deny reject mock echo highlight
    recall portray repeat slam tout note declare list confirm promise applaud emphasize reiterate
    disclose congratulate decry acknowledge urge reference suggest state fear deem recite lament
    detail assail advocate unveil outline hail recommend recount demand voice repudiate articulate
    liken stress regard label bemoan dispute rebuke chide rebut condemn allege admit pledge predict
    warn report claim ridicule lambast lambaste deplore concede assert"""
)
# Verbs whose infinitive is the content.
WITH_INFINITIVE = _words(
    """decline refuse vow call urge pledge say promise hope hop agree threaten propose
    ask claim offer expect want advise"""
)
# Verbs whose prepositional phrase is the content.
WITH_PREPOSITION: dict[str, frozenset[str]] = {
    "call": _words("for on"),
    "refer": _words("to"),
    "point": _words("to"),
    "accuse": _words("of"),
    "warn": _words("of about against"),
    "complain": _words("of about"),
    "boast": _words("of about"),
    "brag": _words("about"),
    "apologize": _words("for"),
    "advocate": _words("for"),
    "comment": _words("on"),
    "hint": _words("at"),
    "allude": _words("to"),
    "blame": _words("for"),
    "argue": _words("for against"),
    "push": _words("for"),
    "object": _words("to"),
    "speak": _words("about against"),
    "speculate": _words("about"),
    "vouch": _words("for"),
}
WITH_CLAUSE = SPEECH | STANCE | WITH_OBJECT
CUES = WITH_CLAUSE | WITH_INFINITIVE | frozenset(WITH_PREPOSITION)
# Verbs that say something only beside a quotation.
QUOTING = _words(
    """continue begin point post publish read text email blog call gush scream cry whisper mutter
    order tease answer express address muse demand order instruct protest accuse blast object
    counter reason"""
)
# `he added` goes on with whoever was quoted last.
RESUMING = _words("add continue conclude")
# "The Hill reports" behind what somebody said names where it was read, not who said it.
RELAYING = _words("report write cite publish")
