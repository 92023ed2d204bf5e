"""The programme: activities with rooms, hosts and hours, and who is booked for them."""
