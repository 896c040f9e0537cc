"""The report: a self-contained page on how an agent adapts, which needs no network."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from gamemeta.errors import ConfigError
from gamemeta.evaluation.page.players import FIRST, LOOKS
from gamemeta.evaluation.page.sections import adaptation, baselines, head, levels, numbers, provenance, seeds
from gamemeta.evaluation.study import Study
from gamemeta.files import write_atomically
from gamemeta_levels.text import shown

TEMPLATE = "report.html"


def check_target(path: Path, suffixes: tuple[str, ...]) -> None:
    """Check that a file can be written, before the first episode.

    Raises:
        ConfigError: the name ends otherwise, or names a folder.
        OSError: the folder it names is missing or cannot be written to.
    """
    if path.suffix.lower() not in suffixes:
        raise ConfigError(f"{path}: give a name that ends in {' or '.join(suffixes)}.")
    if path.is_dir():
        raise ConfigError(f"{path} is a folder. Give the name of a file in it.")
    trial = path.with_name(f".{path.name}.trial")
    try:
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(path)) from error


def write_report(study: Study, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        ConfigError: matplotlib is not installed.
        OSError: the file cannot be written.
    """
    write_atomically(path, report_page(study).encode())


def report_page(study: Study) -> str:
    """The page as HTML. Equal studies give equal pages.

    Raises:
        ConfigError: matplotlib is not installed.
    """
    result = study.evaluation
    template = templates().get_template(TEMPLATE)
    page = template.render(
        looks={**LOOKS, "first": FIRST},
        title=head.title(study),
        eyebrow=head.eyebrow(study),
        heading=head.heading(result),
        verdict=result.verdict(),
        measure=result.measure,
        adapts=result.adapts,
        tiles=list(head.tiles(result)),
        adaptation=adaptation.section(result),
        baselines=baselines.section(study),
        seeds=seeds.section(study),
        numbers=numbers.section(result),
        kinds=levels.kinds_section(result),
        extremes=levels.extremes_section(result),
        provenance=provenance.section(study),
    )
    return shown(page)


@cache
def templates() -> Environment:
    """The templates beside this file; what they are filled with is escaped."""
    return Environment(
        loader=PackageLoader("gamemeta.evaluation.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
