"""A mail server on this machine that keeps what it is sent."""

from __future__ import annotations

import email
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message


@dataclass(frozen=True)
class Mail:
    """One e-mail as it arrived."""

    to: tuple[str, ...]
    subject: str
    text: str


@dataclass
class Mailbox:
    """Everything that arrived, and the connection by which Airflow reaches it."""

    connection: str
    mails: list[Mail] = field(default_factory=list)


def connection(port: int) -> str:
    """A connection of Airflow to a mail server on this machine."""
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "daicho@example.invalid"}
    extra |= {"retry_limit": 0, "timeout": 5}
    return json.dumps({"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra})


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A server until the block ends."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        box = Mailbox(connection(server.server_address[1]))
        server.box = box  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()


class _Session(socketserver.StreamRequestHandler):
    """As much of SMTP as sending one e-mail takes."""

    def handle(self) -> None:
        self._say(b"220 here")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word, _, rest = line.partition(" ")
            match word.upper():
                case "RCPT":
                    to.append(rest.partition("<")[2].rstrip(">"))
                case "DATA":
                    self._say(b"354 go on")
                    self._keep(to)
                case "QUIT":
                    self._say(b"221 bye")
                    return
            self._say(b"250 good")

    def _keep(self, to: list[str]) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        mail = email.message_from_bytes(b"".join(lines))
        (part,) = (each for each in mail.walk() if each.get_content_type() == "text/html")
        subject = str(email.header.make_header(email.header.decode_header(mail["Subject"])))
        self.server.box.mails.append(Mail(tuple(to), subject, _text(part)))  # type: ignore[attr-defined]

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8")
