"""Agents that leave Python: runtimes of other languages, and the traces that prove them."""
