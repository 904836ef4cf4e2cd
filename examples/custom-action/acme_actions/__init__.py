"""Actions of the Acme company."""
