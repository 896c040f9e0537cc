"""The trained agent: its file, and the runtime that acts in a game loop without torch."""
