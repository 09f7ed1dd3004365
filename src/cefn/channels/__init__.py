"""Files in and out: readers, formats, imports with a dry run and an undo, exports."""
