#ifndef CALLBACK_PAGE_CHECKSUM_H
#define CALLBACK_PAGE_CHECKSUM_H

#include <sqlite3.h>

// A virtual file system for SQLite that ends every page of a database with a checksum of the page
// and its number, and refuses a page whose checksum is not right (SQLITE_IOERR_DATA).
//
// SQLite checks its WAL but not its pages: without this a damaged page is an answer that differs.
// The database must have pages of CALLBACK_CHECKSUM_PAGE bytes and keep CALLBACK_CHECKSUM_BYTES at
// the end of each free (SQLITE_FCNTL_RESERVE_BYTES, before it is made).

#define CALLBACK_CHECKSUM_BYTES 8
#define CALLBACK_CHECKSUM_PAGE 4096

// Registers the file system `name` on top of `parent` (NULL: the system's own). Registering a name
// again does nothing. Both strings are copied. Gives an SQLite result code. Must not be called by
// two threads at once.
int callback_register_page_checksum(const char *name, const char *parent);

#endif
