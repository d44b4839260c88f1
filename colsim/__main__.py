"""The command line: `colsim`, and `python -m colsim` where that is not on the path."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is read is said as it is later.

    Raises:
        SystemExit: always, with the exit code.
    """
    try:
        from colsim.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted; nothing was written\n")
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
