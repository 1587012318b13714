"""The practices and hospitals that are owed, as their letters show them."""
