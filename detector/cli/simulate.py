"""``sleepjerk simulate``: rendered sleepers with exact truth, to test and to train with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli.console import ExitCode, printable
from detector.cli.interruption import stop_if_asked
from detector.cli.options import QuietOption  # noqa: TC001  (the parser reads it)
from detector.records.plural import plural

if TYPE_CHECKING:
    from detector.synthetic.series import Job, Made

__all__ = ["simulate_command"]


def simulate_command(
    recipes: Annotated[
        list[Path] | None, typer.Argument(help="Recipes as TOML files, one clip each.", metavar="RECIPE")
    ] = None,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the clips go.", metavar="FOLDER")] = Path("clips"),
    conditions: Annotated[
        str, typer.Option(help="Conditions to draw recipes for: names, patterns, all, jerks, jerk-free; with commas.")
    ] = "",
    seeds: Annotated[str, typer.Option(help="Seeds of the drawn recipes, such as 1-4,9.")] = "1",
    over: Annotated[
        Path | None, typer.Option(help="A picture or video to use instead of the bed in every clip.", metavar="FILE")
    ] = None,
    workers: Annotated[int, typer.Option(help="Clips rendered at once, one process each.", min=1, max=256)] = 1,
    listed: Annotated[bool, typer.Option("--list", help="Print the conditions and stop.")] = False,
    quiet: QuietOption = False,
) -> int:
    """Render clips of a sleeper, each with its truth (.truth.tsv) and its recipe (.toml) beside it.

    The same recipe gives the same clip. An existing clip with the same recipe is kept, so that a stopped run
    continues where it was. With --over, the sleeper lies on a picture or video of yours; what moves in it is not in
    the truth. Exit codes: 0 all there, 1 some failed, 2 wrong usage or no place to write, 130 interrupted.
    """
    from detector.results.folder import make_place  # noqa: PLC0415  (loads duckdb)
    from detector.synthetic.series import render_all  # noqa: PLC0415  (loads cv2 and av)

    if listed:
        print("\n".join(_condition_lines()))
        return ExitCode.DONE
    jobs = _jobs(recipes or [], conditions, seeds, out, over)
    make_place(out)
    counts = {"rendered": 0, "kept": 0, "failed": 0}
    for number, made in enumerate(render_all(jobs, workers=workers, idle=stop_if_asked), start=1):
        counts[made.state] += 1
        _tell(made, f"{number}/{len(jobs)}", quiet=quiet)
        stop_if_asked()
    if not quiet:
        print(
            f"{plural(len(jobs), 'clip')} in {printable(out)}: " + ", ".join(f"{n} {w}" for w, n in counts.items() if n)
        )
    return ExitCode.SOME_FAILED if counts["failed"] else ExitCode.DONE


def _jobs(recipes: list[Path], conditions: str, seeds: str, out: Path, over: Path | None) -> list[Job]:
    from detector.synthetic.series import chosen_conditions, chosen_seeds, jobs_for  # noqa: PLC0415  (loads cv2 and av)

    if not recipes and not conditions:
        raise typer.BadParameter("nothing to render: give recipes, or --conditions (--list shows them)")
    bed = str(over.resolve()) if over is not None else ""
    jobs = [_recipe_job(path, out, bed) for path in recipes]
    if conditions:
        jobs += jobs_for(chosen_conditions(conditions), chosen_seeds(seeds), out, bed=bed)
    names = [job.path.stem for job in jobs]
    twice = sorted({name for name in names if names.count(name) > 1}) if recipes else []
    if twice:
        raise typer.BadParameter(f"two clips would be called {', '.join(twice)}: rename a recipe")
    return jobs


def _recipe_job(path: Path, out: Path, bed: str) -> Job:
    from detector.errors import SettingsError  # noqa: PLC0415  (as below)
    from detector.synthetic.recipe import Recipe  # noqa: PLC0415  (loads pydantic)
    from detector.synthetic.series import Job  # noqa: PLC0415  (loads cv2 and av)

    try:
        recipe = Recipe.from_toml(path.read_text("utf-8"))
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{path}: the recipe cannot be read ({error})") from error
    picture = bed or recipe.bed.picture
    if picture and not bed:  # a path in a recipe is seen from the recipe
        picture = str((path.parent / picture).resolve())
    recipe = recipe.model_copy(update={"bed": recipe.bed.model_copy(update={"picture": picture})})
    return Job(recipe, out / f"{path.stem}.{recipe.codec.container}")


def _tell(made: Made, place: str, *, quiet: bool) -> None:
    name = printable(made.job.path.name)
    if made.state == "failed":
        print(f"sleepjerk: error: {name}: {printable(made.error)}", file=sys.stderr, flush=True)
    elif not quiet:
        took = f" in {made.seconds:.1f} s" if made.state == "rendered" else ""
        print(f"{place} {name} {made.state}{took}", flush=True)


def _condition_lines() -> list[str]:
    from detector.synthetic.conditions import CONDITIONS, NEGATIVE  # noqa: PLC0415  (loads numpy)

    return [f"{name:<28}{'jerk-free' if name in NEGATIVE else 'jerks'}" for name in CONDITIONS]
