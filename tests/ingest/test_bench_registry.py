"""The registry's benchmark: it measures the real service, and says when a limit is broken."""

from __future__ import annotations

import dataclasses
import json

import pytest
from click.testing import CliRunner

from ingest.bench_registry import Latency, RegistryBench
from ingest.cli import command


@pytest.mark.slow
def test_a_small_run_gives_all_figures() -> None:
    """Loading, each kind of call, and how many go in a second."""
    done = CliRunner().invoke(command, ["bench", "registry", "--citizens", "500", "--lookups", "20", "--json"])
    assert done.exit_code in {0, 1}, done.output  # A busy machine may be slow; the figures are there all the same.
    found = json.loads(done.stdout)
    assert (found["citizens"], found["seed"], len(found["latencies"])) == (500, 1, 6)
    assert found["calls_per_second"] > 0
    assert all(0 < one["p50_ms"] <= one["p95_ms"] <= one["p99_ms"] for one in found["latencies"])


def test_a_broken_limit_is_told() -> None:
    """Loading over a minute, or look-ups over ten milliseconds; verifying is shown and not held to it."""
    quick, slow = Latency("lookup", 1, 1, 9.9, 20), Latency("lookup", 1, 1, 10.1, 20)
    good = RegistryBench(1_000_000, 1, 59.0, 15.0, (quick, Latency("verify", 1, 1, 50, 60)), 100)
    assert good.is_good
    assert not dataclasses.replace(good, load_s=61.0).is_good
    assert dataclasses.replace(good, load_s=61.0, citizens=2_000_000).is_good
    assert not dataclasses.replace(good, latencies=(quick, slow)).is_good
