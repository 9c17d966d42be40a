"""What the usage ledger holds, by month, and what of it nobody is billed for."""
