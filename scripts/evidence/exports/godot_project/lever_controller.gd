## What is seen and done at a wall of levers, as Godot RL Agents has it.
extends AIController2D

## What the agent was shown before it acted.
var shown := {}


func get_obs() -> Dictionary:
	return {"obs": [float(_player.pulls) / _player.PULLS, 1.0]}


func get_reward() -> float:
	shown = {"obs": get_obs()["obs"], "reward": reward, "done": done}
	return reward


func get_action_space() -> Dictionary:
	return {"lever": {"size": 5, "action_type": "discrete"}}


func get_info() -> Dictionary:
	return {"is_success": _player.open}


func set_action(action) -> void:
	if action.has("level_seed"):
		done = false
		reward = 0.0
		n_steps = 0
		_player.start_level(int(action["level_seed"]))
	elif not action.has("level_wait"):
		_player.move = int(action["lever"])
