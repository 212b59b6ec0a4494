#pragma once
#include <sqlite3.h>

// The destructor macros are casts, which Swift does not import.

/// Binds text that SQLite copies before the call returns.
static inline int callback_bind_text_copied(
    sqlite3_stmt *statement, int index, const char *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// Binds bytes that SQLite copies before the call returns.
static inline int callback_bind_blob_copied(
    sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// Binds bytes that the caller keeps in place until the statement is reset or bound anew.
static inline int callback_bind_blob_borrowed(
    sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_STATIC);
}
