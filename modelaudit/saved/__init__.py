"""Reports that ``modelaudit scan`` wrote as JSON or JSON Lines, read again and put together."""
