#include "page_checksum.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// The file that SQLite sees; the parent's file lies behind it.
typedef struct {
  sqlite3_file base;
  sqlite3_file *real;
  int is_database;
} checked_file;

#define REAL(file) (((checked_file *)(file))->real)

// MARK: - The checksum

static uint64_t stir(uint64_t state, uint64_t word) {
  uint64_t product = (state ^ word) * UINT64_C(0x9fb21c651e98df25);
  return product ^ product >> 32;
}

// One to one in each word, so that no change of a single word is missed.
static uint64_t page_checksum(const unsigned char *page, uint64_t number) {
  uint64_t state = stir(UINT64_C(0xa4093822299f31d0), number);
  for (int offset = 0; offset < CALLBACK_CHECKSUM_PAGE - CALLBACK_CHECKSUM_BYTES; offset += 8) {
    uint64_t word;
    memcpy(&word, page + offset, 8);
    state = stir(state, word);
  }
  return state;
}

static int is_whole_page(checked_file *file, int count, sqlite3_int64 offset) {
  return file->is_database && count == CALLBACK_CHECKSUM_PAGE &&
         offset % CALLBACK_CHECKSUM_PAGE == 0;
}

// MARK: - Reading and writing

static int checked_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  int code = REAL(file)->pMethods->xRead(REAL(file), bytes, count, offset);
  if (code != SQLITE_OK || !is_whole_page((checked_file *)file, count, offset)) return code;
  uint64_t found;
  memcpy(&found, (unsigned char *)bytes + count - CALLBACK_CHECKSUM_BYTES, 8);
  uint64_t number = (uint64_t)(offset / CALLBACK_CHECKSUM_PAGE) + 1;
  return found == page_checksum(bytes, number) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

static int checked_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  if (!is_whole_page((checked_file *)file, count, offset))
    return REAL(file)->pMethods->xWrite(REAL(file), bytes, count, offset);
  unsigned char page[CALLBACK_CHECKSUM_PAGE];
  memcpy(page, bytes, sizeof page);
  uint64_t checksum = page_checksum(page, (uint64_t)(offset / CALLBACK_CHECKSUM_PAGE) + 1);
  memcpy(page + count - CALLBACK_CHECKSUM_BYTES, &checksum, 8);
  return REAL(file)->pMethods->xWrite(REAL(file), page, count, offset);
}

// MARK: - Everything else goes to the parent

static int checked_close(sqlite3_file *file) {
  return REAL(file)->pMethods->xClose(REAL(file));
}
static int checked_truncate(sqlite3_file *file, sqlite3_int64 size) {
  return REAL(file)->pMethods->xTruncate(REAL(file), size);
}
static int checked_sync(sqlite3_file *file, int flags) {
  return REAL(file)->pMethods->xSync(REAL(file), flags);
}
static int checked_file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return REAL(file)->pMethods->xFileSize(REAL(file), size);
}
static int checked_lock(sqlite3_file *file, int level) {
  return REAL(file)->pMethods->xLock(REAL(file), level);
}
static int checked_unlock(sqlite3_file *file, int level) {
  return REAL(file)->pMethods->xUnlock(REAL(file), level);
}
static int checked_check_lock(sqlite3_file *file, int *is_locked) {
  return REAL(file)->pMethods->xCheckReservedLock(REAL(file), is_locked);
}
static int checked_control(sqlite3_file *file, int operation, void *argument) {
  return REAL(file)->pMethods->xFileControl(REAL(file), operation, argument);
}
static int checked_sector_size(sqlite3_file *file) {
  return REAL(file)->pMethods->xSectorSize(REAL(file));
}
static int checked_characteristics(sqlite3_file *file) {
  return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}
static int checked_shm_map(sqlite3_file *file, int page, int size, int extend,
                           void volatile **memory) {
  return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, memory);
}
static int checked_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}
static void checked_shm_barrier(sqlite3_file *file) {
  REAL(file)->pMethods->xShmBarrier(REAL(file));
}
static int checked_shm_unmap(sqlite3_file *file, int remove) {
  return REAL(file)->pMethods->xShmUnmap(REAL(file), remove);
}

// Version 2: shared memory for the WAL's index, and no memory-mapped pages, which nobody could
// check.
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = checked_close,
    .xRead = checked_read,
    .xWrite = checked_write,
    .xTruncate = checked_truncate,
    .xSync = checked_sync,
    .xFileSize = checked_file_size,
    .xLock = checked_lock,
    .xUnlock = checked_unlock,
    .xCheckReservedLock = checked_check_lock,
    .xFileControl = checked_control,
    .xSectorSize = checked_sector_size,
    .xDeviceCharacteristics = checked_characteristics,
    .xShmMap = checked_shm_map,
    .xShmLock = checked_shm_lock,
    .xShmBarrier = checked_shm_barrier,
    .xShmUnmap = checked_shm_unmap,
};

static sqlite3_vfs *parent_of(sqlite3_vfs *vfs) { return vfs->pAppData; }

static int checked_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                        int *out_flags) {
  checked_file *checked = (checked_file *)file;
  checked->base.pMethods = NULL;
  checked->real = (sqlite3_file *)(checked + 1);
  checked->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  int code = parent_of(vfs)->xOpen(parent_of(vfs), path, checked->real, flags, out_flags);
  if (checked->real->pMethods != NULL) checked->base.pMethods = &methods;
  return code;
}
static int checked_delete(sqlite3_vfs *vfs, const char *path, int sync) {
  return parent_of(vfs)->xDelete(parent_of(vfs), path, sync);
}
static int checked_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
  return parent_of(vfs)->xAccess(parent_of(vfs), path, flags, result);
}
static int checked_full_path(sqlite3_vfs *vfs, const char *path, int room, char *full) {
  return parent_of(vfs)->xFullPathname(parent_of(vfs), path, room, full);
}
static int checked_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
  return parent_of(vfs)->xRandomness(parent_of(vfs), count, bytes);
}
static int checked_sleep(sqlite3_vfs *vfs, int microseconds) {
  return parent_of(vfs)->xSleep(parent_of(vfs), microseconds);
}
static int checked_time(sqlite3_vfs *vfs, double *time) {
  return parent_of(vfs)->xCurrentTime(parent_of(vfs), time);
}
static int checked_last_error(sqlite3_vfs *vfs, int room, char *text) {
  return parent_of(vfs)->xGetLastError(parent_of(vfs), room, text);
}
static int checked_time_int64(sqlite3_vfs *vfs, sqlite3_int64 *time) {
  return parent_of(vfs)->xCurrentTimeInt64(parent_of(vfs), time);
}

int callback_register_page_checksum(const char *name, const char *parent) {
  if (sqlite3_vfs_find(name) != NULL) return SQLITE_OK;
  sqlite3_vfs *below = sqlite3_vfs_find(parent);
  if (below == NULL) return SQLITE_ERROR;
  sqlite3_vfs *vfs = calloc(1, sizeof *vfs);
  char *kept_name = strdup(name);
  if (vfs == NULL || kept_name == NULL) {
    free(vfs);
    free(kept_name);
    return SQLITE_NOMEM;
  }
  vfs->iVersion = 2;
  vfs->szOsFile = (int)sizeof(checked_file) + below->szOsFile;
  vfs->mxPathname = below->mxPathname;
  vfs->zName = kept_name;
  vfs->pAppData = below;
  vfs->xOpen = checked_open;
  vfs->xDelete = checked_delete;
  vfs->xAccess = checked_access;
  vfs->xFullPathname = checked_full_path;
  vfs->xRandomness = checked_randomness;
  vfs->xSleep = checked_sleep;
  vfs->xCurrentTime = checked_time;
  vfs->xGetLastError = checked_last_error;
  vfs->xCurrentTimeInt64 = checked_time_int64;
  return sqlite3_vfs_register(vfs, 0);
}
