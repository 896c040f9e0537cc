"""The report: a self-contained page on how an agent adapts, which needs no network."""

from pathlib import Path

from gamemeta.evaluation.page.html import templates
from gamemeta.evaluation.page.players import FIRST, LOOKS
from gamemeta.evaluation.page.sections import adaptation, baselines, head, levels, numbers, provenance, seeds
from gamemeta.evaluation.study import Study
from gamemeta.files import write_atomically
from gamemeta_levels.text import shown

TEMPLATE = "report.html"


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
