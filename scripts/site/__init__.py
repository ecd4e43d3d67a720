"""The pages of the site: the documents of the repository, and a page for each rule."""
