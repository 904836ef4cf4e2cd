"""Signing in at an identity provider: OpenID Connect, and GitHub."""
