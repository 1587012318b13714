"""The documents of a matter: created, signed, mailed, filed, combined into a packet."""
