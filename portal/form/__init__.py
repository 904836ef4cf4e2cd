"""A form made from the parameters of a template: pages of fields, what was typed into them, and what that means."""
