"""The level family newgame: its generator, and the maze game on it."""
