"""Fixed text with its sources: what the movements can mean, and when to ask a doctor. Nothing here is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.config import Settings

if TYPE_CHECKING:
    from detector.records.result import Provenance
    from detector.report.catalogue import Catalogue

__all__ = ["Sourced", "causes", "literature", "soon", "sources", "words"]

_QXMD = "https://read.qxmd.com/read/20351003/benign-neonatal-sleep-myoclonus-a-review-of-the-literature"
_BRIEFS = "https://www.pediatricneurologybriefs.com/articles/10.15844/pedneurbriefs-24-5-2/"
_ICNA = "https://icnapedia.org/wiki/content/benign_neonatal_sleep_myoclonus"
_ILAE = "https://epilepsydiagnosis.org/seizure/neonatal-seizure-overview.html"
_SERIES = "https://pubmed.ncbi.nlm.nih.gov/17574462"
_DIFFERENTIAL = "https://emedicine.medscape.com/article/1355567-differential"

_LITERATURE = {
    "twitches": (
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC8513809",
        "https://www.cell.com/current-biology/fulltext/S0960-9822(21)00736-3",
    ),
    "bnsm": (_SERIES, _QXMD, _BRIEFS),
    "drugs_given": (_BRIEFS,),
    "overlap": (_ICNA, _ILAE),
}
_SOON = {
    "awake": (_ICNA, _SERIES),
    "signs": (_ICNA, "https://emedicine.medscape.com/article/1355567-clinical"),
    "fixed": (_ILAE,),
    "late": (_BRIEFS, _SERIES),
    "examination": (_ICNA, _DIFFERENTIAL),
}
_CAUSES = {
    "infection": (
        "https://www.msdmanuals.com/uk/professional/pediatrics/neurologic-disorders-in-children/neonatal-seizure-disorders",
        "https://gpnotebook.com/en-au/simplepage.cfm?ID=-684392416&linkID=23597",
    ),
    "electrolyte": (_DIFFERENTIAL,),
    "inherited": ("https://pmc.ncbi.nlm.nih.gov/articles/PMC5575623",),
    "drugs": (
        "https://discovery.researcher.life/article/benign-neonatal-sleep-myoclonus-in-newborn-infants-of-opioid-dependent-mothers/5a79538df8933cb9844d83e3e8bc63cc",
    ),
}
_CITED_AS = {
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC8513809": "Sokoloff et al. 2020, twitches of sleeping infants",
    "https://www.cell.com/current-biology/fulltext/S0960-9822(21)00736-3": "Sokoloff et al. 2021, Current Biology",
    _SERIES: "Paro-Panjan and Neubauer 2008, 38 infants with benign neonatal sleep myoclonus",
    _QXMD: "Maurer et al. 2010, benign neonatal sleep myoclonus: a review of the literature",
    _BRIEFS: "Pediatric Neurology Briefs 24(5), 2010",
    _ICNA: "ICNApedia, benign neonatal sleep myoclonus",
    _ILAE: "ILAE, epilepsydiagnosis.org: neonatal seizures",
    _DIFFERENTIAL: "Medscape 1355567, differential diagnoses",
    "https://emedicine.medscape.com/article/1355567-clinical": "Medscape 1355567, clinical presentation",
    _CAUSES["infection"][0]: "MSD Manual, neonatal seizure disorders",
    _CAUSES["infection"][1]: "GPnotebook",
    _CAUSES["inherited"][0]: "PubMed Central PMC5575623",
    _CAUSES["drugs"][0]: "Benign neonatal sleep myoclonus in newborn infants of opioid dependent mothers",
}

_WORDS = ("zone", "analysed", "masked", "missing", "not_assessable", "confidence")


@dataclass(frozen=True, slots=True)
class Sourced:
    """One sentence with the addresses of its sources."""

    text: str
    sources: tuple[str, ...]


def literature(say: Catalogue) -> tuple[Sourced, ...]:
    """Return what is known about such movements in sleep."""
    return tuple(Sourced(say(f"context.{key}"), found) for key, found in _LITERATURE.items())


def soon(say: Catalogue) -> tuple[Sourced, ...]:
    """Return the reasons for asking a doctor soon."""
    return tuple(Sourced(say(f"soon.{key}"), found) for key, found in _SOON.items())


def causes(say: Catalogue) -> tuple[Sourced, ...]:
    """Return other causes that the literature names."""
    return tuple(Sourced(say(f"causes.{key}"), found) for key, found in _CAUSES.items())


def sources() -> dict[str, str]:
    """Return the name of each source by its address, in order of first use."""
    found = (s for part in (_LITERATURE, _SOON, _CAUSES) for several in part.values() for s in several)
    return {address: _CITED_AS[address] for address in found}


def words(run: Provenance, say: Catalogue) -> tuple[tuple[str, str], ...]:
    """Return the terms used on the page with their meaning, as defined by the settings of this run."""
    settings = Settings.of_run(run)
    jerks, clusters = settings.jerks, settings.clusters
    jerk = say(
        "words.jerk_means", low=say.plain(jerks.min_duration_s), high=say.plain(jerks.max_duration_s),
        together=say.plain(jerks.together_s),
    )  # fmt: skip
    cluster = say("words.cluster_means", least=say.plain(clusters.min_jerks), gap=say.plain(clusters.gap_s))
    episode = say("words.episode_means", gap=say.plain(clusters.episode_gap_s))
    return (
        (say("words.jerk"), jerk), (say("words.cluster"), cluster), (say("words.episode"), episode),
        *((say(f"words.{word}"), say(f"words.{word}_means")) for word in _WORDS),
    )  # fmt: skip
