"""Programs that play cases by the runtimes of exported agents, one for each language."""
