"""Who wishes to meet whom: affinity, the score of it, requests and what is replied."""
