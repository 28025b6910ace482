"""For which unit a device works: a driver's phone for a vehicle. What is given to the unit reaches the device."""
