"""The Debian package: what it installs, and that its parts fit together."""

import configparser
import os
import pathlib
import subprocess

import pytest
from daemon import BINARIES, ROOT

SCRIPTS = ("postinst", "prerm", "postrm")


def output(*command, **options) -> str:
    """What a command prints that has to succeed."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> pathlib.Path:
    """The package, of the programs that the tests run."""
    out = tmp_path_factory.mktemp("packages")
    quick = os.environ | {"DPKG_DEB_COMPRESSOR_TYPE": "none"}
    # By somebody who keeps what they make to themselves.
    made = output(
        ROOT / "packaging" / "debian" / "build.sh", BINARIES, out, env=quick, umask=0o077
    )
    return pathlib.Path(made.strip())


@pytest.fixture(scope="module")
def root(package, tmp_path_factory) -> pathlib.Path:
    """What the package holds, and in DEBIAN what controls it."""
    folder = tmp_path_factory.mktemp("root")
    output("dpkg-deb", "--raw-extract", package, folder)
    return folder


def unit(root, name):
    """A unit, whose keys are written as systemd reads them."""
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str
    read.read(root / "lib" / "systemd" / "system" / name)
    return read


def test_the_package_is_named_by_version_and_needs_the_libraries(package):
    version = output(BINARIES / "callbackd", "--version").strip()
    architecture = output("dpkg", "--print-architecture").strip()
    assert package.name == f"callbackd_{version}_{architecture}.deb"
    needs = output("dpkg-deb", "--field", package, "Depends")
    for library in ("libc6", "libprotobuf-c1", "libnghttp2-14", "libsqlite3-0", "libpq5"):
        assert library in needs


def test_everything_in_it_is_roots_and_others_may_read_but_not_write_it(package):
    for line in output("dpkg-deb", "--contents", package).splitlines():
        mode, owner, *_ = line.split()
        assert owner == "root/root", line
        assert mode[5] == "-" and mode[7:9] == "r-", line


def test_the_unit_starts_what_the_package_installs(root):
    service, socket = unit(root, "callbackd.service"), unit(root, "callbackd.socket")
    program, *arguments = service["Service"]["ExecStart"].split()
    assert os.access(root / program[1:], os.X_OK)
    reloader, *_ = service["Service"]["ExecReload"].split()
    assert os.access(root / reloader[1:], os.X_OK)
    config = arguments[arguments.index("--config") + 1]
    assert (root / config[1:]).is_file()
    assert config in (root / "DEBIAN" / "conffiles").read_text().split()
    users = (root / "usr" / "lib" / "sysusers.d" / "callbackd.conf").read_text()
    assert f"u {service['Service']['User']} " in users
    assert f"g {socket['Socket']['SocketGroup']} " in users


def test_the_configuration_says_what_holds_without_it(root):
    path = root / "etc" / "callbackd" / "callbackd.yaml"
    assert all(line.startswith("#") for line in path.read_text().splitlines())
    printed = [BINARIES / "callbackd", "--data", "/var/lib/callbackd", "--print-config"]
    assert output(*printed, "--config", path) == output(*printed)


@pytest.mark.skipif(os.geteuid() != 0, reason="makes users, in a folder of its own")
def test_the_users_can_be_made(root):
    output("systemd-sysusers", f"--root={root}", "callbackd.conf")
    assert "callbackd:" in (root / "etc" / "passwd").read_text()
    assert "callback:" in (root / "etc" / "group").read_text()


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_scripts_are_shell(root, name):
    path = root / "DEBIAN" / name
    assert os.access(path, os.X_OK)
    output("sh", "-n", path)


@pytest.mark.parametrize(
    "shell, path",
    [
        ("bash", "usr/share/bash-completion/completions/callbackctl"),
        ("zsh", "usr/share/zsh/vendor-completions/_callbackctl"),
        ("fish", "usr/share/fish/vendor_completions.d/callbackctl.fish"),
    ],
)
def test_the_shells_complete(root, shell, path):
    made = output(BINARIES / "callbackctl", "--generate-completion-script", shell)
    assert (root / path).read_text() == made and "request" in made


def test_the_contract_and_the_documents_come_with_it(root):
    share = root / "usr" / "share"
    for proto in ROOT.glob("Protos/**/*.proto"):
        assert (share / "callbackd" / proto.relative_to(ROOT)).read_bytes() == proto.read_bytes()
    for document in [ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("docs/examples/*")]:
        there = share / "doc" / "callbackd" / document.relative_to(ROOT)
        assert there.read_bytes() == document.read_bytes()


def test_programs_that_are_not_built_are_named(tmp_path):
    done = subprocess.run(
        [ROOT / "packaging" / "install.sh", tmp_path, tmp_path / "root"],
        capture_output=True, text=True,
    )
    assert done.returncode == 1 and "no callbackd" in done.stderr and "make release" in done.stderr
    assert not (tmp_path / "root").exists()


def test_what_an_operator_has_changed_stays(tmp_path):
    path = tmp_path / "etc" / "callbackd" / "callbackd.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("log_level: info\n")
    output(ROOT / "packaging" / "install.sh", BINARIES, tmp_path)
    assert path.read_text() == "log_level: info\n"
    assert (tmp_path / "usr" / "bin" / "callbackctl").exists()
