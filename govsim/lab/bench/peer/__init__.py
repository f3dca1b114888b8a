"""The yardstick of workflow engines, run in an environment of its own: django-viewflow is AGPL, so nothing here is
imported by the project.
"""
