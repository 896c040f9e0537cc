"""Games: the contract, the registry, and a game together with its settings."""
