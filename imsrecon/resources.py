"""Where notebooks, templates and sample data are: in a wheel, an editable install and a checkout alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The folder `name` (`notebooks`, `templates`, `sample_data`) that came with the package.

    Raises `FileNotFoundError` if neither the wheel nor the checkout has it.
    """
    for folder in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The folder '{name}' did not come with this installation. Install imsrecon again.")
