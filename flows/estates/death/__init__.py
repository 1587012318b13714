"""Reports of deaths: matched, decided, corrected, taken back."""
