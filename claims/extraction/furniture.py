"""What pages carry beside their prose: forms, buttons, captions, by-lines, notices."""

import re

# Patterns for the beginning of a line; `$` where the whole line must match.
_LINES = r"""
be the first to comment
leave a (?:reply|comment)
(?:post|add|view|show|hide) (?:a |all )?comments?\W*$
your email address will not
required fields are marked
notify me of
save my name,? (?:and )?e-?mail
you must be logged in
(?:log|sign) in\b.{0,40}$
sign up\b
(?:read|see|learn|show|load|view) (?:more|next|also|the full)\b.{0,160}$
also read\b.{0,160}$
(?:related|recommended|most read|trending|more from|more on|up next|don.t miss)\b[^.]{0,120}$
(?:share|tweet|pin|email|print|like)(?: (?:this|on|via|with|us|it)\b.{0,60})?\W*$
(?:follow|like|join|find) [\w ]{1,40} (?:on|at) (?:facebook|twitter|x|instagram|youtube|linkedin)\b
(?:click|tap) (?:here|to)\b
subscribe\b
get (?:the|our) .{0,60}newsletter
(?:advertisement|advertising|sponsored|promoted)\b[^.]{0,40}$
(?:article|story) continues below
(?:this|our) (?:web)?site uses cookies
we (?:and our partners )?use cookies
by (?:continuing|clicking|using|subscribing|signing)\b.{0,80}(?:cookies|terms|privacy|agree|site)
(?:accept|reject|manage) (?:all )?cookies
(?:privacy|cookie) (?:policy|settings|notice)\W*$
terms (?:of|and)\b.{0,40}$
(?:\u00a9|\(c\)|copyright\b)
all rights reserved
(?:file )?(?:photo|image|picture|video|credit|photograph|caption|source)s? ?(?::|by\b|/).{0,200}$
(?:first |last )?(?:published|updated|posted|modified)\b:? .{0,60}\d.{0,30}$
(?:tags|topics|filed under|categories|category|labels)\b:? .{0,160}$
\d+ (?:comments?|shares?|min(?:ute)?s? read)\W*$
(?:written |reported )?by:? (?-i:[A-Z\u00c0-\u00de])[^.!?]{0,100}(?<![.!?])$
(?:editing|reporting|additional reporting|writing) by\b
(?:back to top|skip to (?:main )?content|home|menu|search|comments?|newsletter|next|previous)\W*$
(?:continue reading|watch (?:now|live|the video))\W*$
"""
_MONTHS = "january february march april may june july august september october november december"

BEGINNING = re.compile(rf"\W*(?:{'|'.join(_LINES.strip().splitlines())})", re.IGNORECASE)
CREDIT = re.compile(
    r"\((?:photo|image|ap photo|credit|file)\b|/\s?(?:getty|afp|ap|reuters)\b"
    r"|getty images\W*$|\bvia ap\W*$",
    re.IGNORECASE,
)
DATE = re.compile(
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s)?(?:\d{{1,2}}\s)?"
    rf"(?:{_MONTHS.replace(' ', '|')})[\s\d,.:apm|-]*$",
    re.IGNORECASE,
)
# No line of a page's furniture is longer; prose may well begin as one does.
LONGEST = 400


def is_notice(line: str) -> bool:
    """Whether a line reads like a form, a button, a caption, a by-line or a notice."""
    if len(line) > LONGEST:
        return False
    return bool(BEGINNING.match(line) or DATE.match(line) or CREDIT.search(line))
