## The class ONNXModel as the Sync node of Godot RL Agents uses it: three controllers of one model, their actions.
extends SceneTree


class Controller:
	extends Node
	var onnx_model: ONNXModel
	var reward := 0.0
	var done := false

	func get_reward() -> float:
		return reward

	func zero_reward() -> void:
		reward = 0.0

	func get_done() -> bool:
		return done


const SPACE := {
	"button": {"size": 2, "action_type": "discrete"},
	"lever": {"size": 2, "action_type": "continuous"},
}


func _process(_delta: float) -> bool:
	var model := ONNXModel.new("res://agent.bin", 1)
	var controllers: Array[Controller] = []
	for k in 3:
		var controller := Controller.new()
		controller.add_to_group("AGENT")
		controller.onnx_model = model
		root.add_child(controller)
		controllers.append(controller)
	if not model.action_means_only_set:
		model.set_action_means_only(SPACE)
	var steps := []
	for t in 8:
		for k in 3:
			var controller := controllers[k]
			controller.reward = 0.25 * ((t + k) % 3)
			controller.done = t == 4
			var obs := {"place": [t % 3, k], "speed": [0.5 * k, -0.1 * t]}
			var output: Array = model.run_inference(obs, 1.0)["output"]
			steps.append({"obs": obs, "output": output, "kept": controller.reward})
		if t == 5:
			model.forget(controllers[1])
	var saved := model.memory(controllers[2])
	var words := []
	words.append("%s" % [model.run_inference({"place": [0, 0]}, 1.0)["output"]])
	words.append(Gamemeta.error)
	words.append("%s" % model.resume(controllers[0], PackedByteArray([1])))
	words.append(Gamemeta.error)
	var another := ONNXModel.new("res://agent.bin", 1)
	another.set_action_means_only({"button": {"size": 3, "action_type": "discrete"}})
	another.run_inference({}, 1.0)
	words.append(Gamemeta.error)
	var resumed := model.resume(controllers[0], saved) and model.memory(controllers[0]) == saved
	print("@", JSON.stringify({"steps": steps, "words": words, "resumed": resumed, "means": model.action_means_only}))
	return true
