"""How the shipped weights are made. Needs the `train` dependency group; nothing else imports it."""
