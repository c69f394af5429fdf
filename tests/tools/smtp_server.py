#!/usr/bin/env python3
"""A real SMTP server (aiosmtpd) for tests: every message becomes a file DIR/NNNN.eml with its envelope in X-Envelope- headers.

usage: smtp_server.py DIR [--port N] [--user NAME --password WORD] [--tls CERT KEY] [--refuse ADDRESS]... [--later ADDRESS]...
                          [--hang ADDRESS]...
Prints `port N` when it listens, serves until SIGTERM. --refuse answers 550, --later 451, --hang takes the message whole and then
closes without an answer. Exits with 77 when aiosmtpd (Debian: python3-aiosmtpd) is missing.
"""
import argparse
import asyncio
import os
import signal
import socket
import ssl
import sys

# Tests may run under an interpreter of their own; the Debian package belongs to the system's.
SYSTEM_PYTHON = "/usr/bin/python3"
try:
    from aiosmtpd.smtp import SMTP, AuthResult
except ImportError:
    if os.path.exists(SYSTEM_PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(SYSTEM_PYTHON):
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON] + sys.argv)
    print("python3-aiosmtpd is not installed", file=sys.stderr)
    sys.exit(77)


class Store:
    def __init__(self, args):
        self.args, self.count = args, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.args.refuse:
            return "550 5.1.1 no such mailbox"
        if address in self.args.later:
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if any(address in self.args.hang for address in envelope.rcpt_tos):
            server.transport.close()
            return "451 closed"
        self.count += 1
        name = os.path.join(self.args.dir, f"{self.count:04d}.eml")
        with open(name + ".part", "wb") as f:
            f.write(f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n".encode())
            f.write(f"X-Envelope-Tls: {'yes' if session.ssl else 'no'}\r\n".encode())
            f.write(envelope.original_content)
        os.rename(name + ".part", name)
        return "250 OK"


def authenticator(args):
    def check(server, session, envelope, mechanism, data):
        right = data.login == args.user.encode() and data.password == args.password.encode()
        return AuthResult(success=right, handled=False)

    return check


def make_server(args, store, tls):
    auth = {"authenticator": authenticator(args), "auth_required": True, "auth_require_tls": bool(tls)} if args.user else {}
    return SMTP(store, hostname="smtp.example", tls_context=tls, require_starttls=bool(tls), enable_SMTPUTF8=False, **auth)


async def serve(args):
    tls = None
    if args.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*args.tls)
    store, loop, stopped = Store(args), asyncio.get_running_loop(), asyncio.Event()
    listening = socket.create_server(("127.0.0.1", args.port))
    server = await loop.create_server(lambda: make_server(args, store, tls), sock=listening)
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    print(f"port {listening.getsockname()[1]}", flush=True)
    await stopped.wait()
    server.close()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("dir")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--user")
    p.add_argument("--password", default="")
    p.add_argument("--tls", nargs=2)
    for name in ("refuse", "later", "hang"):
        p.add_argument("--" + name, action="append", default=[])
    args = p.parse_args()
    os.makedirs(args.dir, exist_ok=True)
    asyncio.run(serve(args))


if __name__ == "__main__":
    main()
