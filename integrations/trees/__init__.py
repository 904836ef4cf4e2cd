"""Reading folders by URL: out of git repositories, and out of archives on plain servers."""
