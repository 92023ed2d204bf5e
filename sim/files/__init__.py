"""Reading and writing files safely: problems with file and line, sheets and cells, all or nothing."""
