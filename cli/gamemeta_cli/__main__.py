"""`python -m gamemeta_cli` is the command `gamemeta`."""

from gamemeta_cli.app import main

main()
