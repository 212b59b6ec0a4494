"""The pages that the daemon serves over HTTP beside its calls."""

import re
import subprocess


def page(daemon, path: str) -> tuple[str, str]:
    """The status and the content of a page on the socket."""
    done = subprocess.run(
        ["curl", "-s", "-w", "\n%{http_code}", "--http2-prior-knowledge", "--unix-socket",
         daemon.socket, f"http://localhost{path}"],
        capture_output=True, text=True, check=True,
    )
    content, _, status = done.stdout.rpartition("\n")
    return status, content


def samples(text: str) -> dict[str, float]:
    """Metrics by name and labels; every line has to be in the text format."""
    found = {}
    line_form = re.compile(r'([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\})?) (\S+)')
    for line in text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP \w+ .+|TYPE \w+ (counter|gauge|histogram))", line), line
            continue
        match = line_form.fullmatch(line)
        assert match, line
        assert match[1] not in found, f"{match[1]} twice"
        found[match[1]] = float(match[2])
    return found
