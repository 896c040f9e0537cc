## Walls of levers, --agents=N of them. Trained in by gamemeta, or, with --model=PATH, played by an exported agent alone:
## on the levels of --plan=FILE, a JSON array of seeds, --episodes=K each; every step goes to --log=FILE as a JSON line.
extends Node2D

const Wall := preload("lever_wall.gd")

var walls: Array[Wall] = []
var plan: Array = []
var log_file: FileAccess
var to_play := 0


func _ready() -> void:
	var words := {"agents": "16", "episodes": "4", "model": "", "plan": "", "log": ""}
	for word in OS.get_cmdline_args():
		if word.begins_with("--") and "=" in word:
			words[word.get_slice("=", 0).trim_prefix("--")] = word.get_slice("=", 1)
	if words["model"]:
		$Sync.control_mode = Sync.ControlModes.ONNX_INFERENCE
		$Sync.onnx_model_path = words["model"]
		plan = JSON.parse_string(FileAccess.get_file_as_string(words["plan"]))
		log_file = FileAccess.open(words["log"], FileAccess.WRITE)
		to_play = plan.size()
	for k in int(words["agents"]):
		var wall := Wall.new(k, int(words["episodes"]))
		wall.position = Vector2(20 + 100 * (k % 10), 20 + 30 * (k / 10))
		walls.append(wall)
		add_child(wall)
		if words["model"]:
			wall.take_level.connect(_give_level.bind(wall))
			wall.played.connect(_write)
			_give_level(wall)


func _give_level(wall: Wall) -> void:
	if plan:
		wall.begin(int(plan.pop_front()))


## Notes a step; quits after the last episode of the last level.
func _write(step: Dictionary) -> void:
	log_file.store_line(JSON.stringify(step, "", true, true))
	if step["last"]:
		to_play -= 1
		if to_play == 0:
			log_file.close()
			get_tree().quit()
