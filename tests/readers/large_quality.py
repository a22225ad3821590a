"""Valid files of the quality formats, with as many rows as asked for."""

from __future__ import annotations

import json
from collections.abc import Callable


def junit(rows: int) -> bytes:
    case = '<testcase classname="shop.Basket{}" name="test_{}" time="0.01"/>'
    cases = "".join(case.format(n % 100, n) for n in range(rows))
    suite = f'<testsuite name="all" tests="{rows}">{cases}</testsuite>'
    return f"<testsuites>{suite}</testsuites>".encode()


def pytest_json(rows: int) -> bytes:
    stage = {"duration": 0.01, "outcome": "passed"}
    tests = [
        {"nodeid": f"test_basket.py::test_{n}", "outcome": "passed", "call": stage}
        for n in range(rows)
    ]
    summary = {"passed": rows, "total": rows, "collected": rows}
    top = {"created": 1_791_189_000, "exitcode": 0, "summary": summary, "tests": tests}
    return json.dumps(top).encode()


def ctrf(rows: int) -> bytes:
    tests = [{"name": f"test {n}", "status": "passed", "duration": 10} for n in range(rows)]
    summary = {"tests": rows, "passed": rows, "failed": 0, "skipped": 0, "pending": 0, "other": 0}
    results = {"tool": {"name": "playwright"}, "summary": summary, "tests": tests}
    return json.dumps({"reportFormat": "CTRF", "results": results}).encode()


def cobertura(rows: int) -> bytes:
    lines = "".join(f'<line number="{n}" hits="{n % 3}"/>' for n in range(1, rows + 1))
    classes = f'<class name="Basket" filename="basket.py"><lines>{lines}</lines></class>'
    package = f'<package name="shop"><classes>{classes}</classes></package>'
    return f'<coverage line-rate="0.66"><packages>{package}</packages></coverage>'.encode()


def jacoco(rows: int) -> bytes:
    counter = '<counter type="LINE" missed="1" covered="3"/>'
    files = "".join(f'<sourcefile name="F{n}.java">{counter}</sourcefile>' for n in range(rows))
    whole = f'<counter type="LINE" missed="{rows}" covered="{rows * 3}"/>'
    return f'<report name="shop"><package name="shop">{files}</package>{whole}</report>'.encode()


def lcov(rows: int) -> bytes:
    lines = "\n".join(f"DA:{n},{n % 3}" for n in range(1, rows + 1))
    return f"TN:\nSF:src/basket.c\n{lines}\nend_of_record\n".encode()


def coverage_json(rows: int) -> bytes:
    summary = {"covered_lines": 3, "num_statements": 4}
    files = {f"basket_{n}.py": {"summary": summary} for n in range(rows)}
    totals = {"covered_lines": rows * 3, "num_statements": rows * 4}
    return json.dumps({"meta": {"version": "7.6.0"}, "files": files, "totals": totals}).encode()


def pact(rows: int) -> bytes:
    results = [{"description": f"asks for /stock/{n}", "result": "OK"} for n in range(rows)]
    top = {"result": True, "errors": [], "pendingErrors": [], "interactionResults": results}
    return json.dumps(top).encode()


def defects(rows: int) -> bytes:
    lines = "".join(f"SHOP-{n},low,closed,web\n" for n in range(rows))
    return f"ticket,severity,status,owner\n{lines}".encode()


LARGE: dict[str, Callable[[int], bytes]] = {
    "junit": junit,
    "pytest-json": pytest_json,
    "ctrf": ctrf,
    "cobertura": cobertura,
    "jacoco": jacoco,
    "lcov": lcov,
    "coverage-json": coverage_json,
    "pact": pact,
    "defects": defects,
}
