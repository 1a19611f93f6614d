"""Writes the sample client's files: `python -m imsrecon.synth sample_data`."""

from __future__ import annotations

import sys
from pathlib import Path

from imsrecon.synth.files import client_files, write_files
from imsrecon.synth.sample import SAMPLE_TODAY, sample_client


def main(arguments: list[str]) -> int:
    """Write into the one folder named; 2 if none is named."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m imsrecon.synth FOLDER\n")
        return 2
    for path in write_files(client_files(sample_client(), SAMPLE_TODAY), Path(arguments[0])):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
