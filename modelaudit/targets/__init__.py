"""Where an artifact has to load: targets that are named, and those of the files around it."""
