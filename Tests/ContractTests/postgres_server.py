"""A PostgreSQL of the tests' own: Debian's server, on a Unix socket in a folder of its own."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

PASSWORD = "owner's secret"


class Postgres:
    """Starts, stops and asks a server; as root it runs as a user who is not."""

    def __init__(self, *settings: str):
        self.settings = settings or ("fsync=off",)
        binaries = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        assert binaries, "postgresql is missing: apt-get install postgresql"
        self.binaries = binaries[-1]
        # Not below pytest's folder, which other users may not enter.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pg"))
        self.data = self.folder / "data"
        self.user = None
        if os.getuid() == 0:
            self.user = "postgres" if _exists("postgres") else "nobody"
            shutil.chown(self.folder, self.user)
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run(
            "initdb", "--no-sync", "--no-instructions", "--auth=scram-sha-256",
            "--username=owner", f"--pwfile={password}", "--encoding=UTF8", "--locale=C",
            "-D", str(self.data),
        )
        password.unlink()
        self.process = None

    def start(self):
        """Starts the server and returns once it answers."""
        self._run(
            "pg_ctl", "start", "--wait", "--silent", "-D", str(self.data),
            "-l", str(self.folder / "log"),
            "-o", " ".join(
                f"-c {setting}"
                for setting in (
                    f"unix_socket_directories={self.folder}", "listen_addresses=",
                    "max_connections=30", *self.settings,
                )
            ),
        )
        return self

    def certify(self, certificate):
        """Gives it a certificate of trustme's, with its key; in force from the start or a reload."""
        for name, content in [
            ("server.crt", certificate.cert_chain_pems[0].bytes()),
            ("server.key", certificate.private_key_pem.bytes()),
        ]:
            file = self.data / name
            file.write_bytes(content)
            file.chmod(0o600)
            if self.user:
                shutil.chown(file, self.user)

    def reload(self):
        """Lets it read its settings and its certificate again."""
        self._run("pg_ctl", "reload", "--silent", "-D", str(self.data))

    def stop(self, mode="fast"):
        """Stops the server."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "-m", mode, "-D", str(self.data))

    def signal(self, number):
        """Sends a signal to all of the server's processes."""
        ended = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", self._postmaster()], capture_output=True, text=True
        )
        for process in ended.stdout.split() + [self._postmaster()]:
            os.kill(int(process), number)

    def freeze(self):
        """Lets the server hang: it neither answers nor refuses."""
        self.signal(signal.SIGSTOP)

    def thaw(self):
        """Lets it go on."""
        self.signal(signal.SIGCONT)

    def query(self, sql, database="postgres"):
        """Runs SQL as the owner; gives the rows as lists of texts."""
        ended = subprocess.run(
            ["psql", "-h", self.folder, "-U", "owner", "-d", database, "-XAtq", "-F", "\t",
             "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=sql, capture_output=True, text=True, timeout=60,
            env={**os.environ, "PGPASSWORD": PASSWORD},
        )
        assert ended.returncode == 0, ended.stderr
        return [line.split("\t") for line in ended.stdout.splitlines()]

    def remove(self):
        """Stops the server and removes what it wrote."""
        if (self.data / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder)

    def _postmaster(self):
        return (self.data / "postmaster.pid").read_text().splitlines()[0]

    def _run(self, program, *arguments):
        ended = subprocess.run(
            [self.binaries / program, *arguments], cwd="/", user=self.user,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, timeout=60,
        )
        assert ended.returncode == 0, ended.stderr


def _exists(user):
    try:
        pwd.getpwnam(user)
        return True
    except KeyError:
        return False
