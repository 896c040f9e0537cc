"""Where the program `gamemeta` begins: it listens to Ctrl-C before it loads what takes long."""

import sys

from gamemeta import __version__
from gamemeta_cli.ending import leave, listen, one_line
from gamemeta_levels.errors import MissingPackage
from gamemeta_levels.packages import for_training


def main() -> None:
    """Run the command line."""
    listen()
    try:
        with one_line():
            _run()
    except SystemExit as end:
        leave(end.code)
        raise


def _run() -> None:
    """Run a command; where the runtime alone is installed, one sentence names what is missing."""
    if sys.argv[1:] == ["--version"]:
        print(f"gamemeta {__version__}")
        return
    try:
        with for_training():
            from gamemeta_cli.app import main as run

            run()
    except MissingPackage as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
