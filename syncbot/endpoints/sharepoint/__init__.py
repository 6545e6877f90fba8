"""SharePoint lists over Microsoft Graph as endpoints."""
