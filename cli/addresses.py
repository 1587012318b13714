"""The options of a mailing address, the same in each command that takes one."""

from typing import Annotated

import typer

City = Annotated[str | None, typer.Option("--city")]
State = Annotated[str | None, typer.Option("--state", help="Two letters, such as WI.")]
ZipCode = Annotated[str | None, typer.Option("--zip")]
Country = Annotated[
    str | None, typer.Option("--country", help="Country outside the US: name or two letters, such as MX.")
]
