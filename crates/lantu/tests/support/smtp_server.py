"""A mail server for the tests: takes mail on 127.0.0.1 and prints each message.

The first line it prints is its port; each further line is JSON, one for a message.
`busy@…` is told to come later, `nobody@…` is not known. It ends when its standard
input does. Needs Debian's python3-aiosmtpd.

    smtp_server.py [--starttls | --tls] [--cert FILE --key FILE] [--login NAME:PASSWORD]
"""

import argparse
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("busy@"):
            return "451 4.3.2 come later"
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "data": envelope.content.decode("ascii"),
            "tls": session.ssl is not None or arguments.tls,
            "login": session.authenticated,
        }
        print(json.dumps(message), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    given = f"{data.login.decode()}:{data.password.decode()}"
    return AuthResult(success=given == arguments.login, handled=given == arguments.login)


parser = argparse.ArgumentParser()
for flag in ("--starttls", "--tls"):
    parser.add_argument(flag, action="store_true")
for value in ("--cert", "--key", "--login"):
    parser.add_argument(value)
arguments = parser.parse_args()


def connection():
    return SMTP(
        Handler(),
        hostname="localhost",
        tls_context=context if arguments.starttls else None,
        require_starttls=arguments.starttls,
        authenticator=authenticate if arguments.login else None,
        auth_required=bool(arguments.login),
        # Over TLS from the first byte the library does not know that it is protected.
        auth_require_tls=not arguments.tls,
    )


async def serve():
    server = await asyncio.get_running_loop().create_server(
        connection, "127.0.0.1", 0, ssl=context if arguments.tls else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


context = None
if arguments.cert:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(arguments.cert, arguments.key)
asyncio.run(serve())
