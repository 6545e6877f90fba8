"""Where publications go: mailboxes, channels, folders, pages."""
