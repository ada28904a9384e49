"""A mail server on loopback: it notes what it is given, and answers as the test says."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

HOST = "127.0.0.1"


@dataclass
class SmtpServer:
    """`says`: what it answers to a command instead of being content; `tls`: the certificate that it offers or, `from_start`, begins
    with. `heard`: the commands, and with them whether they came encrypted; `mails`: the messages as they came."""

    tls: ssl.SSLContext | None = None
    from_start: bool = False
    port: int = 0
    says: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, bool]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        try:
            while line := (await reader.readline()).decode().strip():
                verb = line.split()[0].upper()
                self.heard.append((verb, writer.get_extra_info("ssl_object") is not None))
                answer = self.says.get(verb) or await self._answer(verb, line, reader, writer)
                writer.write(f"{answer}\r\n".encode())
                await writer.drain()
                if verb == "STARTTLS" and answer.startswith("220") and self.tls is not None:
                    await writer.start_tls(self.tls)
        except (ConnectionError, ssl.SSLError):
            pass  # the other side has gone
        finally:
            writer.close()

    async def _answer(self, verb: str, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        if verb == "EHLO":
            offers_tls = self.tls is not None and writer.get_extra_info("ssl_object") is None
            return "250-here\r\n" + ("250-STARTTLS\r\n" if offers_tls else "") + "250 AUTH PLAIN"
        if verb == "AUTH":
            self.logins.append(b64decode(line.split()[2]).decode())
            return "235 welcome"
        if verb == "DATA":
            writer.write(b"354 go on\r\n")
            self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
        return {"STARTTLS": "220 go on", "QUIT": "221 bye"}.get(verb, "250 well")


@asynccontextmanager
async def smtp_server(found: SmtpServer) -> AsyncIterator[SmtpServer]:
    """Lets it listen on a free port."""
    server = await asyncio.start_server(found.serve, HOST, 0, ssl=found.tls if found.from_start else None)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for HOST: as its server has it, and as a client that trusts it."""
    key, name = generate_private_key(SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM),
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=made.public_bytes(Encoding.PEM).decode())
