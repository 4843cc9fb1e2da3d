"""Mass work in the window: from the rows of a list, over the question, to a result for each."""
