## Takes the place of addons/godot_rl_agents/onnx/wrapper/ONNX_wrapper.gd of the plugin Godot RL Agents, so that its
## Sync node plays an agent of gamemeta: without .NET, and with a memory for each AIController.
## SPDX-License-Identifier: MIT
##
## The model path of the Sync node, or of an AIController, is that of agent.bin. Reward and done are taken from the
## controller, as in training. On a new level, [code]controller.onnx_model.forget(controller)[/code].
extends Resource
class_name ONNXModel

## Read by the Sync node: there are no deviations after the means of continuous actions.
var action_means_only := true
var action_means_only_set := false
var action_output_size := 0
## The agent; null where it could not be read. [code]agent.set_skill(0.5)[/code] before the first step makes it weaker.
var agent: Gamemeta
## The first controller draws its actions from this seed, the next from the one after it.
var random_seed := 0

const CHOSEN := 1000.0
var _minds := {}
var _space := {}
var _controllers: Array[Node] = []
var _turn := 0
var _unfit := ""


func _init(model_path: String, _batch_size := 1) -> void:
	agent = Gamemeta.load_agent(model_path)
	if agent == null:
		_unfit = Gamemeta.error
	else:
		action_output_size = agent.outputs


## The Sync node's first question: what its agents can do.
func set_action_means_only(space: Dictionary) -> void:
	action_means_only_set = true
	_space = space
	if agent == null:
		return
	var choices := PackedInt32Array()
	var numbers := 0
	for name: String in space:
		if space[name]["action_type"] == "discrete":
			choices.append(space[name]["size"])
		else:
			numbers += int(space[name]["size"])
	if choices != agent.choices or numbers != agent.numbers:
		_unfit = "get_action_space has choices %s and %d numbers; the agent was trained with %s and %d." % [
			choices, numbers, agent.choices, agent.numbers]
		Gamemeta.fail(_unfit)


## One decision of the next controller in turn: the Sync node asks for all of them in their order, at every step.
func run_inference(obs: Dictionary, _state_ins: Variant = 1.0) -> Dictionary:
	if not _controllers:
		_controllers = _sharing_this_model()
	var action := PackedFloat32Array()
	if _unfit:
		Gamemeta.fail(_unfit)
	elif not _controllers:
		Gamemeta.fail("no AIController of the group AGENT has this model; the Sync node gives it to them.")
	else:
		action = _decide(_controllers[_turn], obs)
		_turn = (_turn + 1) % _controllers.size()
	return {"output": _output(action), "state_outs": []}


## Clears what the mind of a controller has learned: on a new level, or for a new player.
func forget(controller: Node) -> bool:
	return not _minds.has(controller) or _minds[controller].forget()


## What the mind of a controller has learned, for a save game; keep the controller's reward and done beside it.
func memory(controller: Node) -> PackedByteArray:
	return _mind_of(controller).memory() if agent else PackedByteArray()


## Goes on from a save game; false where these bytes are no memory of this agent, which changes nothing.
func resume(controller: Node, bytes: PackedByteArray) -> bool:
	var mind := agent.resume(bytes) if agent else null
	if mind and mind.n != 1:
		mind = Gamemeta.fail("this memory holds %d minds; that of a controller holds one." % mind.n)
	if mind:
		_minds[controller] = mind
	return mind != null


func _sharing_this_model() -> Array[Node]:
	var tree := Engine.get_main_loop() as SceneTree
	return tree.get_nodes_in_group("AGENT").filter(func(node: Node) -> bool: return node.get("onnx_model") == self)


func _mind_of(controller: Node) -> Gamemeta.Mind:
	if not _minds.has(controller):
		_minds[controller] = agent.begin(1, random_seed + _minds.size())
	return _minds[controller]


func _decide(controller: Node, obs: Dictionary) -> PackedFloat32Array:
	var shown := obs.duplicate()
	for name: String in obs:
		if obs[name] is String:  # a part with 2d in its name comes as hexadecimal digits
			shown[name] = obs[name].hex_decode()
	var action := _mind_of(controller).act(shown, float(controller.get_reward()), bool(controller.get_done()))
	if action:
		controller.zero_reward()
	return action


## The action as the Sync node reads it: logits of each choice, of which one stands out, and numbers as they are.
func _output(action: PackedFloat32Array) -> Array:
	var output := []
	var head := 0
	var number := agent.choices.size() if agent else 0
	for name: String in _space:
		var size: int = _space[name]["size"]
		if _space[name]["action_type"] != "discrete":
			for k in size:
				output.append(action[number + k] if action else 0.0)
			number += size
			continue
		for k in size:
			output.append(CHOSEN if action and k == int(action[head]) else 0.0)
		head += 1
	return output
