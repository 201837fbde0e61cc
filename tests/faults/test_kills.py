"""A whole desk at work on an import, killed again and again, against one that nobody disturbed."""

import random
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import wait_until
from tests.faults.desk import PATIENCE, Desk, Postgres, Valkey
from tests.faults.dispatches import OUTLETS, File, files
from tests.faults.telling import DOUBLED, UNDONE, differences, there, told

#: Seconds in which all of 5,000 short articles are extracted on a machine that does more besides.
AGES = 1800


@pytest.fixture
def desks() -> Iterator[tuple[Desk, Desk]]:
    """Two desks alike, with nobody in them; not in pytest's folder, which PostgreSQL must enter."""
    folder = Path(tempfile.mkdtemp(prefix="desk-"))
    folder.chmod(0o755)
    postgres, valkey, other = (
        Postgres(folder / "postgres"),
        Valkey(folder / "valkey"),
        Valkey(folder / "other"),
    )
    calm = Desk(folder, postgres, other, "calm")
    calm.furnish(OUTLETS)
    wild = calm.copied(folder, postgres, valkey, "wild")
    yield calm, wild
    for desk in (calm, wild):
        desk.end()
    for server in (valkey, other):
        server.lose()
    postgres.let_go()
    shutil.rmtree(folder)


@dataclass(frozen=True)
class Step:
    """Something that happens once so many articles are extracted."""

    at: int
    kind: str
    file: File | None = None


def planned(chance: random.Random, given: list[File], kills: int) -> list[Step]:
    """Files come one after the other; a kill follows each at once, the others are anywhere."""
    rows = sum(file.rows for file in given)
    last = int(rows * 0.85)
    uploads = [
        Step(last * place // (len(given) + 1), "upload", file) for place, file in enumerate(given)
    ]
    at_once = [Step(step.at, "kill an import", step.file) for step in uploads[:kills]]
    anywhere = [Step(chance.randrange(last), "kill") for _ in range(kills - len(at_once))]
    services = [Step(chance.randrange(last), kind) for kind in ("empty Valkey", "crash PostgreSQL")]
    # In this order where they fall together: a file is killed once it is there.
    return sorted(uploads + at_once + anywhere + services, key=lambda step: step.at)


class Trouble:
    """Has what is planned happen to a desk, and counts what did."""

    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self.desk, self.chance = desk, chance
        self.begun = 0
        self.happened: list[str] = []

    def run(self, steps: list[Step]) -> None:
        self.desk.start_web()
        self.start_worker()
        for step in steps:
            self.wait_for(step)
            getattr(self, step.kind.replace(" ", "_"))(step)
            self.happened.append(f"{step.kind} at {self.desk.extracted}")

    def start_worker(self) -> None:
        self.begun = self.desk.extracted
        self.desk.start_worker()

    def wait_for(self, step: Step) -> None:
        """Until the time has come; nobody is killed who has done nothing since the last kill."""
        alive = 1 if step.kind == "kill" else 0
        least = max(step.at, self.begun + alive)
        wait_until(lambda: self.desk.extracted >= least, seconds=PATIENCE)
        time.sleep(self.chance.uniform(0, 0.3))

    def upload(self, step: Step) -> None:
        """The web server is killed while it takes the first file, and as it answers the second."""
        assert step.file is not None
        uploads = self.happened_before("upload")
        key = str(uuid.uuid4())
        if uploads < 2:
            with ThreadPoolExecutor(1) as sending:
                begun = sending.submit(self.sent, step.file, key, pause=0.02)
                time.sleep(self.chance.uniform(0, 0.2) if uploads == 0 else 0.2)
                assert self.desk.web is not None
                self.desk.web.kill()
                first = begun.result()
            self.happened.append(f"kill web, which had answered {first}")
            self.desk.start_web()
        assert self.sent(step.file, key) == 202

    def sent(self, file: File, key: str, *, pause: float = 0) -> int:
        """The status of the answer; 0 for none."""
        try:
            return self.desk.upload(file.name, file.content, key=key, pause=pause)[0]
        except OSError:
            return 0

    def happened_before(self, kind: str) -> int:
        return sum(line.startswith(f"{kind} at") for line in self.happened)

    def kill(self, step: Step) -> None:
        assert self.desk.worker is not None
        self.desk.worker.kill()
        self.start_worker()

    def kill_an_import(self, step: Step) -> None:
        """Once somebody has taken it."""
        assert step.file is not None
        taken = f"articles_import WHERE name = '{step.file.name}' AND state <> 'queued'"
        wait_until(lambda: self.desk.number(taken), seconds=PATIENCE)
        time.sleep(self.chance.uniform(0, 0.2))
        self.kill(step)

    def empty_Valkey(self, step: Step) -> None:  # noqa: N802
        self.desk.valkey.lose()
        time.sleep(self.chance.uniform(0, 2))
        self.desk.valkey.start()

    def crash_PostgreSQL(self, step: Step) -> None:  # noqa: N802
        self.desk.postgres.crash()
        time.sleep(self.chance.uniform(0, 2))
        self.desk.postgres.start()


def done(desk: Desk, given: list[File]) -> bool:
    imports = desk.number("articles_import")
    return imports == len(given) and not there(desk, UNDONE)


def undisturbed(desk: Desk, given: list[File]) -> None:
    desk.start_web()
    desk.start_worker()
    for file in given:
        assert desk.upload(file.name, file.content, key=file.name)[0] == 202
    wait_until(lambda: done(desk, given), seconds=AGES)
    desk.end()


def check_sums(desk: Desk, given: list[File]) -> None:
    """Every row of each file counts, once."""
    rows = {file.name: file.rows for file in given}
    sums = desk.asked("SELECT name, rows_read, created + known + failed FROM articles_import")
    assert {name: (read, counted) for name, read, counted in sums} == {
        name: (count, count) for name, count in rows.items()
    }
    [[created, known, failed]] = desk.asked(
        "SELECT sum(created), sum(known), sum(failed) FROM articles_import"
    )
    assert created == desk.number("articles_article")
    assert failed == desk.number("articles_importrow")
    assert known > 0
    assert failed > 0


@pytest.mark.long
@pytest.mark.parametrize(("articles", "kills"), [(100, 3), (5_000, 20)])
def test_an_import_that_is_killed_leaves_what_one_leaves_that_is_not(desks, articles, kills):
    calm, wild = desks
    given = files(articles, number=2 if articles < 1_000 else 5)
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)

    undisturbed(calm, given)
    trouble = Trouble(wild, chance)
    trouble.run(planned(chance, given, kills))
    left = calm.extracted - wild.extracted
    wait_until(lambda: done(wild, given), seconds=AGES)
    print(*trouble.happened, f"{left} left", sep="\n")
    print("attempts", wild.asked("SELECT attempts, count(*) FROM articles_article GROUP BY 1"))

    assert left > 0, "all of it happened while articles were left"
    for desk in (calm, wild):
        check_sums(desk, given)
        assert not there(desk, DOUBLED)
    found = differences(told(wild), told(calm))
    assert not found, "\n".join(f"{kind}: {what}" for kind, what in found.items())
