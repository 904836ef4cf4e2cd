"""CODEOWNERS files, kept where questions find them: what providers have captured, and what is read besides."""
