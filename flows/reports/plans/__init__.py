"""Reports on payment plans and promises to pay."""
