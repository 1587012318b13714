"""The words of a text that a manager edits, as Pydantic checks them: days, money, names, and closed mappings."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[int, Field(ge=0, le=3660)]


Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]


class Text(BaseModel):
    """A mapping of the file: an unknown word is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
