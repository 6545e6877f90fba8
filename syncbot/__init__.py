"""syncbot keeps Notion and SharePoint telling the same story."""
