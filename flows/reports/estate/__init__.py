"""Reports on estates: the docket, and what estates paid."""
