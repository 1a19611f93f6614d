"""The worked examples of the documentation are true."""

from __future__ import annotations

import doctest
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples.md"


def test_the_worked_examples_run():
    failed, tried = doctest.testfile(str(EXAMPLES), module_relative=False, encoding="utf-8")
    assert tried > 40
    assert failed == 0
