#ifndef CALLBACK_FAULTY_DISK_H
#define CALLBACK_FAULTY_DISK_H

// A virtual file system for SQLite that fails when it is told to: the n-th operation that changes
// a file (write, sync, truncate), and if so wanted every one after it.

typedef struct faulty_disk faulty_disk;

enum {
  // Half of the bytes are written, then EIO; a sync fails with EIO.
  FAULTY_DISK_EIO = 1,
  // Half of the bytes are written, then there is no room; syncs succeed.
  FAULTY_DISK_FULL = 2,
  // Writes succeed, a sync fails with EIO.
  FAULTY_DISK_EIO_OF_SYNC = 3,
};

// Registers a disk; give every test one of its own name. NULL on failure. It is never removed.
faulty_disk *faulty_disk_make(const char *name);

// Fails the operation after the next `after` ones; `lasting`: and all that follow.
void faulty_disk_fail(faulty_disk *disk, int kind, long after, int lasting);

// Stops failing.
void faulty_disk_heal(faulty_disk *disk);

// Operations that changed a file so far, and syncs among them.
long faulty_disk_operations(faulty_disk *disk);
long faulty_disk_syncs(faulty_disk *disk);

// Whether an operation has failed since `faulty_disk_fail`.
int faulty_disk_has_failed(faulty_disk *disk);

#endif
