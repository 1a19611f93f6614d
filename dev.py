"""Sets up and runs imsrecon on a machine that has Python 3.11+ and pip, and nothing else.

    python dev.py demo [DIR]                          the sample client's whole month
    python dev.py test [--install-browser] [ARGS…]    all checks; ARGS go to pytest
    python dev.py run ARGS…                           any imsrecon command in the environment

The versions come from uv.lock alone. The environment is `.venv`, the installer `.dev`; both may be deleted.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
INSTALLER = ROOT / ".dev" / "uv"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
STRIPPED = ("notebooks", "templates")


def locked_version(package: str) -> str:
    """The version of `package` that uv.lock pins."""
    import tomllib  # here, so that an older Python reaches the message in main

    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    return next(entry["version"] for entry in lock["package"] if entry["name"] == package)


def run(*command: str, cwd: Path = ROOT, **environment: str) -> None:
    """Run one command, its output on the screen; stop with its exit code if it fails."""
    print("\n$", " ".join(command), flush=True)
    code = subprocess.run(command, cwd=cwd, env=os.environ | environment, check=False).returncode
    if code:
        sys.exit(code)


def uv(*arguments: str) -> None:
    """Run the locked uv, installing it beside the project first if need be."""
    wanted = f"uv-{locked_version('uv')}.dist-info"
    if not (INSTALLER / wanted).is_dir():
        shutil.rmtree(INSTALLER, ignore_errors=True)
        pin = f"uv=={locked_version('uv')}"
        run(sys.executable, "-m", "pip", "install", "--quiet", "--target", str(INSTALLER), pin)
    run(
        sys.executable, "-m", "uv", *arguments,
        PYTHONPATH=str(INSTALLER),
        UV_PROJECT_ENVIRONMENT=str(ROOT / ".venv"),
        UV_PYTHON_DOWNLOADS="never",
    )  # fmt: skip


def installed(command: str) -> str:
    """The path of a command of the project's environment."""
    return str(ROOT / ".venv" / ("Scripts" if os.name == "nt" else "bin") / command)


def set_up(*, tests: bool) -> None:
    """Make the environment what the lock says; to run the kit, only if it was not made from this lock before."""
    lock = hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()
    made = ROOT / ".venv" / "made-from-lock"
    if not tests and made.is_file() and made.read_text(encoding="utf-8") == lock:
        return
    uv("sync", "--locked", "--python", sys.executable, *([] if tests else ["--no-dev", "--inexact"]))
    made.write_text(lock, encoding="utf-8")


def install_browser() -> None:
    """Install the system's Chromium where there is none; only Debian's way is known here."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if not shutil.which("apt-get"):
        sys.exit("No Chromium was found, and only Debian's apt-get is known here. Install Chromium, then try again.")
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-core")


def test(arguments: list[str]) -> None:
    """Lint, import order, stripped notebooks, pytest: the whole suite."""
    if "--install-browser" in arguments or os.environ.get("CI"):
        install_browser()
    set_up(tests=True)
    run(installed("ruff"), "check", ".")
    run(installed("ruff"), "format", "--check", ".")
    run(installed("lint-imports"))
    notebooks = sorted(str(path) for folder in STRIPPED for path in (ROOT / folder).rglob("*.ipynb"))
    run(installed("nbstripout"), "--verify", *notebooks)
    spread = ["-n", "auto", "--dist", "loadfile"]
    run(installed("python"), "-m", "pytest", *spread, *(word for word in arguments if word != "--install-browser"))


def main(arguments: list[str]) -> None:
    """Do what the first word says."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this script runs before anything checks requires-python
        sys.exit(f"imsrecon needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb == "test":
        test(rest)
    elif verb in ("demo", "run"):
        set_up(tests=False)
        run(installed("imsrecon"), *(["demo", *rest] if verb == "demo" else rest), cwd=Path.cwd())
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
