"""What holds for all tests."""

import contextlib
import signal

# Started in the background by a shell, a process is deaf to Ctrl-C, and so are its children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    with contextlib.suppress(ValueError):  # not the main thread: nothing to be done
        signal.signal(signal.SIGINT, signal.default_int_handler)
