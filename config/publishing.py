"""Settings of what is handed out: whose verdicts a search tells, and the licence of the dump."""

from config.environment import env

# Sites whose verdicts `claims:search` tells beside our own; "*" stands for all that were imported.
SEARCH_PUBLISHERS = env.list("SEARCH_PUBLISHERS", ["*"])
LICENCE = {"name": env.str("LICENCE_NAME", ""), "url": env.str("LICENCE_URL", "")}
