"""Python source that a loader imports: which names it reaches, and when. It is never compiled."""
