"""``daicho demo build|run|up``: the fictional company, its pipeline and Airflow's pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from include.demo.ready import NoServer, Ready, Wish, make_ready
from include.demo.show import Console
from include.governance.cli.edge import Exit, handled, language
from include.governance.cli.options import Lang
from include.governance.settings import home
from include.governance.wording import say

HELP = say("demo.help", "en") + " / " + say("demo.help", "ja")
app = typer.Typer(help=HELP, no_args_is_help=True)
Variant = Annotated[Literal["clean", "planted"], typer.Option(help="clean | planted")]
Scale = Annotated[int, typer.Option(min=1, help="1 = 300 members / 会員300人.")]
Seed = Annotated[int, typer.Option(help="Same seed, same data / 乱数の種.")]
To = Annotated[Literal["sqlite", "postgres", "mariadb"], typer.Option(help="Where / 作成先.")]
Url = Annotated[str | None, typer.Option(help="Admin URL of the server / サーバーの管理URL.")]


@app.command("build", help=say("demo.build", "en") + " / " + say("demo.build", "ja"))
def build(
    variant: Variant = "planted",
    scale: Scale = 1,
    seed: Seed = 20261130,
    to: To = "sqlite",
    url: Url = None,
    lang: Lang = None,
) -> None:
    """Build the demo company anew."""
    with handled(lang):
        console = Console(language(lang))
        _ready(Wish(variant, scale, seed, to, url), home(), console, again=True)


@app.command("run", help=say("demo.run", "en") + " / " + say("demo.run", "ja"))
def run(variant: Variant = "planted", lang: Lang = None) -> None:
    """Build the demo if needed, run the real DAGs in-process, show the summary."""
    from include.demo.pipeline import run_dags

    with handled(lang):
        console = Console(language(lang))
        ready = _ready(Wish(variant=variant), home(), console)
        code = run_dags(home(), ready.settings, console)
        raise typer.Exit(Exit.CLEAN if code == 0 else Exit.NOT_EVALUATED)


@app.command("up", help=say("demo.up", "en") + " / " + say("demo.up", "ja"))
def up(
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Port / ポート.")] = 8080,
    lang: Lang = None,
) -> None:
    """Start Airflow on 127.0.0.1 until Ctrl-C."""
    from include.demo.standalone import serve

    with handled(lang):
        console = Console(language(lang))
        ready = _ready(Wish(), home(), console)
        raise typer.Exit(serve(home(), ready.settings, port, console))


def _ready(wish: Wish, folder: Path, console: Console, *, again: bool = False) -> Ready:
    try:
        return console.building(
            lambda tell: make_ready(wish, folder, tell, again=again), str(wish.variant)
        )
    except NoServer as error:
        console.no_server(str(error))
        raise typer.Exit(Exit.BAD_CONFIGURATION) from None
