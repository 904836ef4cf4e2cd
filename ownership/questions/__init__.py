"""The questions about ownership, one file each. Everybody who asks sees what he may see of the catalog, and no more."""
