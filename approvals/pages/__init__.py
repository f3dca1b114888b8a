"""The pages of this room: thin views that call the actions that the API calls."""
