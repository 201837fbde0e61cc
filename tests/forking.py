"""Workers that start as forks of a process which has imported the libraries.

To import Celery, Django and spaCy takes longer than anything a worker does in most tests. One
process does it once; each worker is a fork of it that reads its own environment, settings and all
of the project afterwards, as `python -m celery` does.
"""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What reads no settings when it is imported.
LIBRARIES = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.fixups.django",
    "celery.worker.consumer",
    "celery.worker.strategy",
    "charset_normalizer",
    "django.contrib.postgres.fields",
    "django.contrib.postgres.search",
    "django.core.management",
    "django.db.backends.postgresql.features",
    "django.db.models",
    "django.template.defaulttags",
    "django.views.generic",
    "environs",
    "feedparser",
    "kombu.transport.redis",
    "numpy",
    "onnxruntime",
    "prometheus_client",
    "psycopg",
    "py3langid",
    "redis",
    "spacy",
    "spacy.lang.en",
    "Stemmer",
    "tokenizers",
    "trafilatura",
)


class Forks:
    """The process that is forked, and who asks it; ends with the one that made it."""

    def __init__(self) -> None:
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.forking"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
        """`python -m command…` in a session of its own; the id of its process."""
        assert self.parent.stdin is not None
        assert self.parent.stdout is not None
        asked = {"command": list(command), "environment": dict(environment), "log": str(log)}
        print(json.dumps(asked), file=self.parent.stdin, flush=True)
        return int(self.parent.stdout.readline())

    def end(self) -> None:
        assert self.parent.stdin is not None
        self.parent.stdin.close()
        self.parent.wait()


def main() -> None:
    for name in LIBRARIES:
        import_module(name)
    # What will never be garbage; else each fork would go through all of it, again and again.
    gc.freeze()
    # Nobody here waits for them: the system takes away what has ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        asked = json.loads(line)
        if child := os.fork():
            print(child, flush=True)
        else:
            become(**asked)


def become(command: Sequence[str], environment: Mapping[str, str], log: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number, file in enumerate((nothing, said, said)):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(command)
    with suppress(KeyboardInterrupt):
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    main()
