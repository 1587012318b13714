"""Addresses checked by a CASS and NCOALink service: the file to it, and what its result changes."""
