"""Letters on their way: written, printed, mailed, e-mailed, returned, voided and reprinted."""
