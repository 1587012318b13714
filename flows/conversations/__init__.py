"""A conversation as a whole: its result with the insurance or plan that it brought, and taking a wrong result back."""
