## You run for one of four exits, two tiles a turn; the guard learns which one you make for, keeps that in a save game
## and forgets it on a new game.
extends Node2D

const MAP: Array[String] = ["1.....2", ".#...#.", ".......", "...D...", ".......", ".#...#.", "3.....4"]
const EXITS: Array[Vector2i] = [Vector2i(0, 0), Vector2i(6, 0), Vector2i(0, 6), Vector2i(6, 6)]
const STEPS: Array[Vector2i] = [Vector2i.UP, Vector2i.DOWN, Vector2i.LEFT, Vector2i.RIGHT, Vector2i.ZERO]
const KEYS := {
	KEY_UP: 0, KEY_DOWN: 1, KEY_LEFT: 2, KEY_RIGHT: 3, KEY_W: 0, KEY_S: 1, KEY_A: 2, KEY_D: 3, KEY_SPACE: 4}
const OPENS := 6
const LIMIT := 30
const COLOURS := {
	"#": Color("404878"), ".": Color("c8b890"), "D": Color("6e6250"), "1": Color("60c860"), "2": Color("5a8ce6"),
	"3": Color("dc5a5a"), "4": Color("aa6edc")}
const TILE := 64
const SAVE := "user://guard.save"

var random_seed := randi()
var agent: Gamemeta
var mind: Gamemeta.Mind
var guard := Vector2i.ZERO
var player := Vector2i.ZERO
var turns := 0
var winner := ""
var reward := 0.0
var done := false
var wins := 0
var matches := 0
var note := ""


func _ready() -> void:
	agent = Gamemeta.load_agent("res://guard/agent.bin")
	if agent:
		mind = agent.begin(1, random_seed)
		if FileAccess.file_exists(SAVE):
			resume()
	else:
		note = "Run first: gamemeta export tag --to godot --out guard"
	begin_match()


func _unhandled_key_input(event: InputEvent) -> void:
	if not mind or not event.is_pressed() or event.is_echo():
		return
	if event.keycode in KEYS and not winner:
		turn(KEYS[event.keycode])
	elif event.keycode in [KEY_ENTER, KEY_KP_ENTER] and winner:
		begin_match()
	elif event.keycode == KEY_N:
		new_game()
	queue_redraw()


func begin_match() -> void:
	guard = Vector2i(3, 0)
	player = Vector2i(3, 3)
	turns = 0
	winner = ""


## Another player, of whom the guard knows nothing.
func new_game() -> void:
	mind.forget()
	if FileAccess.file_exists(SAVE):
		DirAccess.remove_absolute(SAVE)
	matches = 0
	wins = 0
	note = ""
	begin_match()


## The guard decides on what it sees, then it takes a step and the player two.
func turn(move: int) -> void:
	guard = walked(guard, decision())
	turns += 1
	for k in 2 if turns > OPENS else 0:
		if not winner and guard != player:
			player = walked(player, move)
		if player in EXITS:
			winner = "player"
		if guard == player:
			winner = "guard"
	if winner:
		decision()  # it sees how the match ended
	elif turns < LIMIT:
		return
	winner = winner if winner else "guard"
	reward = 1.0 if winner == "guard" else 0.0  # for the next act
	done = true
	matches += 1
	wins += int(winner == "guard")
	keep()


## What the guard does next; the act tells it what its last step led to, too.
func decision() -> int:
	var action := mind.act(seen(), reward, done)
	reward = 0.0
	done = false
	note = Gamemeta.error
	return int(action[0]) if action else 4


## Five tiles by five around the guard, how far exits and player are, and how the match ended.
func seen() -> Dictionary:
	var view := PackedInt32Array()
	for y in range(-2, 3):
		for x in range(-2, 3):
			var at := guard + Vector2i(x, y)
			view.append(8 if at == player else ".#1234D".find(tile(at)))
	var exits := PackedInt32Array()
	for exit in EXITS:
		exits.append_array([exit.y - guard.y + 16, exit.x - guard.x + 16])
	var away := player - guard
	var outcome := 0 if not winner else EXITS.find(player) + 1 if player in EXITS else 5
	return {"view": view, "exits": exits, "runner": [away.y + 16, away.x + 16], "time": turns, "outcome": outcome}


func tile(at: Vector2i) -> String:
	return MAP[at.y][at.x] if Rect2i(0, 0, 7, 7).has_point(at) else "#"


## Where a step leads: nowhere, if a wall or the den is there.
func walked(from: Vector2i, move: int) -> Vector2i:
	var to := from + STEPS[move]
	return from if tile(to) in "#D" else to


## The score, who won, and what the guard has learned, under another name until it is whole.
func keep() -> void:
	var file := FileAccess.open(SAVE + ".new", FileAccess.WRITE)
	if file:
		file.store_string("%d %d %d\n" % [matches, wins, int(reward)])
		file.store_buffer(mind.memory())
		file.close()
	if not file or DirAccess.rename_absolute(SAVE + ".new", SAVE) != OK:
		note = "It could not be saved."


## Goes on from the save game; a file that is none of this guard is kept under another name.
func resume() -> void:
	var bytes := FileAccess.get_file_as_bytes(SAVE)
	var line := bytes.find(10)
	var score := bytes.slice(0, maxi(line, 0)).get_string_from_ascii().split_floats(" ")
	var before := agent.resume(bytes.slice(line + 1)) if score.size() == 3 else null
	if before and before.n == 1 and score[0] >= score[1] and score[1] >= score[2] and score[2] in [0.0, 1.0]:
		mind = before
		matches = int(score[0])
		wins = int(score[1])
		reward = score[2]
		done = true
		return
	DirAccess.rename_absolute(SAVE, SAVE + ".old")
	note = "The guard begins anew: guard.save.old was no save game of it."


func _draw() -> void:
	for y in range(-1, 8):
		for x in range(-1, 8):
			var kind := tile(Vector2i(x, y))
			var place := Rect2(x * TILE + TILE + 1, y * TILE + TILE + 1, TILE - 2, TILE - 2)
			draw_rect(place, COLOURS[kind])
			if kind in "1234":
				write(kind, place.position + Vector2(23, 42), 32, Color.WHITE)
	var aside := Vector2(12 if player == guard else 0, 0)
	draw_circle(Vector2(player * TILE) + Vector2.ONE * 1.5 * TILE - aside, 20, Color("f5a03c"))
	draw_circle(Vector2(guard * TILE) + Vector2.ONE * 1.5 * TILE + aside, 20, Color("50cdd7"))
	var status := "Run, two tiles a turn! %d turns left." % (LIMIT - turns)
	if winner:
		status = "The guard has you. Enter: next match" if winner == "guard" else "You are out! Enter: next match"
	elif turns < OPENS:
		status = "The den opens in %d turns. Space: wait" % (OPENS - turns)
	write(status, Vector2(12, 9 * TILE + 28), 24, Color("f0d26e"))
	var score := "Match %d. The guard has won %d of %d." % [matches + int(not winner), wins, matches]
	write(score + "  " + note, Vector2(12, 9 * TILE + 56), 17, Color("bebecd"))
	write("Arrows or WASD run, space waits, N: new game", Vector2(12, 9 * TILE + 82), 17, Color("bebecd"))


func write(words: String, at: Vector2, size: int, colour: Color) -> void:
	draw_string(ThemeDB.fallback_font, at, words, HORIZONTAL_ALIGNMENT_LEFT, -1, size, colour)
