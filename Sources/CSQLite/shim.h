// SQLite's public header, and the one constant Swift cannot import: a cast of a number to a function.
#pragma once
#include <sqlite3.h>

/// Binds a text that SQLite copies.
static inline int unroll_bind_text(sqlite3_stmt *statement, int place, const char *text, int bytes) {
  return sqlite3_bind_text(statement, place, text, bytes, SQLITE_TRANSIENT);
}
