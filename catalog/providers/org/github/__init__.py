"""Members and teams of GitHub organizations, as the reference's GitHub org module reads them."""
