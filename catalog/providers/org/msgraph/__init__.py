"""Users and groups of Microsoft Entra ID, as the reference's Microsoft Graph module reads them."""
