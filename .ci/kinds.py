"""The three servers: what each needs to be made, run and asked."""
# ruff: noqa: S603, D102 (fixed commands; the base class describes the methods)

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from native import Server


class Postgres(Server):
    """PostgreSQL with every safety of its defaults: fsync and full page writes stay on."""

    label = "Postgres"
    program = "postgres"
    package = "postgresql"
    user = "postgres"
    first_port = 54329
    stop_signal = signal.SIGINT  # "fast": do not wait for clients

    def installed(self) -> bool:
        return bool(_postgres("postgres") and _postgres("initdb") and _postgres("psql"))

    def still_fits(self) -> bool:
        done = subprocess.run([_postgres("postgres"), "--version"], capture_output=True, text=True)
        major = (self.data / "PG_VERSION").read_text().strip()
        return f" {major}." in done.stdout

    def initialise(self) -> None:
        with tempfile.NamedTemporaryFile("w") as secret:  # mode 0600
            secret.write(self.password)
            secret.flush()
            if os.geteuid() == 0:
                os.chown(secret.name, self._account().pw_uid, -1)
            self.run(
                [_postgres("initdb"), f"--pgdata={self.data}", "--username=postgres",
                 f"--pwfile={secret.name}", "--auth=scram-sha-256", "--encoding=UTF8",
                 "--locale=C.UTF-8"]
            )  # fmt: skip

    def clear(self) -> None:
        # PostgreSQL believes the number in it when another process, or a zombie, has that number
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "",
            "shared_buffers": "32MB", "max_connections": 100, "timezone": "UTC",
        }  # fmt: skip
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        return [_postgres("postgres"), "-D", str(self.data), *flags]

    def question(self) -> tuple[list[str], dict[str, str], str]:
        command = [
            _postgres("psql"), "-XAtq", "-h", "127.0.0.1", "-p", str(self.port),
            "-U", "postgres", "-d", "postgres", "-c", "select 1",
        ]  # fmt: skip
        env = {"PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "3", "PGSSLMODE": "disable"}
        return command, env, "1"

    def address(self) -> str:
        where = f"postgres:{self.password}@127.0.0.1:{self.port}/postgres"
        return f"DAICHO_TEST_POSTGRES=postgresql+psycopg://{where}"


class MariaDB(Server):
    """MariaDB with utf8mb4 and InnoDB, flushed at every commit."""

    label = "MariaDB"
    program = "mariadbd"
    package = "mariadb-server"
    user = "mysql"
    first_port = 33069

    def installed(self) -> bool:
        return all(map(_program, ("mariadbd", "mariadb", "mariadb-install-db")))

    def initialise(self) -> None:
        self.run(
            [_program("mariadb-install-db"), "--no-defaults", f"--datadir={self.data}",
             "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
        )  # fmt: skip
        accounts = [
            "FLUSH PRIVILEGES;",
            "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';",
            "FLUSH PRIVILEGES;",
            f"CREATE USER root@'127.0.0.1' IDENTIFIED BY '{self.password}';",
            "GRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;",
        ]
        bootstrap = [_program("mariadbd"), "--no-defaults", "--bootstrap", f"--datadir={self.data}"]
        self.run(bootstrap, stdin="\n".join(accounts))

    def command(self) -> list[str]:
        return [
            _program("mariadbd"), "--no-defaults", f"--datadir={self.data}", f"--port={self.port}",
            "--bind-address=127.0.0.1", "--skip-name-resolve",
            "--socket=mariadb.sock",  # relative: an absolute one may be too long
            "--pid-file=mariadb.pid", "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci", "--default-storage-engine=InnoDB",
            "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=1",
            "--default-time-zone=+00:00", "--skip-log-bin", "--local-infile=OFF",
        ]  # fmt: skip

    def question(self) -> tuple[list[str], dict[str, str], str]:
        command = [
            _program("mariadb"), "--no-defaults", "--skip-ssl", "--protocol=TCP",
            "--host=127.0.0.1", f"--port={self.port}", "--user=root", "--connect-timeout=3",
            "--skip-column-names", "--batch", "--execute=select 1",
        ]  # fmt: skip
        return command, {"MYSQL_PWD": self.password}, "1"

    def address(self) -> str:
        where = f"root:{self.password}@127.0.0.1:{self.port}/?charset=utf8mb4"
        return f"DAICHO_TEST_MARIADB=mysql+pymysql://{where}"


class Redis(Server):
    """Redis in memory only."""

    label = "Redis"
    program = "redis-"
    package = "redis-server"
    user = "redis"
    first_port = 63799

    def installed(self) -> bool:
        return all(map(_program, ("redis-server", "redis-cli")))

    def initialise(self) -> None:
        lines = ["bind 127.0.0.1", f"requirepass {self.password}", 'save ""', "appendonly no"]
        self.run(["tee", "redis.conf"], stdin="\n".join([*lines, ""]))
        (self.data / "redis.conf").chmod(0o600)

    def command(self) -> list[str]:
        conf = str(self.data / "redis.conf")  # the password stays out of the process list
        return [_program("redis-server"), conf, "--port", str(self.port), "--dir", str(self.data)]

    def question(self) -> tuple[list[str], dict[str, str], str]:
        command = [_program("redis-cli"), "-h", "127.0.0.1", "-p", str(self.port), "ping"]
        return command, {"REDISCLI_AUTH": self.password}, "PONG"

    def address(self) -> str:
        return f"DAICHO_TEST_REDIS=redis://:{self.password}@127.0.0.1:{self.port}/0"


def _program(name: str) -> str:
    """The path of a program, also in the folders that are not on every user's PATH; "" if none."""
    path = f"{os.environ.get('PATH', '')}:/usr/local/bin:/usr/bin:/usr/sbin:/sbin"
    return shutil.which(name, path=path) or ""


def _postgres(name: str) -> str:
    """The path of a PostgreSQL program, the newest version that has a server; "" if none."""
    folders = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    for folder in sorted(folders, key=lambda f: int(f.parent.name), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    return _program(name)
