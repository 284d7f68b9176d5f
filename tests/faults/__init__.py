"""What goes wrong outside of whence, done for real: processes killed, files locked, disks full, a server away. Seen through a running service."""
