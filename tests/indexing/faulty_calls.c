/* Which system call fails, and how?
 *
 * A library to be preloaded: it stands before the C library's calls that touch files, and
 * makes the n-th of those that concern one directory fail, or kills the process before it.
 * So Python, C and Rust are all tried in the same way.  `fault_arm` begins to count.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[PATH_MAX];
static volatile long calls, fail_at = -1;
static volatile int fail_with, is_sticky, counts_reads, log_to = -1;

/* `action` is an errno, or 0 to count only, or -1 to be killed. */
void fault_arm(const char *directory, long at, int action, int sticky, int reads, int log) {
    strncpy(folder, directory, sizeof folder - 1);
    calls = 0;
    fail_at = at;
    fail_with = action;
    is_sticky = sticky;
    counts_reads = reads;
    log_to = log;
}

long fault_disarm(void) {
    folder[0] = 0;
    return calls;
}

static const char *place_of(int at, const char *path, char *out) {
    char link[64];
    out[0] = 0;
    if (path && path[0] == '/') {
        strncpy(out, path, PATH_MAX - 1);
        return out;
    }
    if (at != AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, out, PATH_MAX - 1);
        out[length < 0 ? 0 : length] = 0;
    }
    if (path) {
        strncat(out, "/", PATH_MAX - strlen(out) - 1);
        strncat(out, path, PATH_MAX - strlen(out) - 1);
    }
    return out;
}

static int fails(const char *call, int at, const char *path, const char *other) {
    char place[PATH_MAX];
    if (!folder[0]) return 0;
    place_of(at, path, place);
    if (strncmp(place, folder, strlen(folder))) return 0;
    long number = __sync_add_and_fetch(&calls, 1);
    if (log_to >= 0) dprintf(log_to, "%s\t%s\t%s\n", call, place, other ? other : "");
    if (number == fail_at || (is_sticky && fail_at > 0 && number > fail_at)) {
        if (fail_with == -1) raise(SIGKILL);
        if (fail_with > 0) {
            errno = fail_with;
            return 1;
        }
    }
    return 0;
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define OPENING(name, at, parameters, arguments)                                              \
    int name parameters {                                                                     \
        REAL(name);                                                                           \
        mode_t mode = 0;                                                                      \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                  \
            va_list rest;                                                                     \
            va_start(rest, flags);                                                            \
            mode = va_arg(rest, mode_t);                                                      \
            va_end(rest);                                                                     \
        }                                                                                     \
        if ((flags & (O_CREAT | O_WRONLY | O_RDWR)) || counts_reads)                          \
            if (fails(flags & O_CREAT ? "create" : "open", at, path, 0)) return -1;           \
        return real arguments;                                                                \
    }

OPENING(open, AT_FDCWD, (const char *path, int flags, ...), (path, flags, mode))
OPENING(open64, AT_FDCWD, (const char *path, int flags, ...), (path, flags, mode))
OPENING(openat, at, (int at, const char *path, int flags, ...), (at, path, flags, mode))
OPENING(openat64, at, (int at, const char *path, int flags, ...), (at, path, flags, mode))

#define WITH_DESCRIPTOR(type, name, parameters, arguments)                                    \
    type name parameters {                                                                    \
        REAL(name);                                                                           \
        if (fails(#name, descriptor, 0, 0)) return -1;                                        \
        return real arguments;                                                                \
    }

WITH_DESCRIPTOR(ssize_t, write, (int descriptor, const void *data, size_t size), (descriptor, data, size))
WITH_DESCRIPTOR(ssize_t, pwrite64, (int descriptor, const void *data, size_t size, off64_t at), (descriptor, data, size, at))
WITH_DESCRIPTOR(int, fsync, (int descriptor), (descriptor))
WITH_DESCRIPTOR(int, fdatasync, (int descriptor), (descriptor))
WITH_DESCRIPTOR(int, ftruncate64, (int descriptor, off64_t size), (descriptor, size))
WITH_DESCRIPTOR(int, flock, (int descriptor, int operation), (descriptor, operation))

#define READING(type, name, parameters, arguments)                                            \
    type name parameters {                                                                    \
        REAL(name);                                                                           \
        if (counts_reads && fails(#name, descriptor, 0, 0)) return -1;                        \
        return real arguments;                                                                \
    }

READING(ssize_t, read, (int descriptor, void *data, size_t size), (descriptor, data, size))
READING(ssize_t, pread64, (int descriptor, void *data, size_t size, off64_t at), (descriptor, data, size, at))

#define WITH_PATH(name, at, parameters, arguments, other)                                     \
    int name parameters {                                                                     \
        REAL(name);                                                                           \
        if (fails(#name, at, path, other)) return -1;                                         \
        return real arguments;                                                                \
    }

WITH_PATH(mkdir, AT_FDCWD, (const char *path, mode_t mode), (path, mode), 0)
WITH_PATH(mkdirat, at, (int at, const char *path, mode_t mode), (at, path, mode), 0)
WITH_PATH(unlink, AT_FDCWD, (const char *path), (path), 0)
WITH_PATH(unlinkat, at, (int at, const char *path, int flags), (at, path, flags), 0)
WITH_PATH(rmdir, AT_FDCWD, (const char *path), (path), 0)
WITH_PATH(rename, AT_FDCWD, (const char *path, const char *other), (path, other), other)
WITH_PATH(renameat, at, (int at, const char *path, int to, const char *other), (at, path, to, other), other)
