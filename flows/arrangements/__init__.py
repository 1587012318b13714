"""Payment by instalments: quoted, agreed, watched, made up, ended; and the offer to settle for less."""
