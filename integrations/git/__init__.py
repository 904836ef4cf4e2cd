"""Files of git repositories, read without a checkout."""
