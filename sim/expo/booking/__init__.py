"""What is promised of somebody's time: a party's agenda and a booth's duties."""
