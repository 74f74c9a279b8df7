"""What goes out of a plan and comes in again: the workbook."""
