"""Users and groups of GitLab, as the reference's GitLab org module reads them."""
