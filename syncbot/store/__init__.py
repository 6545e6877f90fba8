"""What syncbot remembers: baselines, identities, journal, conflicts, cursors and leases."""
