"""From the facts of an artifact to its outline, which is bounded whatever the facts are."""
