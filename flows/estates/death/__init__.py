"""Reports of death: matched, decided, corrected, annulled."""
