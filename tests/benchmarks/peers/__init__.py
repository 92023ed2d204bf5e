"""The same floors played by other simulators, each as its documentation shows it."""
