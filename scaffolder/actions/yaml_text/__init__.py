"""Values as YAML text, character by character as the npm package ``yaml`` writes it, with its options."""

from scaffolder.actions.yaml_text.options import YamlOptions
from scaffolder.actions.yaml_text.writer import yaml_text

__all__ = ["YamlOptions", "yaml_text"]
