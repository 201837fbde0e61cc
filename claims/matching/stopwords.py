"""Words so common that they say nothing of what a claim is about; few, for rarity weighs the rest.

As they are written, in lower case.
"""

STOP_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "da": "af at de den der det en er et for fra har i med og på som til var",
        "de": "als am an auf aus bei das dass dem den der des die ein eine einem einen einer "
        "es für hat im in ist mit sich sie sind so und vom von war wird zu zum zur",
        "en": "a an and are as at be been being but by can could did do does for from had has "
        "have he her hers him his i if in into is it its me my of on or our she should so "
        "that the their them then there these they this those to was we were what when where "
        "which who will with would you your ll re ve don didn doesn isn wasn",
        "es": "a al como con de del el ella en es esta este ha la las le lo los no por que se "
        "su sus un una y",
        "fr": "a au aux avec ce ces cette d dans de des du elle en est et il l la le les leur "
        "ont par pas pour qu que qui sa se ses son sont sur un une",
        "it": "a al alla che con da dal del della di e gli ha i il in la le lo nel non per si "
        "sono su un una",
        "nb": "av at de den der det en er et for fra har i med og på som til var",
        "nl": "aan als bij dat de den der die door een en er het hij in is met naar of om op "
        "te uit van voor was ze zijn",
        "no": "av at de den der det en er et for fra har i med og på som til var",
        "pl": "a do i jest na nie o od po się to w z za że",
        "pt": "a ao as com da das de do dos e em foi há na nas no nos o os para por que se sua "
        "um uma",
        "ru": "а был в во для до же за и из к как на не но о об от по с со то у что это",
        "sv": "att av de den det en er ett från för har i med och på som till var är",
    }.items()
}
