# Takes mails by SMTP on loopback and prints each as a line of JSON.
import email
import email.policy
import json
import sys
import threading
import time

from aiosmtpd.controller import Controller


class Sink:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = mail.get_body(("plain", "html"))
        print(json.dumps({
            "to": envelope.rcpt_tos,
            "subject": str(mail["subject"]),
            "text": body.get_content() if body else "",
            "at": time.time() * 1000,
        }), flush=True)
        return "250 OK"


Controller(Sink(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
print("ready", flush=True)
threading.Event().wait()
