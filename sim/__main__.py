"""`python -m sim` is the command `exposim`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Entry point of the command; Ctrl-C is heard while its libraries are being loaded."""
    try:
        _sound_streams()
        _one_thread_of_blas()
        _no_plugins()
        from sim.cli import main as command

        command()
    except KeyboardInterrupt as stop:
        sys.exit(getattr(stop, "status", 130))


def _one_thread_of_blas() -> None:
    """NumPy multiplies matrices in one thread, unless the user's environment says otherwise.

    Ours are small: a second thread costs more than it does, the more so where other replications or people
    have the other processors. What comes out does not depend on it. NumPy reads this once, when it is loaded.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _no_plugins() -> None:
    """Pydantic looks at all packages that are installed for plugins, for 10 ms; models of ours have none."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _sound_streams() -> None:
    """Put something in the place of standard streams that are closed: files would be opened as them.

    To read from a closed input, or to write to a closed output, is an error; messages go nowhere.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            refusing = {0: os.O_WRONLY, 1: os.O_RDONLY}.get(number, os.O_WRONLY)
            opened = os.open(os.devnull, refusing)
            if opened == number:
                os.set_inheritable(number, True)
            else:
                os.dup2(opened, number)
                os.close(opened)
        if getattr(sys, name) is None:
            stream = open(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)


if __name__ == "__main__":
    main()
