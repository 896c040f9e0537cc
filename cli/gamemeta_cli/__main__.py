"""Where the program `gamemeta` begins: it listens to Ctrl-C before it loads what takes long."""

from gamemeta_cli.ending import leave, listen, one_line


def main() -> None:
    """Run the command line."""
    listen()
    try:
        with one_line():
            from gamemeta_cli.app import main as run

            run()
    except SystemExit as end:
        leave(end.code)
        raise


if __name__ == "__main__":
    main()
