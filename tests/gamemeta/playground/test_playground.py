"""The playground's server: what a tab asks for and gets, and what it must not get."""

import base64
import json
import sys
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from gamemeta.errors import ConfigError
from gamemeta.playground import app as playground
from gamemeta.playground import serve as serving
from gamemeta.playground.app import make_app
from gamemeta.playground.inbox import MOST_WAITING, Inbox
from gamemeta.playground.levels.values import level_from
from gamemeta.playground.messages import MOST_BYTES
from gamemeta.playground.offers import Offers
from gamemeta.playground.quick_rating import rate
from gamemeta.playground.tab import Tab
from gamemeta_cli import playground as command
from gamemeta_levels.formats import SUFFIXES

HOST = "http://127.0.0.1:8000"
LIVE = "ws://127.0.0.1:8000/live"
OWN = {"origin": HOST}
LIVE_SETUP = SimpleNamespace(name="godot", about=SimpleNamespace(live=True))
MAZE = {
    "family": "maze",
    "tiles": ["#####", "#S..#", "###.#", "#G..#", "#####"],
    "hidden": {},
    "entities": [],
}
CLOSED = {**MAZE, "tiles": ["#####", "#S..#", "#####", "#G..#", "#####"]}


@pytest.fixture(scope="module")
def offers():
    return Offers()


@pytest.fixture
def client(offers):
    with TestClient(make_app(lambda: offers), base_url=HOST) as one:
        yield one


def body_of(files):
    """The body of an upload of these files."""
    named = [{"name": name, "size": len(data)} for name, data in files.items()]
    return json.dumps({"files": named}).encode() + b"\n" + b"".join(files.values())


class Page:
    """A tab that speaks to the server."""

    def __init__(self, socket):
        self.socket = socket
        self.hello = socket.receive_json()

    def ask(self, **message):
        self.socket.send_json(message)
        return self.socket.receive_json()


@pytest.fixture
def page(client):
    with client.websocket_connect(LIVE, headers=OWN) as socket:
        one = Page(socket)
        assert one.ask(do="agent", name="maze")["type"] == "agent"
        yield one


def play_try(page, count=64):
    """The messages of the next try, and the number of characters of each."""
    messages = []
    while not messages or any(not lane for lane in ended(messages)):
        page.socket.send_json({"do": "more", "count": 1})
        messages.append(json.loads(page.socket.receive_text()))
        assert len(messages) <= count
    return messages


def ended(messages):
    return [any(message["lanes"][k] and "end" in message["lanes"][k] for message in messages) for k in (0, 1)]


def test_the_page_and_its_parts_are_there_and_nothing_else(client):
    assert "gamemeta" in client.get("/").text
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for part in ("main.js", "watching/screen.js"):
        assert client.get(f"/page/{part}").headers["content-type"].startswith("text/javascript")
    assert client.get("/tiles/sheet.png").content.startswith(b"\x89PNG")
    for path in (
        "/page/..%2f..%2fpyproject.toml",
        "/page/%2e%2e/agents/maze.safetensors",
        "/tiles/wall.png/..",
    ):
        assert client.get(path).status_code in (403, 404)
    assert client.get("/page/maze.safetensors").status_code == 404


def test_agents_are_offered_by_name_and_no_path_is_one(page):
    assert page.hello["agents"][0] == "maze" and page.hello["suffixes"] == list(SUFFIXES)
    for name in ("../../etc/passwd", "assets/agents/maze.safetensors", "<script>", "x" * 200, 3):
        assert page.ask(do="agent", name=name)["type"] == "error"


@pytest.mark.parametrize(
    "action", ["level", "mutate", "clear", "inspect", "rate", "watch", "change", "match"]
)
def test_before_an_agent_is_chosen_nothing_else_is_done(client, action):
    with client.websocket_connect(LIVE, headers=OWN) as socket:
        answer = Page(socket).ask(do=action, word="test:0", against="bot", level=MAZE)
    assert answer["type"] == "error" and ("choose an agent" in answer["words"] or action == "change")


def test_the_twins_are_alike_in_the_first_try_and_the_agent_is_as_quick_as_par_in_the_second(page):
    level = page.ask(do="level", word="test:0")["level"]
    assert page.ask(do="watch", level=level, seed=0)["type"] == "watching"
    first, second = play_try(page), play_try(page)
    for message in first:
        agent, twin = message["lanes"]
        assert agent == twin | ({"beliefs": agent["beliefs"]} if "beliefs" in agent else {})
    assert first[0]["type"] == second[0]["type"] == "try" and second[0]["number"] == 2
    assert first[0]["lanes"][0]["rows"] == level["tiles"]
    ends = [
        [m["lanes"][k]["end"] for m in second if m["lanes"][k] and "end" in m["lanes"][k]] for k in (0, 1)
    ]
    assert ends[0][0]["steps"] == first[0]["par_steps"] < ends[1][0]["steps"]
    assert max(len(json.dumps(message)) for message in first[1:] + second[1:]) < 2000


def test_a_try_is_not_begun_before_it_is_asked_for(page):
    page.ask(do="watch", level=MAZE)
    page.socket.send_json({"do": "more", "count": 64})
    numbers = [page.socket.receive_json()]
    while not all(ended(numbers)):
        numbers.append(page.socket.receive_json())
    assert page.ask(do="more", count=1)["number"] == 2


def test_an_edited_level_and_a_swapped_memory_hold_from_the_next_try_on(page):
    page.ask(do="watch", level=MAZE)
    assert "end first" in page.ask(do="swap", word="test:5")["words"]
    page.ask(do="more", count=1)
    assert "cannot be reached" in page.ask(do="change", level=CLOSED)["words"]
    wider = {**MAZE, "tiles": ["#####", "#S..#", "#.#.#", "#G..#", "#####"]}
    assert page.ask(do="change", level=wider)["type"] == "changed"
    rest = [page.ask(do="more", count=1)]
    while not all(ended(rest)):
        rest.append(page.ask(do="more", count=1))
    assert page.ask(do="swap", word="test:5") == {"type": "swapped", "name": "test:5"}
    begun = page.ask(do="more", count=1)
    assert begun["lanes"][0]["rows"] == wider["tiles"] and begun["par_steps"] == 2


def test_a_drawing_is_judged_with_par_rules_and_the_tiles_that_are_wrong(page):
    good = page.ask(do="inspect", number=7, level=MAZE)
    assert good["ok"] and good["number"] == 7 and good["par_steps"] == 6 and good["findings"] == []
    tries = good["rating"]["tries"]
    assert good["rating"]["whole"] is (len(tries) == 4) and all(one["success"] == 1.0 for one in tries)
    bad = page.ask(do="inspect", number=8, level=CLOSED)
    assert not bad["ok"] and bad["par_steps"] is None and "rating" not in bad
    assert [3, 1] in bad["findings"][0]["places"]
    two = page.ask(do="inspect", number=9, level={**MAZE, "tiles": [*MAZE["tiles"][:3], "#GG.#", "#####"]})
    assert not two["ok"] and [3, 2] in two["findings"][0]["places"]


def test_a_rating_that_has_no_time_reports_no_try(offers):
    level = level_from(MAZE, "maze")
    assert rate(offers.agent("maze"), level, seconds=0.0) == {"tries": [], "players": 8, "whole": False}


def test_a_long_rating_ends_when_it_is_wanted_no_longer(offers):
    asked = []
    rate(offers.agent("maze"), level_from(MAZE, "maze"), is_wanted=lambda: asked.append(1) or len(asked) < 3)
    assert len(asked) == 3
    tab = Tab(offers, is_idle=lambda: False)
    tab.answer({"do": "agent", "name": "maze"})
    (rated,) = tab.answer({"do": "rate", "number": 4, "level": MAZE})
    assert rated == {"type": "rated", "number": 4, "rating": {"tries": [], "players": 8, "whole": False}}


def test_mutate_and_clear_give_levels_that_can_be_solved(page):
    for action in ({"do": "mutate", "seed": 3}, {"do": "clear"}):
        level = page.ask(**action, level=MAZE)["level"]
        assert level["tiles"] != MAZE["tiles"]
        assert page.ask(do="inspect", level=level, rated=False)["ok"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_level_goes_into_a_file_and_back(client, suffix):
    asked = {"level": MAZE, "family": "maze", "suffix": suffix, "name": "../my <level>"}
    files = client.post("/save", json=asked, headers=OWN).json()["files"]
    assert files[0]["name"] == f"_my _level_{suffix}"
    data = base64.b64decode(files[0]["data"])
    body = body_of({f"any{suffix}": data})
    level = client.post("/open", params={"family": "maze"}, content=body, headers=OWN).json()["level"]
    assert level["tiles"] == MAZE["tiles"]


def test_a_file_that_is_missing_is_named_for_the_page_to_ask_for(client):
    body = body_of({"map.tmx": b'<map version="1.0"><tileset firstgid="1" source="art/walls.tsx"/></map>'})
    answer = client.post("/open", params={"family": "maze"}, content=body, headers=OWN)
    assert answer.status_code == 200 and answer.json()["missing"] == "walls.tsx"


def test_files_that_are_no_levels_are_refused_in_words(client):
    def refused(name, data):
        body = body_of({name: data})
        answer = client.post("/open", params={"family": "maze"}, content=body, headers=OWN)
        assert answer.status_code == 400
        return answer.json()["error"]

    assert "ends in" in refused("../../etc/passwd", b"root")
    assert "larger" in refused("big.txt", b"#" * (8 * 2**20 + 1))
    assert "larger" in refused("big.ldtk", b"#" * (21 * 2**20))
    hostile = refused(
        "level.json", b'{"format": "gamemeta-level", "version": 1, "tiles": ["\x1b[2J<script>"]}'
    )
    assert "\x1b" not in hostile


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example", "origin": "http://evil.example"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {},
    ],
)
def test_pages_of_others_get_neither_a_connection_nor_files(client, headers):
    assert client.post("/save", json={}, headers=headers).status_code == 403
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(LIVE, headers=headers):
        pass


def test_a_foreign_host_name_gets_no_page(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 403


def test_with_a_token_the_address_needs_it_and_the_browser_keeps_it(offers):
    app = make_app(lambda: offers, names=("box",), token="secret")
    with TestClient(app, base_url="http://box") as client:
        assert client.get("/").status_code == 403
        assert client.get("/?token=secreu").status_code == client.get("/?token=").status_code == 403
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("ws://box/live", headers={"origin": "http://box"}),
        ):
            pass
        assert client.get("/?token=secret").status_code == 200
        assert client.get("/page/main.js").status_code == 200
        with client.websocket_connect("ws://box/live", headers={"origin": "http://box"}) as socket:
            assert socket.receive_json()["type"] == "hello"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"do": "more"}',
        '{"do": ["more"]}',
        '{"do": "watch", "level": {"tiles": ["<img src=x>"]}}',
        '{"do": "watch", "level": {"tiles": 1e999}}',
        '{"do": "inspect", "level": {"family": "arena", "tiles": ["#"]}}',
        '{"do": "level", "word": "../../secret.txt"}',
        '{"do": "mutate", "seed": -1, "level": {"tiles": ["SG"]}}',
        '{"do": "match", "against": "agent", "level": {"tiles": ["SG"]}}',
        '{"do": "act", "names": [1]}',
        "x" * (MOST_BYTES + 1),
    ],
    ids=lambda text: text[:24],
)
def test_messages_that_ask_for_nothing_good_are_answered_in_words(page, text):
    page.socket.send_text(text)
    answer = page.socket.receive_json()
    assert answer["type"] == "error" and 10 < len(answer["words"]) <= 600
    assert page.ask(do="level", word="test:0")["type"] == "level"


def test_a_thousand_messages_at_once_do_not_take_the_server_down(client, page):
    for _ in range(1000):
        page.socket.send_json({"do": "more"})
    answers = [page.socket.receive_json()["words"] for _ in range(MOST_WAITING)]
    assert all("nothing is being watched" in words or "too many" in words for words in answers)
    with client.websocket_connect(LIVE, headers=OWN) as other:
        assert Page(other).ask(do="agent", name="maze")["type"] == "agent"


def test_of_messages_about_a_drawing_the_newest_waits_alone():
    inbox = Inbox()
    for number in range(1000):
        assert inbox.put({"do": "inspect", "number": number})
    assert list(inbox._waiting) == [{"do": "inspect", "number": 999}]
    assert [inbox.put({"do": "more"}) for _ in range(MOST_WAITING)] == [True] * (MOST_WAITING - 1) + [False]


def test_closed_tabs_make_room_for_others(client, monkeypatch):
    monkeypatch.setattr(playground, "MOST_TABS", 2)
    for _ in range(3):
        with (
            client.websocket_connect(LIVE, headers=OWN) as one,
            client.websocket_connect(LIVE, headers=OWN) as two,
        ):
            assert one.receive_json()["type"] == two.receive_json()["type"] == "hello"
            with client.websocket_connect(LIVE, headers=OWN) as three:
                assert "close one" in three.receive_json()["words"]


def test_a_mistake_of_ours_ends_neither_the_tab_nor_the_server(page, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("gamemeta.playground.tab.cleared", broken)
    assert "ZeroDivisionError" in page.ask(do="clear", level=MAZE)["words"]
    assert page.ask(do="level", word="test:0")["type"] == "level"


def test_a_game_that_goes_on_by_itself_is_refused_by_name(tmp_path, monkeypatch):
    class Live:
        game = "godot"
        game_config, level_parameters = {}, {}

    monkeypatch.setattr("gamemeta.playground.offers.read_agent", lambda path: Live)
    monkeypatch.setattr("gamemeta.playground.offers.GameSetup.of", lambda agent: LIVE_SETUP)
    with pytest.raises(ConfigError, match="godot goes on by itself"):
        Offers(tmp_path / "agent.safetensors")


def test_a_port_that_is_taken_is_said_in_a_sentence():
    with serving._listen("127.0.0.1", 0) as taken, pytest.raises(ConfigError, match="another --port"):
        serving._listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(("host", "has_token"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_the_address_has_a_token_where_others_can_reach_it(monkeypatch, host, has_token):
    monkeypatch.setattr(serving.uvicorn.Server, "run", lambda *_, **__: None)
    shown = []
    serving.serve(None, host=host, browser=False, show=shown.append)
    assert ("token=" in shown[0]) is has_token and len(shown) == 1


def test_without_its_packages_the_command_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "gamemeta.playground.serve")
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(ConfigError, match=r"gamemeta\[playground\]"):
        command.playground(browser=False)


def first_match_of(page, game, against):
    """The first match of a person who takes no action but the first, to its end."""
    page.ask(do="agent", name=game)
    level = page.ask(do="level", word="test:0")["level"]
    begun = page.ask(do="match", level=level, against=against, seed=1)
    stay = [names[0] for names in begun["actions"]]
    moved = page.ask(do="act", names=stay)
    for _ in range(500):
        if moved["frame"].get("end"):
            return begun, moved
        moved = page.ask(do="act", names=stay)
    raise AssertionError("the match has no end")


def test_after_a_match_the_agent_says_in_sentences_what_it_thinks_of_the_person(page):
    begun, moved = first_match_of(page, "tag", "agent")
    assert begun["unguessed"] == ""
    exit_, leaves = moved["guess"]  # the fact that the game is about comes first
    assert exit_["question"] == "which exit you make for"
    assert [words for words, _ in exit_["values"]][2] == "you make for the green exit"
    assert 98 <= sum(percent for _, percent in leaves["values"]) <= 102


def test_the_games_own_player_guesses_nothing_and_says_so(page):
    begun, moved = first_match_of(page, "tag", "bot")
    assert "guesses nothing" in begun["unguessed"] and moved["guess"] == []


def test_of_a_tab_that_was_closed_nothing_is_wanted_any_more():
    inbox = Inbox()
    assert inbox.is_empty()
    inbox.close()
    assert not inbox.is_empty()
