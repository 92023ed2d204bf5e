"""The model held against the record: claims, verdicts, the answer of `exposim validate`."""
