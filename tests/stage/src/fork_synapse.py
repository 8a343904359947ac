"""Starts Synapses, each in a fork of its own: to load the code takes longer
than all the rest of a start, and is done once. Synapse comes with what that needs.

Reads orders from standard input, a line of JSON each, and answers each with the
number of its process. Once nobody writes orders any more, all of them end.
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
    # Nobody waits for those that have ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    started = []
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            run(json.loads(line))
            return
        # A group of its own, so that what it starts ends with it.
        os.setpgid(process, process)
        started.append(process)
        print(process, flush=True)
    for process in started:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass


main()
