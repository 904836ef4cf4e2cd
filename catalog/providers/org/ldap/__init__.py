"""Users and groups of an LDAP directory, as the reference's LDAP module reads them."""
