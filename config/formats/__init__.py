"""How dates are written, by language: the admin has its own way otherwise."""
