"""Descriptor files: text that holds entities, as YAML 1.2 or JSON. Pure: no Django."""

from catalog.descriptors.documents import BrokenDocument, DescriptorError, Document, EntityDocument
from catalog.descriptors.parse import parse_descriptor, parse_values

__all__ = ["BrokenDocument", "DescriptorError", "Document", "EntityDocument", "parse_descriptor", "parse_values"]
