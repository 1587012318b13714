"""The text of letters, in English and Spanish, and how values are printed."""
