"""The command `serve`: the workspace in the browser."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import REFUSED, err, open_practice, refusals, say_template_faults
from flows.users.queries import users

if TYPE_CHECKING:
    import uvicorn


OPEN = (
    "Warning: other machines can connect, and without --https, passwords and cookies are sent unencrypted. "
    "Run it behind an HTTPS proxy and start it with --https."
)


@refusals
def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65_535)] = 8000,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on: 127.0.0.1 for this machine only, 0.0.0.0 for all.")
    ] = "127.0.0.1",
    https: Annotated[
        bool,
        typer.Option("--https", help="The workspace is behind an HTTPS proxy. Cookies are sent through HTTPS only."),
    ] = False,
    proxy: Annotated[str, typer.Option("--proxy", help="The address of the trusted proxy.")] = "127.0.0.1",
    with_runner: Annotated[
        bool, typer.Option("--with-runner", help="Also run the nightly process, at the time of the setting nightly_at.")
    ] = False,
) -> None:
    """Serve the workspace in the browser."""
    # Imported only here: no other command should wait for a web server.
    import uvicorn

    from web.app import Serving, create_app

    with open_practice() as practice:
        # The actor in the browser is the signed-in user, not the user who started the server.
        practice.database.typed_by = ""
        with practice.database.reading() as conn:
            nobody = not any(one["disabled_on"] is None for one in users(conn))
        say_template_faults(practice.settings)
        if nobody:
            err.print("There are no users yet. Add one: pastdue user add NAME --role admin", markup=False)
        err.print(f"Workspace: http://{host}:{port}/", markup=False)
        if host not in ("127.0.0.1", "localhost", "::1") and not https:
            err.print(OPEN, markup=False, soft_wrap=True)
        app = create_app(practice, Serving(https=https))
        # The server's own log would hold page addresses; the access log is in the database.
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

    # The port is bound before the runner starts: without a server there is no nightly run either.
    beside = Beside(uvicorn.Server(config), config.bind_socket())
    beside.run()
    if beside.lost:
        raise typer.Exit(REFUSED)
