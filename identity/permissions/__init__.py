"""Who may do what: a policy that operators write in YAML."""
