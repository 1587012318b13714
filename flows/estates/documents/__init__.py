"""The documents of a matter: composed, signed, mailed, filed, bound into a packet."""
