"""`python -m gamemeta`: the program `gamemeta`, as torchrun starts it."""

from gamemeta_cli.__main__ import main

if __name__ == "__main__":
    main()
