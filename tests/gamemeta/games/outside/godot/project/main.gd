# The game of stub.py in a real engine, and what the Sync node of Godot RL Agents does, for Godot 3.
# Run with --port=P [--agents=N] [--speedup=S].
extends Node

const STEPS = 4

var stream = StreamPeerTCP.new()
var agents = []


func _ready():
    Engine.iterations_per_second = 60 * int(argument("speedup", "1"))
    for _i in range(int(argument("agents", "2"))):
        agents.append({"seed": 0, "step": 0, "reward": 0.0, "done": false})
    stream.connect_to_host("127.0.0.1", int(argument("port", "11008")))
    while stream.get_status() == StreamPeerTCP.STATUS_CONNECTING:
        OS.delay_msec(1)
    stream.set_no_delay(true)
    assert(receive()["type"] == "handshake")


func _physics_process(_delta):
    var message = receive()
    if message == null or message["type"] == "close":
        set_physics_process(false)
        get_tree().quit()
    elif message["type"] == "env_info":
        send(info())
    elif message["type"] == "reset":
        send({"type": "reset", "obs": all_obs()})
    else:
        for i in range(agents.size()):
            act(agents[i], message["action"][i])
        send(told())


func act(agent, action):
    if action.has("level_seed"):
        agent["seed"] = int(action["level_seed"])
        agent["step"] = 0
    elif agent["step"] < STEPS:
        agent["step"] += 1
        agent["reward"] = 0.1 * action["lever"][0] + (1.0 if int(action["button"]) == agent["seed"] % 3 else 0.0)
        agent["done"] = agent["step"] == STEPS


func told():
    var reply = {"type": "step", "obs": all_obs(), "reward": [], "done": []}
    for agent in agents:
        reply["reward"].append(agent["reward"])
        reply["done"].append(agent["done"])
        agent["reward"] = 0.0
        agent["done"] = false
    return reply


func all_obs():
    var seen = []
    for agent in agents:
        seen.append({"obs": [float(agent["step"]) / STEPS, 1.0]})
    return seen


func info():
    var does = {
        "button": {"size": 3, "action_type": "discrete"},
        "lever": {"size": 1, "action_type": "continuous"},
    }
    return {
        "type": "env_info",
        "n_agents": agents.size(),
        "observation_space": {"obs": {"size": [2], "space": "box"}},
        "action_space": does,
    }


func send(message):
    stream.put_utf8_string(to_json(message))


func receive():
    while stream.get_available_bytes() == 0:
        if stream.get_status() != StreamPeerTCP.STATUS_CONNECTED:
            return null
        OS.delay_usec(100)
    return parse_json(stream.get_utf8_string())


func argument(name, default):
    for word in OS.get_cmdline_args():
        if word.begins_with("--" + name + "="):
            return word.split("=")[1]
    return default
