"""The verbs that the edges share: check, plan, sync, resolve, history."""
