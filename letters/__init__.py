"""Letters as pure values in, Word files out. No database and no clock in here.

`data` is the content of a letter, `template` fills it into a Word file, `shelf` finds the template, `combine` makes
one print file of a run, `check` reports to a manager what is wrong with an edited template, `make_templates` makes the
shipped ones.
"""
