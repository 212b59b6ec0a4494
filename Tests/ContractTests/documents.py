"""The code in the documents: blocks of Markdown, and the commands in them."""

import dataclasses
import re
import shlex

from daemon import ROOT

# The socket that documents speak of.
SOCKET = "/run/callbackd/callbackd.sock"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def fenced(document, language: str) -> list[str]:
    """The blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(), re.M | re.S)


def commands(program: str) -> list[list[str]]:
    """Every command line of a program in the documents, over its continued lines."""
    found = []
    for document in DOCUMENTS:
        whole = document.read_text().replace("\\\n", " ")
        for line in re.findall(rf"^(?:    |\$ )({program} .*)$", whole, re.M):
            found.append(shlex.split(line, comments=True))
    return found


@dataclasses.dataclass(frozen=True)
class Grpcurl:
    """What a command line of grpcurl asks for, by the options that the documents use."""

    data: str
    protos: tuple[str, ...]
    import_path: str
    address: str
    target: str

    @property
    def service(self) -> str:
        """The full name of the service."""
        return self.target.rpartition("/")[0]

    @property
    def method(self) -> str:
        """The method's name."""
        return self.target.rpartition("/")[2]

    @staticmethod
    def read(words: list[str]) -> "Grpcurl":
        """Reads a command line; one that grpcurl would not take is refused."""
        flags, values, rest = set(), {"-proto": []}, []
        words = words[1:]
        while words:
            word = words.pop(0)
            if word in ("-plaintext", "-unix"):
                flags.add(word)
            elif word in ("-d", "-import-path"):
                values[word] = words.pop(0)
            elif word == "-proto":
                values[word].append(words.pop(0))
            elif word.startswith("-"):
                raise ValueError(f"an option that no test knows: {word}")
            else:
                rest.append(word)
        address, target = rest
        if flags != {"-plaintext", "-unix"}:
            raise ValueError("the daemon listens without TLS on a Unix socket")
        return Grpcurl(
            values.get("-d", "{}"), tuple(values["-proto"]), values.get("-import-path", "."),
            address, target,
        )
