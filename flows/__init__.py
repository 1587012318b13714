"""What pastdue does: the rooms of the engine, and above them the day.

The table of consequences is in force as soon as anything of this package is imported: no room works without it.
"""

from flows import consequences as consequences
