"""The benchmarks run, and their platforms answer alike."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_all_platforms_answer_alike(tmp_path: Path) -> None:
    data = tmp_path / "city"
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--data", str(data)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "all answer alike"
