"""Describes each file below the directory given, one line each, as TreeDescription.java does."""
import hashlib
import os
import stat
import sys

first_names = {}


def content(path, st):
    if stat.S_ISREG(st.st_mode):
        digest = hashlib.sha256()
        with open(path, "rb") as f:
            while chunk := f.read(1 << 20):
                digest.update(chunk)
        return "%d:%s" % (st.st_size, digest.hexdigest())
    if stat.S_ISLNK(st.st_mode):
        return "%d:%s" % (st.st_size, os.readlink(path).hex())
    if stat.S_ISCHR(st.st_mode) or stat.S_ISBLK(st.st_mode):
        return "%d:%d" % (os.major(st.st_rdev), os.minor(st.st_rdev))
    return "-"


def xattrs(path):
    names = sorted(os.fsencode(name) for name in os.listxattr(path, follow_symlinks=False))
    return ",".join(
        name.hex() + "=" + os.getxattr(path, name, follow_symlinks=False).hex() for name in names
    )


def describe(path, relative):
    st = os.lstat(path)
    print(
        relative.hex() or "-",
        "%o" % st.st_mode,
        "%d:%d" % (st.st_uid, st.st_gid),
        "links=%d" % st.st_nlink,
        "mtime=%d" % int(st.st_mtime),
        content(path, st),
        "same=" + (first_names.setdefault(st.st_ino, relative).hex() or "-"),
        "xattrs=" + xattrs(path),
    )
    if stat.S_ISDIR(st.st_mode):
        for name in sorted(os.listdir(path)):
            describe(path + b"/" + name, relative + b"/" + name)


describe(os.fsencode(sys.argv[1]), b"")
