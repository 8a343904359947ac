"""Starts Synapses, each in a fork. Loading the code takes longer than the rest of
a start, and happens once. Synapse has the reactor that this needs.

Reads orders from standard input, one line of JSON each, and prints the process
id of each Synapse. At the end of the input, it kills all of them.
"""

import json
import os
import signal
import sys

from twisted.internet.main import installReactor

from synapse.app.complement_fork_proxied_reactor import ProxiedReactor

reactor = ProxiedReactor()
installReactor(reactor)

from synapse.app import homeserver  # noqa: E402


def run(order):
    os.chdir(order["folder"])
    nothing = os.open(os.devnull, os.O_RDWR)
    log = os.open("output.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for file, number in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(file, number)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(order["environment"])
    sys.argv = ["synapse.app.homeserver", "--config-path", order["settings"]]
    from twisted.internet.epollreactor import EPollReactor

    reactor._install_real_reactor(EPollReactor())
    homeserver.main()


def main():
    # Ended children need no wait().
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    started = []
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            run(json.loads(line))
            return
        # A separate process group, so that its children end with it.
        os.setpgid(process, process)
        started.append(process)
        print(process, flush=True)
    for process in started:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass


main()
