#include "faulty_disk.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct faulty_disk {
  sqlite3_vfs vfs;
  sqlite3_vfs *below;
  atomic_long operations, syncs, fails_at;
  atomic_int kind, lasting, has_failed;
};

typedef struct {
  sqlite3_file base;
  sqlite3_file *real;
  faulty_disk *disk;
} faulty_file;

#define REAL(file) (((faulty_file *)(file))->real)
#define DISK(file) (((faulty_file *)(file))->disk)

// Counts an operation; 0, or the kind of fault that it has.
static int fault(faulty_disk *disk, int is_sync) {
  long number = atomic_fetch_add(&disk->operations, 1) + 1;
  long at = atomic_load(&disk->fails_at);
  if (at == 0 || number < at || (number > at && !atomic_load(&disk->lasting))) return 0;
  int kind = atomic_load(&disk->kind);
  if (kind == FAULTY_DISK_EIO_OF_SYNC && !is_sync) return 0;
  atomic_store(&disk->has_failed, 1);
  return kind;
}

static int faulty_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  int kind = fault(DISK(file), 0);
  if (kind == 0) return REAL(file)->pMethods->xWrite(REAL(file), bytes, count, offset);
  if (count > 1) REAL(file)->pMethods->xWrite(REAL(file), bytes, count / 2, offset);
  return kind == FAULTY_DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}
static int faulty_sync(sqlite3_file *file, int flags) {
  atomic_fetch_add(&DISK(file)->syncs, 1);
  int kind = fault(DISK(file), 1);
  if (kind != 0 && kind != FAULTY_DISK_FULL) return SQLITE_IOERR_FSYNC;
  return REAL(file)->pMethods->xSync(REAL(file), flags);
}
static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size) {
  if (fault(DISK(file), 0) == FAULTY_DISK_EIO) return SQLITE_IOERR_TRUNCATE;
  return REAL(file)->pMethods->xTruncate(REAL(file), size);
}

static int faulty_close(sqlite3_file *file) { return REAL(file)->pMethods->xClose(REAL(file)); }
static int faulty_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  return REAL(file)->pMethods->xRead(REAL(file), bytes, count, offset);
}
static int faulty_file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return REAL(file)->pMethods->xFileSize(REAL(file), size);
}
static int faulty_lock(sqlite3_file *file, int level) {
  return REAL(file)->pMethods->xLock(REAL(file), level);
}
static int faulty_unlock(sqlite3_file *file, int level) {
  return REAL(file)->pMethods->xUnlock(REAL(file), level);
}
static int faulty_check_lock(sqlite3_file *file, int *is_locked) {
  return REAL(file)->pMethods->xCheckReservedLock(REAL(file), is_locked);
}
static int faulty_control(sqlite3_file *file, int operation, void *argument) {
  return REAL(file)->pMethods->xFileControl(REAL(file), operation, argument);
}
static int faulty_sector_size(sqlite3_file *file) {
  return REAL(file)->pMethods->xSectorSize(REAL(file));
}
static int faulty_characteristics(sqlite3_file *file) {
  return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}
static int faulty_shm_map(sqlite3_file *file, int page, int size, int extend,
                          void volatile **memory) {
  return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, memory);
}
static int faulty_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}
static void faulty_shm_barrier(sqlite3_file *file) {
  REAL(file)->pMethods->xShmBarrier(REAL(file));
}
static int faulty_shm_unmap(sqlite3_file *file, int remove) {
  return REAL(file)->pMethods->xShmUnmap(REAL(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_file_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_check_lock,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector_size,
    .xDeviceCharacteristics = faulty_characteristics,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap,
};

static faulty_disk *disk_of(sqlite3_vfs *vfs) { return vfs->pAppData; }

static int faulty_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                       int *out_flags) {
  faulty_file *faulty = (faulty_file *)file;
  faulty->base.pMethods = NULL;
  faulty->real = (sqlite3_file *)(faulty + 1);
  faulty->disk = disk_of(vfs);
  sqlite3_vfs *below = faulty->disk->below;
  int code = below->xOpen(below, path, faulty->real, flags, out_flags);
  if (faulty->real->pMethods != NULL) faulty->base.pMethods = &methods;
  return code;
}
static int faulty_delete(sqlite3_vfs *vfs, const char *path, int sync) {
  return disk_of(vfs)->below->xDelete(disk_of(vfs)->below, path, sync);
}
static int faulty_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
  return disk_of(vfs)->below->xAccess(disk_of(vfs)->below, path, flags, result);
}
static int faulty_full_path(sqlite3_vfs *vfs, const char *path, int room, char *full) {
  return disk_of(vfs)->below->xFullPathname(disk_of(vfs)->below, path, room, full);
}

faulty_disk *faulty_disk_make(const char *name) {
  sqlite3_initialize();
  faulty_disk *disk = calloc(1, sizeof *disk);
  if (disk == NULL) return NULL;
  disk->below = sqlite3_vfs_find(NULL);
  disk->vfs = *disk->below;
  disk->vfs.iVersion = 2;
  disk->vfs.szOsFile = (int)sizeof(faulty_file) + disk->below->szOsFile;
  disk->vfs.zName = strdup(name);
  disk->vfs.pAppData = disk;
  disk->vfs.xOpen = faulty_open;
  disk->vfs.xDelete = faulty_delete;
  disk->vfs.xAccess = faulty_access;
  disk->vfs.xFullPathname = faulty_full_path;
  return sqlite3_vfs_register(&disk->vfs, 0) == SQLITE_OK ? disk : NULL;
}

void faulty_disk_fail(faulty_disk *disk, int kind, long after, int lasting) {
  atomic_store(&disk->has_failed, 0);
  atomic_store(&disk->kind, kind);
  atomic_store(&disk->lasting, lasting);
  atomic_store(&disk->fails_at, atomic_load(&disk->operations) + after + 1);
}
void faulty_disk_heal(faulty_disk *disk) { atomic_store(&disk->fails_at, 0); }
long faulty_disk_operations(faulty_disk *disk) { return atomic_load(&disk->operations); }
long faulty_disk_syncs(faulty_disk *disk) { return atomic_load(&disk->syncs); }
int faulty_disk_has_failed(faulty_disk *disk) { return atomic_load(&disk->has_failed); }
