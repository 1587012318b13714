"""The API for importing files."""

import tempfile
from dataclasses import asdict
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Depends, File, UploadFile

from flows.intake.file_format import Options
from flows.intake.take import take_files
from web.api import values
from web.api.door import Call, Key
from web.auth.rights import Right
from web.rendering.files import store


def intake(
    files: Annotated[list[UploadFile], File(description="Files of any type that can be imported.")],
    call: Annotated[Call, Depends(Key(Right.TAKE_FILES))],
) -> list[values.FileOut]:
    """Import files. A file that was imported before changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [store(one.file, one.filename, FilePath(folder)) for one in files]
        reports = take_files(call.practice.database, paths, Options(), call.today, call.practice.settings.rejects)
    return [values.FileOut(**{name: asdict(one)[name] for name in values.FileOut.model_fields}) for one in reports]


ROUTES = (("/files", intake, "POST"),)
