"""The game newgame: the levels in `family`, the rules in `game`, their compiled part in `kernels`."""
