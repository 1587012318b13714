"""What is sent: letters as pure values in, Word files out. No database and no clock in here.

`data` is what a letter says, `template` fills it into a Word file, `shelf` finds the template,
`combine` makes one print file of a run, `check` tells a manager what is wrong with an edited
template, `make_templates` draws the shipped ones.
"""
