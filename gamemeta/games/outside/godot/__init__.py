"""A running Godot scene as a game: `godot:PATH` starts it, `godot:attach` waits for it.

It speaks the protocol of Godot RL Agents (https://github.com/edbeeching/godot_rl_agents), which a scene knows
once it has that plugin; docs/engines.md says what else a scene needs.
"""
