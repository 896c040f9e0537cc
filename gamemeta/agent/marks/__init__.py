"""What an agent has met, as marks that beliefs are read from: at places of a map, and of things."""
