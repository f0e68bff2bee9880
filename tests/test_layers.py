"""The rules of who may import whom that import-linter cannot hold."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKER_MAY_IMPORT = {"__future__", "os", "socket", "sys", "pathlib", "rq", "redis", "ingest"}


def test_the_worker_joins_nothing_but_ingest_and_rq() -> None:
    """worker.py stands above ingest and reaches below it through ingest only."""
    tree = ast.parse((ROOT / "worker.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= WORKER_MAY_IMPORT


def test_no_module_is_longer_than_500_lines() -> None:
    """Modules stay small enough to be read whole."""
    packages = ("archive", "certificate", "ingest", "ocr", "registry", "samples", "store", "web")
    modules = [ROOT / "worker.py", *(path for name in packages for path in (ROOT / name).rglob("*.py"))]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


def test_no_function_is_longer_than_80_lines() -> None:
    """Functions stay small enough to be seen at once."""
    long = {}
    for name in ("archive", "certificate", "ingest", "ocr", "registry", "samples", "store", "web"):
        for path in (ROOT / name).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    lines = (node.end_lineno or node.lineno) - node.lineno + 1
                    if lines > 80:
                        long[f"{path.relative_to(ROOT)}:{node.name}"] = lines
    assert long == {}
