"""The web app's pages and the parts they share."""
