"""The proof that nothing was altered: heads sealed by a key, and the check of the whole database against them."""
