"""How what a game shows becomes the agent's buffers, and the agent's rows become what the game takes."""
