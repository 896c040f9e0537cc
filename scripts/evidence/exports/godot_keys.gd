## Presses keys in examples/godot: godot -s godot_keys.gd -- SEED KEYS [SHOT.png]
## KEYS are of w a s d, n, _ for space and / for enter. Prints who won each match; the picture is of the end.
extends SceneTree

const CODES := {"w": KEY_W, "a": KEY_A, "s": KEY_DOWN, "d": KEY_RIGHT, "n": KEY_N, "_": KEY_SPACE, "/": KEY_ENTER}

var frames := 0
var won := []


func _process(_delta: float) -> bool:
	var words := OS.get_cmdline_user_args()
	frames += 1
	if frames == 1:
		var game: Node = load("res://main.tscn").instantiate()
		game.random_seed = int(words[0])
		root.add_child(game)
		for key in words[1]:
			_press(CODES[key], game)
	if frames < 4 and words.size() > 2:
		return false
	if words.size() > 2:
		root.get_texture().get_image().save_png(words[2])
	print("@", " ".join(won))
	return true


func _press(key: Key, game: Node) -> void:
	var before: int = game.matches
	var event := InputEventKey.new()
	event.keycode = key
	event.pressed = true
	root.push_input(event)
	if game.matches > before:
		won.append(game.winner)
