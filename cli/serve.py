"""The command `serve`: the workspace in the browser."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import REFUSED, err, open_practice, refusals, say_template_faults
from flows.users.queries import users

if TYPE_CHECKING:
    import uvicorn


OPEN = (
    "Warning: other machines may connect, and without --https passwords and cookies cross the network in the clear. "
    "Put a proxy that speaks HTTPS before it, and start with --https."
)


@refusals
def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65_535)] = 8000,
    host: Annotated[str, typer.Option("--host", help="Who may connect: this machine only, or 0.0.0.0.")] = "127.0.0.1",
    https: Annotated[
        bool,
        typer.Option("--https", help="It is reached through HTTPS, by a proxy before it; cookies go no other way."),
    ] = False,
    proxy: Annotated[
        str, typer.Option("--proxy", help="The address of the proxy, whose word on addresses and HTTPS is believed.")
    ] = "127.0.0.1",
    with_runner: Annotated[
        bool, typer.Option("--with-runner", help="Run the house's day each night too, at the hour nightly_at.")
    ] = False,
) -> None:
    """Serve the workspace in the browser."""
    # Loaded here only: no other command should wait for a web server.
    import uvicorn

    from web.app import Serving, create_app

    with open_practice() as practice:
        # What is done in the browser is done by who is signed in there, and not by who started the server.
        practice.database.typed_by = ""
        with practice.database.reading() as conn:
            nobody = not any(one["disabled_on"] is None for one in users(conn))
        say_template_faults(practice.settings)
        if nobody:
            err.print("Nobody can sign in yet: pastdue user add NAME --role admin", markup=False)
        err.print(f"The workspace: http://{host}:{port}/", markup=False)
        if host not in ("127.0.0.1", "localhost", "::1") and not https:
            err.print(OPEN, markup=False, soft_wrap=True)
        app = create_app(practice, Serving(https=https))
        # The server's own log would hold addresses of pages; who saw what is in the book.
        how: dict[str, Any] = {
            "host": host,
            "port": port,
            "log_level": "warning",
            "access_log": False,
            "server_header": False,
            "proxy_headers": https,
            "forwarded_allow_ips": proxy,
        }
        if with_runner:
            _serve_with_runner(uvicorn.Config(app, **how))
        else:
            uvicorn.run(app, **how)


def _serve_with_runner(config: "uvicorn.Config") -> None:
    import uvicorn

    from cli.nightly import Beside

    # The port is taken before the runner starts: who cannot serve does not run the day either.
    beside = Beside(uvicorn.Server(config), config.bind_socket())
    beside.run()
    if beside.lost:
        raise typer.Exit(REFUSED)
