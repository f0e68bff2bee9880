"""Looking at processes while they work: what they use of the processor and of memory."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import psutil


def with_children(pids: Iterable[int]) -> list[psutil.Process]:
    """The processes and everything they started."""
    found: dict[int, psutil.Process] = {}
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            for each in (process, *process.children(recursive=True)):
                found[each.pid] = each
    return list(found.values())


def cpu_s(pids: Iterable[int]) -> float:
    """Processor seconds of the processes so far, those of their children included, ended ones too."""
    total = 0.0
    for process in with_children(pids):
        with suppress(psutil.NoSuchProcess):
            used = process.cpu_times()
            total += used.user + used.system + used.children_user + used.children_system
    return total


def memory_bytes(pids: Iterable[int]) -> int:
    """What the processes and their children hold in memory; pages that two of them share are counted twice.

    Telling shared pages apart would hold up the very processes that are looked at.
    """
    total = 0
    for process in with_children(pids):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total
