"""The wheel, installed in a fresh environment from the lock, does the main job."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def _run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def _uv(*arguments):
    return _run(sys.executable, "-m", "uv", *arguments, cwd=ROOT)


def test_the_demo_runs_from_the_wheel(tmp_path):
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path), cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    locked = tmp_path / "locked.txt"
    locked.write_text(_uv("export", "--frozen", "--no-dev", "--no-emit-project", "--quiet"), encoding="utf-8")
    fresh = tmp_path / "fresh"
    _uv("venv", "--quiet", "--python", sys.executable, str(fresh))
    scripts = fresh / ("Scripts" if os.name == "nt" else "bin")
    python = str(scripts / "python")
    _uv("pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", str(locked))
    _uv("pip", "install", "--quiet", "--python", python, "--no-deps", str(wheel))

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    said = _run(str(scripts / "imsrecon"), "demo", cwd=elsewhere)

    reports = elsewhere / "imsrecon-demo" / "reports" / "2026-06"
    written = {path.name for path in reports.iterdir()}
    assert {"report.ipynb", "report.html", "workbook.xlsx", "run.json"} <= written
    assert any(name.startswith("ims_save_") for name in written)
    assert all(str(reports / name) in said for name in written)


def test_the_installer_is_the_locked_one():
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked = next(package["version"] for package in lock["package"] if package["name"] == "uv")
    assert _uv("--version").split()[1] == locked
