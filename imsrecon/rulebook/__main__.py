"""`python -m imsrecon.rulebook docs/rules.md` writes the page of all rules, from the root of a checkout."""

from __future__ import annotations

import sys
from pathlib import Path

from imsrecon.rulebook.page import rules_page


def main(arguments: list[str]) -> int:
    """Write the page to the path given; 2 if there is not one path."""
    if len(arguments) != 1:
        sys.stderr.write("Give the file to write: python -m imsrecon.rulebook docs/rules.md\n")
        return 2
    path = Path(arguments[0])
    path.write_text(rules_page(path.resolve().parents[1]), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
