## Plays with one mind, by lines on standard input: see ports.py. godot --headless --path . -s play.gd
extends SceneTree

const Runtime := preload("gamemeta.gd")

var agent: Runtime
var mind: Runtime.Mind


func _init() -> void:
	while true:
		var words := OS.read_string_from_stdin(65536).strip_edges().split(" ")
		if words.size() < 2:
			break
		print("> ", _answer(words))
	quit()


func _answer(words: PackedStringArray) -> String:
	match words[0]:
		"load":
			agent = Runtime.load_agent(words[1])
			return "ok" if agent != null else Runtime.error
		"begin":
			mind = agent.begin(1, int(words[1]))
			return "ok" if mind != null else Runtime.error
		"resume":
			mind = agent.resume(FileAccess.get_file_as_bytes(words[1]))
			return "ok" if mind != null else Runtime.error
		"save":
			var file := FileAccess.open(words[1], FileAccess.WRITE)
			file.store_buffer(mind.memory())
			file.close()
			return "ok"
	var shown := PackedInt32Array()
	for word in words.slice(3):
		shown.append(int(word))
	var reward := PackedFloat32Array([float(words[1])])
	var action := mind.act_flat(shown, PackedFloat32Array(), reward, PackedByteArray([int(words[2])]))
	return Runtime.error if action.is_empty() else str(int(action[0]))
