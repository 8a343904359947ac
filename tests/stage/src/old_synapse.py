"""Starts an old Synapse in a process group of its own, prints its process id, and
kills it when the standard input is closed. Old releases have no reactor that
several of them could be forked from."""

import subprocess
import sys

settings, output = sys.argv[1:]
command = [sys.executable, "-m", "synapse.app.homeserver", "--config-path", settings]
with open(output, "w") as log:
    synapse = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )
print(synapse.pid, flush=True)
sys.stdin.read()
synapse.kill()
