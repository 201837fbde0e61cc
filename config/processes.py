"""Child processes that start together, are started again when they fail, and end together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
MOST_RESTARTS = 5


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes]
    restarts: int = 0


@dataclass
class Processes:
    """The web server, the worker and beat of one demo; their output goes to `logs`."""

    logs: Path
    environment: Mapping[str, str]
    say: Callable[[str], object]
    children: list[Child] = field(default_factory=list)

    def start(self, name: str, *command: str) -> None:
        """Start `python -m command…` in a session of its own, so that Ctrl-C is ours alone."""
        line = [sys.executable, "-m", *command]
        self.children.append(Child(name, line, self.spawn(name, line)))

    def spawn(self, name: str, line: list[str]) -> subprocess.Popen[bytes]:
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                line,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def watch(self) -> None:
        """Start again what has ended. Raises RuntimeError for what keeps ending."""
        for child in self.children:
            code = child.process.poll()
            if code is None:
                continue
            log = self.logs / f"{child.name}.log"
            if child.restarts == MOST_RESTARTS:
                raise RuntimeError(f"{child.name} keeps ending (code {code}): see {log}")
            self.say(f"{child.name} ended (code {code}), starting it again; see {log}")
            child.restarts += 1
            child.process = self.spawn(child.name, child.command)

    def stop(self, *, patience: float = 8) -> None:
        """End all: asked first, after `patience` seconds killed with their own children."""
        for child in self.children:
            send(child.process, signal.SIGTERM, group=False)
        deadline = time.monotonic() + patience
        for child in self.children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{child.name} does not end, killing it")
            # A worker that ended may have left a child of its own behind.
            send(child.process, signal.SIGKILL, group=True)
            child.process.wait()
        self.children.clear()


def send(process: subprocess.Popen[bytes], number: signal.Signals, *, group: bool) -> None:
    try:
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
    except ProcessLookupError:
        return


def end_with_parent() -> None:
    """Runs in the child: SIGTERM when the parent dies, however it dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
