"""The game newgame: its levels, its rules, and their compiled part."""
