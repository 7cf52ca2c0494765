"""How good are the tools of a newsroom?"""
