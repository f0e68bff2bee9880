"""Lets the tests of this folder share ``shape``."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def faults() -> Callable[[Mapping[str, str]], Iterator[str]]:
    """The check of truth against the record's normal forms."""
    path = Path(__file__).with_name("shape.py")
    spec = importlib.util.spec_from_file_location("samples_shape", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    check: Callable[[Mapping[str, str]], Iterator[str]] = module.faults
    return check
