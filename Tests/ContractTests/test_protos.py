"""The protos keep the rules for protos, and the released contract."""

import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTOS = ROOT / "Protos"
BASELINE = PROTOS / "baseline.binpb"
BUF = pathlib.Path(sys.executable).parent / "buf"


def buf(folder: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess:
    """Runs buf in a folder of protos."""
    return subprocess.run(
        [BUF, *arguments], cwd=folder, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def copied(tmp_path):
    """A copy of the protos, to be changed."""
    shutil.copytree(PROTOS, tmp_path / "Protos", ignore=shutil.ignore_patterns("generate"))
    return tmp_path / "Protos"


def change(folder: pathlib.Path, old: str, new: str) -> None:
    """Changes one place of callback.proto."""
    file = folder / "callback" / "v1" / "callback.proto"
    text = file.read_text()
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1))


def test_the_rules_are_kept():
    done = buf(PROTOS, "lint")
    assert done.returncode == 0, done.stdout


def test_a_field_without_a_comment_is_noticed(copied):
    change(copied, "  // The callback.\n", "")
    done = buf(copied, "lint")
    assert done.returncode != 0 and "comment" in done.stdout


@pytest.mark.skipif(not BASELINE.exists(), reason="nothing is released yet")
def test_the_released_contract_is_kept():
    done = buf(PROTOS, "breaking", "--against", str(BASELINE))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "old, new",
    [
        ("  string caller_name = 3;", "  string caller_name = 97;"),
        ("  string caller_name = 3;", "  bytes caller_name = 3;"),
        ("  string caller_name = 3;", "  string name_of_caller = 3;"),
        ("rpc GetCallback(", "rpc FetchCallback("),
        ("REQUEST_DISPOSITION_MERGED = 2", "REQUEST_DISPOSITION_MERGED = 3"),
    ],
)
def test_a_change_that_breaks_callers_is_noticed(copied, old, new):
    assert buf(copied, "build", "-o", "released.binpb").returncode == 0
    change(copied, old, new)
    done = buf(copied, "breaking", "--against", "released.binpb")
    assert done.returncode != 0 and "callback.proto" in done.stdout


def test_a_new_field_breaks_nobody(copied):
    assert buf(copied, "build", "-o", "released.binpb").returncode == 0
    change(
        copied,
        "  string caller_name = 3;",
        "  string caller_name = 3;\n  // New.\n  string caller_title = 97;",
    )
    done = buf(copied, "breaking", "--against", "released.binpb")
    assert done.returncode == 0, done.stdout
