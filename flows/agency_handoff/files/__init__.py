"""Files to and from agencies: their layouts, written, sealed, sent, fetched and read."""
