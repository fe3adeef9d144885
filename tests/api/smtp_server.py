"""A mail server for the tests: keeps each message as a JSON file, as its recipient would read it.

usage: smtp_server.py FOLDER [PASSWORD CERTIFICATE KEY]

Writes its port into FOLDER/port. While FOLDER/refuse exists it refuses messages for now; while
FOLDER/hold exists it has a message, but does not say so. With a password it takes nothing from who
has not shown it, over TLS.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder = sys.argv[1]
password, certificate, key = sys.argv[2:5] if len(sys.argv) > 2 else ("", "", "")
received = 0


def is_told(word):
    return os.path.exists(os.path.join(folder, word))


def keep(name, text):
    path = os.path.join(folder, name)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".new", path)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        global received
        if is_told("refuse"):
            return "451 not now, " + envelope.rcpt_tos[0]
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        received += 1
        keep(f"{received:04}.json", json.dumps({
            "envelope_from": envelope.mail_from,
            "envelope_to": envelope.rcpt_tos,
            "headers": [[name.lower(), str(value)] for name, value in message.items()],
            "text": message.get_content().replace("\r\n", "\n"),
            "raw": envelope.original_content.decode("utf-8"),
            "faults": [str(defect) for defect in message.defects],
            "is_encrypted": session.ssl is not None,
        }))
        while is_told("hold"):
            await asyncio.sleep(0.01)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, login):
    return AuthResult(success=login.password == password.encode(), handled=False)


def make_session():
    if not password:
        return SMTP(Handler(), enable_SMTPUTF8=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return SMTP(Handler(), tls_context=context, require_starttls=True, auth_required=True,
                authenticator=authenticate)


async def main():
    server = await asyncio.get_running_loop().create_server(make_session, "127.0.0.1", 0)
    keep("port", str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


asyncio.run(main())
