"""Applies a CrAU v2 payload: written from update_metadata.proto, apart from the Java code.

apply_payload.py PAYLOAD FOLDER [OLD] takes old contents from OLD/<partition>.img, patches with bspatch, and writes FOLDER/<partition>.img, FOLDER/{metadata,payload}.signed (the bytes that were
signed) and FOLDER/{metadata,payload}.sig (the first signature of each). Any disagreement ends it with a traceback.
"""
import bz2
import hashlib
import lzma
import struct
import subprocess
import sys


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    """The message as {field number: [values]}."""
    found, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
        elif tag & 7 == 5:
            value, at = struct.unpack_from('<I', data, at)[0], at + 4
        else:
            raise ValueError(f'wire type {tag & 7}')
        found.setdefault(tag >> 3, []).append(value)
    return found


def first_signature(message):
    signature = fields(fields(message)[1][0])
    return signature[2][0][:signature[3][0]]


def bytes_of(image, extents):
    return b''.join(image[extent[1][0] * 4096:(extent[1][0] + extent[2][0]) * 4096] for extent in map(fields, extents))


def patched(old, patch, folder):
    for name, content in ('bspatch.old', old), ('bspatch.patch', patch):
        with open(f'{folder}/{name}', 'wb') as file:
            file.write(content)
    subprocess.run(['bspatch', 'bspatch.old', 'bspatch.new', 'bspatch.patch'], cwd=folder, check=True)
    with open(f'{folder}/bspatch.new', 'rb') as file:
        return file.read()


def main(payload, folder, old_folder=None):
    with open(payload, 'rb') as file:
        data = file.read()
    magic, version, manifest_size, signature_size = struct.unpack_from('>4sQQI', data)
    assert (magic, version) == (b'CrAU', 2)
    metadata_end = 24 + manifest_size
    blobs = metadata_end + signature_size
    manifest = fields(data[24:metadata_end])
    delta = any(6 in fields(partition) for partition in manifest[13])
    assert manifest[3] == [4096] and manifest.get(12, [0]) == [6 if delta else 0], manifest
    signed_end = blobs + manifest[4][0]
    assert signed_end + manifest[5][0] == len(data)

    used = 0
    for partition in map(fields, manifest[13]):
        info = fields(partition[7][0])
        image = bytearray(info[1][0])
        written = set()
        old = b''
        if 6 in partition:
            old_info = fields(partition[6][0])
            with open(f'{old_folder}/{partition[1][0].decode()}.img', 'rb') as file:
                old = file.read(old_info[1][0])
            assert hashlib.sha256(old).digest() == old_info[2][0]
        for operation in map(fields, partition[8]):
            kind = operation[1][0]
            blob, source = b'', b''
            if kind in (0, 1, 5, 8):
                offset, length = operation[2][0], operation[3][0]
                assert offset == used
                used += length
                blob = data[blobs + offset:blobs + offset + length]
                assert hashlib.sha256(blob).digest() == operation[8][0]
            if kind in (4, 5):
                source = bytes_of(old, operation[4])
                assert hashlib.sha256(source).digest() == operation[9][0]
            size = sum(fields(extent)[2][0] for extent in operation[6]) * 4096
            if kind == 1:
                content = bz2.decompress(blob)
            elif kind == 8:
                content = lzma.decompress(blob, lzma.FORMAT_XZ)
            elif kind == 4:
                content = source
            elif kind == 5:
                content = patched(source, blob, folder)
            elif kind in (6, 7):
                content = bytes(size)
            else:
                assert kind == 0, kind
                content = blob + bytes(-length % 4096)
            at = 0
            for extent in map(fields, operation[6]):
                start, count = extent[1][0], extent[2][0]
                blocks = set(range(start, start + count))
                assert not blocks & written
                written |= blocks
                image[start * 4096:(start + count) * 4096] = content[at:at + count * 4096]
                at += count * 4096
            assert at == len(content)
        assert len(written) * 4096 == len(image) == info[1][0]
        assert hashlib.sha256(image).digest() == info[2][0]
        with open(f'{folder}/{partition[1][0].decode()}.img', 'wb') as file:
            file.write(image)
    assert used == manifest[4][0]

    for name, signed, signature in (
            ('metadata', data[:metadata_end], data[metadata_end:blobs]),
            ('payload', data[:metadata_end] + data[blobs:signed_end], data[signed_end:])):
        with open(f'{folder}/{name}.signed', 'wb') as file:
            file.write(signed)
        with open(f'{folder}/{name}.sig', 'wb') as file:
            file.write(first_signature(signature))


main(*sys.argv[1:])
