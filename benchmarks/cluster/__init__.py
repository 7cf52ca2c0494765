"""What does Searcher cost on top of a cluster?"""
