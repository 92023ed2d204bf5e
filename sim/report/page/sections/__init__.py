"""The sections of the page, each made from tables and KPIs alone."""
