"""The configurations that the documentation shows are ones that the daemon takes."""

import re
import subprocess

import pytest
from daemon import BINARIES, ROOT


def blocks():
    """Every YAML block that has to do with directories, as a whole configuration."""
    for name in ("README.md", "docs/DIRECTORIES.md"):
        text = (ROOT / name).read_text()
        for index, block in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.S)):
            if "…" in block:
                continue
            if block.startswith("    - kind"):
                block = "directory:\n  adapters:\n" + block
            if block.startswith("directory:"):
                yield pytest.param(block, id=f"{name}-{index}")


@pytest.mark.parametrize("block", blocks())
def test_a_shown_configuration_is_taken(block, tmp_path):
    file = tmp_path / "callbackd.yaml"
    file.write_text(block)
    ended = subprocess.run(
        [BINARIES / "callbackd", "--config", file, "--print-config"],
        capture_output=True, text=True, timeout=30,
    )
    assert ended.returncode == 0, ended.stderr


def test_there_is_one_for_each_kind_of_adapter():
    shown = "".join(param.values[0] for param in blocks())
    for kind in ("embedded", "postgres", "http", "hubspot", "socket"):
        assert f"kind: {kind}" in shown
