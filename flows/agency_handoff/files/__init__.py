"""Files to and from agencies: their layouts, writing, encryption, sending, downloading and reading."""
