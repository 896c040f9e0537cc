import ast

import pytest

from docs.site import sources
from docs.site.guides import page_of
from docs.site.links import broken_links
from docs.site.names import dangling_names
from gamemeta.games.registry import game_class, games
from gamemeta_levels.registry import families, family_class


def test_every_public_name_has_a_docstring():
    assert sources.undocumented() == []


def test_what_docstrings_and_guides_name_in_backticks_exists():
    assert dangling_names() == []


def test_every_game_and_every_family_is_on_the_site():
    public = {name for group in sources.public_modules().values() for name in group}
    homes = {game_class(name).__module__ for name in games()}
    homes |= {family_class(name).__module__ for name in families()}
    assert {home for home in homes if home.startswith("gamemeta")} <= public


def test_every_module_is_public_or_internal_by_the_list_of_the_site():
    assert sources.unlisted() == []


def test_no_module_is_on_the_site_twice():
    listed = [name for group in sources.public_modules().values() for name in group]
    assert len(listed) == len(set(listed))


@pytest.fixture
def project(monkeypatch):
    """A function that takes the text of modules by name and puts them in place of the project's own."""

    def put(**texts):
        monkeypatch.setattr(
            sources, "sources", lambda: {name: ast.parse(text) for name, text in texts.items()}
        )
        sources._classes.cache_clear()
        sources.inherited_docs.cache_clear()

    yield put
    sources._classes.cache_clear()
    sources.inherited_docs.cache_clear()


PROTOCOL = '"""Doc."""\nclass Door(Protocol):\n    """Doc."""\n    def open(self):\n        """Opens it."""\n'
GATE = '"""Doc."""\nclass Gate:\n    """Doc."""\n    def {}(self): pass\n'


def test_silent_modules_classes_functions_and_methods_are_named(project):
    project(m="def f(): pass\nclass C:\n    def g(self): pass\n    def _hidden(self): pass\n")
    assert sources.undocumented() == ["m", "m.f", "m.C", "m.C.g"]


def test_a_method_may_be_silent_where_a_protocol_says_what_it_does(project):
    project(a=PROTOCOL, b=GATE.format("open"))
    assert sources.undocumented() == []
    assert sources.inherited_docs() == {"b.Gate.open": ("a.Door", "Opens it.")}


def test_a_method_that_no_protocol_knows_may_not_be_silent(project):
    project(a=PROTOCOL, b=GATE.format("shut"))
    assert sources.undocumented() == ["b.Gate.shut"]


def test_a_method_may_be_silent_where_a_base_class_says_what_it_does(project):
    base = PROTOCOL.replace("(Protocol)", "") + "    def shut(self):\n        '''Shuts it.'''\n"
    project(a=base, b=GATE.format("open").replace("Gate", "Gate(a.Door)"))
    assert sources.undocumented() == []


@pytest.fixture
def site(tmp_path):
    (tmp_path / "a.html").write_text('<h1 id="top">A</h1>', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("link", ["../a.html", "../a.html#top", "#here", "https://example.org/x", "b.html"])
def test_a_good_link_is_not_reported(site, link):
    (site / "in").mkdir()
    (site / "in" / "b.html").write_text(f'<p id="here"><a href="{link}">x</a>', encoding="utf-8")
    assert broken_links(site) == []


@pytest.mark.parametrize(
    ("tag", "wrong"),
    [
        ('<a href="c.html">', "b.html: c.html leads nowhere."),
        ('<a href="a.html#end">', "b.html: a.html#end names an anchor that is not there."),
        ('<a href="#end">', "b.html: #end names an anchor that is not there."),
        ('<img src="maze.gif">', "b.html: maze.gif leads nowhere."),
        ('<script src="//cdn.org/x.js">', "b.html: //cdn.org/x.js is fetched from the network."),
    ],
)
def test_a_bad_link_is_reported_with_its_page(site, tag, wrong):
    (site / "b.html").write_text(tag, encoding="utf-8")
    assert broken_links(site) == [wrong]


def test_pages_lie_where_their_sources_lie():
    assert page_of("README.md") == "index.html"
    assert page_of("docs/architecture.md") == "docs/architecture.html"
    assert page_of("docs/decisions") == "docs/decisions/index.html"
    assert page_of("docs/pictures/maze.gif") == "docs/pictures/maze.gif"
