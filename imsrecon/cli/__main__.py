"""`python -m imsrecon.cli`: the command line where its script is not on the path."""

from __future__ import annotations

from imsrecon.cli.verbs import main

main()
