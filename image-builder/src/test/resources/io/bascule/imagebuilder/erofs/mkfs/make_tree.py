"""Makes the tree of the images of mkfs.erofs in the working directory. Needs root, for devices and owners."""
import os
import random
import stat


def text(size, seed):
    words = random.Random(seed)
    parts = []
    while sum(map(len, parts)) < size:
        parts.append(str(words.randrange(60)) + (" " if words.random() < 0.9 else "\n"))
    return "".join(parts).encode()[:size]


def write(path, content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as f:
        f.write(content)


for size in 0, 1, 4095, 4096, 4097, 9000:
    write("text/%d" % size, text(size, 1))
long = text(24000, 2)
write("long", long)
write("shifted", text(1001, 3) + long)
write("inserted", long[:9000] + text(999, 4) + long[9000:])
write("same", long)
write("noise", random.Random(5).randbytes(4500))
write("mixed", text(9000, 6) + random.Random(7).randbytes(4300) + text(5000, 8))
write("zeros", bytes(300000))
for i in range(8):
    write("small/%d" % i, text(300 + 200 * i, i % 5))
os.symlink("text/1", "link")
os.symlink("x" * 4000, "long-link")
os.link("text/9000", "hard")
os.mkdir("dev")
os.mknod("dev/null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
os.mknod("dev/block", 0o660 | stat.S_IFBLK, os.makedev(259, 300))
os.mkfifo("dev/fifo")
for name in b"\x01", b"\xff\xfe", b"~", "größer".encode():
    write(b"names/".decode() + os.fsdecode(name), b"")
for i in range(250):
    write("many/entry-number-%d" % i, b"")
capability = bytes.fromhex("0100000200040000000000000000000000000000")
for path in "text/1", "text/4097":
    os.setxattr(path, "security.capability", capability)
os.setxattr("text/4096", "user.alone", b"v" * 100)
os.setxattr("text/4095", "trusted.empty", b"")
os.chown("text/0", 70000, 4000000000)
os.chmod("text/0", 0o6755)
with open("sparse", "wb") as f:
    f.seek(40000)
    f.write(b"end")
    f.truncate(90000)
