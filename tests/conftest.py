"""Settings that all tests share."""

import signal

from hypothesis import settings

settings.register_profile("gamemeta", deadline=None)  # the first example may compile a kernel
settings.load_profile("gamemeta")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts jobs in the background, and
    signal.signal(signal.SIGINT, signal.default_int_handler)  # processes that tests interrupt inherit it
