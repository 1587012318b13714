"""Reading a table of the practice: every error with its line and a remedy. Pure."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from flows.settings.tables.yaml_text import BadSchedule, Problem, document_of, line_of, problem_of

M = TypeVar("M", bound=BaseModel)


def read_words(text: str, file: str, model: type[M]) -> tuple[M, Any]:
    """A table as its checked words, and the document that knows their lines. Raises BadSchedule with all problems."""
    document = document_of(text, file, f"a table of the practice with {', '.join(model.model_fields)}")

    def known(place: tuple[Any, ...]) -> Collection[str]:
        return _words(model, place)

    try:
        return model.model_validate(document), document
    except ValidationError as error:
        raise BadSchedule([problem_of(file, document, wrong, known) for wrong in error.errors()]) from error


def refuse(file: str, document: Any, place: Sequence[str | int], message: str) -> BadSchedule:
    """The error at a place of a table, to be raised."""
    return BadSchedule([Problem(file, line_of(document, place), ".".join(map(str, place)), message)])


def _words(model: type[BaseModel], place: Sequence[str | int]) -> Collection[str]:
    """The words that are allowed at a place, as far as the model has them."""
    here: Any = model
    for part in place:
        if isinstance(part, int) or not isinstance(here, type) or not issubclass(here, BaseModel):
            continue
        field = here.model_fields.get(part)
        if field is None:
            continue
        here = next((one for one in _inside(field.annotation) if issubclass(one, BaseModel)), None)
        if here is None:
            return ()
    return tuple(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else ()


def _inside(annotation: Any) -> list[type]:
    args = getattr(annotation, "__args__", ())
    found = [one for arg in args for one in _inside(arg)]
    return [*found, annotation] if isinstance(annotation, type) else found
