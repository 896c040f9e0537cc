"""The site: guides and results as they lie in docs/, and a page of the API for every folder of modules."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "docs" / "extensions"), str(ROOT), str(ROOT / "levels")]

project = author = "gamemeta"
extensions = ["myst_parser", "sphinx.ext.autodoc", "api_pages", "docstrings", "names", "playground_pages"]
exclude_patterns = ["extensions"]

html_theme, html_title = "furo", "gamemeta"
html_copy_source = html_show_sourcelink = html_show_copyright = False
html_static_path, html_css_files = ["static"], ["site.css"]
pygments_style, pygments_dark_style = "friendly", "github-dark"

nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!gamemeta)\w+\..+")]  # other projects' names: their pages are not here
nitpick_ignore = [
    ("py:class", "Axes"),  # imported by type checkers alone
    *(("py:obj", f"gamemeta.{language}") for language in ("gd", "h", "lua", "mjs")),  # files of exports
    *(("py:obj", f"gamemeta.{note}") for note in ("class", "empty", "family", "hidden.keys")),  # of maps
]
default_role = "literal"  # `names` turns the project's own names into links
myst_heading_anchors = 3
linkcheck_timeout, linkcheck_workers = 20, 4

autodoc_default_options = {"members": True, "member-order": "bysource", "ignore-module-all": True}
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
add_module_names = False
smartquotes_action = "D"  # dashes, and quotes as they are

suppress_warnings = ["ref.python"]
"""Two classes of one name in annotations: the link leads to one of them."""
