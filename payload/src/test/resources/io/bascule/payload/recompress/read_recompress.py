"""Reads a RECOMPRESS blob: written from docs/formats/recompress.md, apart from the Java code.

read_recompress.py FOLDER takes blob, source and target (stored blocks) there, decompresses both by the command zstd, patches what the
source holds with bspatch, and compares it with what the target holds. Any disagreement ends it with a traceback.
"""
import hashlib
import subprocess
import sys


def number(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def pieces(blob, at):
    """[(padding, length, content or None)]"""
    count, at = number(blob, at)
    found = []
    for _ in range(count):
        tag, at = number(blob, at)
        if tag & 1:
            padding, at = number(blob, at)
            content, at = number(blob, at)
            found.append((padding, tag >> 1, content))
        else:
            found.append((0, tag >> 1, None))
    return found, at


def expanded(stored, layout):
    at, contents = 0, []
    for padding, length, content in layout:
        assert not any(stored[at:at + padding])
        at += padding
        data = stored[at:at + length]
        at += length
        if content is not None:
            data = subprocess.run(['zstd', '-dc'], input=data, stdout=subprocess.PIPE, check=True).stdout
            assert len(data) == content
        contents.append(data)
    assert at == len(stored)
    return b''.join(contents)


def read(folder, name):
    with open(f'{folder}/{name}', 'rb') as file:
        return file.read()


def main(folder):
    blob = read(folder, 'blob')
    assert blob[:8] == b'BSCREC01'
    library, at = number(blob, 8)
    level, at = number(blob, at)
    window, at = number(blob, at)
    assert (library, level, window) == (1, 12, 17)
    source, at = pieces(blob, at)
    target, at = pieces(blob, at)
    stored = read(folder, 'target')
    assert hashlib.sha256(stored).digest() == blob[at:at + 32]
    for name, content in ('old', expanded(read(folder, 'source'), source)), ('patch', blob[at + 32:]):
        with open(f'{folder}/{name}', 'wb') as file:
            file.write(content)
    subprocess.run(['bspatch', 'old', 'new', 'patch'], cwd=folder, check=True)
    assert read(folder, 'new') == expanded(stored, target)
    print(f'{len(source)} pieces patched to {len(target)}')


main(*sys.argv[1:])
