"""Is what is served right, and what does it cost?"""
