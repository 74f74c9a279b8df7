"""A provider of sign-in that is none of ours (django-oauth-toolkit), as a process of its own on this machine."""
