"""Documents of an estate matter: their kinds, data, words, layout and templates."""
