"""The level family newgame: the generator in `family` and `kernels`, and the maze game on it in `game`."""
