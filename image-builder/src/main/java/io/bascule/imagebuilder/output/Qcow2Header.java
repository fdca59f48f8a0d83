package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The header of a qcow2 file of version 2 or 3, as far as reading the disk needs it, and nothing in it that would make
 * reading it wrong.
 *
 * @param size of the disk in bytes
 * @param zstd whether compressed clusters are zstd frames and not raw deflate
 */
record Qcow2Header(int version, int clusterBits, long size, int l1Size, long l1Table, boolean zstd) {
    /** What a file may have that we do not read, and what to do then. */
    private static final Map<Long, String> UNREADABLE = Map.of(
            Qcow2Format.CORRUPT, "it is marked corrupt; repair a copy of it: qemu-img check -r all FILE",
            Qcow2Format.EXTERNAL_DATA,
                    "its data is in another file; put it into one: qemu-img convert -O qcow2 FILE NEW",
            Qcow2Format.EXTENDED_L2,
                    "it has extended L2 entries, which are not read; write it without them: qemu-img convert -O qcow2"
                            + " FILE NEW");

    int clusterSize() {
        return 1 << clusterBits;
    }

    int l2Entries() {
        return clusterSize() / Qcow2Format.ENTRY;
    }

    static Qcow2Header read(BlockDevice file) throws IOException {
        var header = ByteBuffer.allocate(Qcow2Format.HEADER_SIZE);
        var available = Math.min(header.capacity(), file.size().bytes());
        file.read(0, header.limit((int) available));
        header.clear();
        require(
                available >= Qcow2Format.HEADER_SIZE_V2,
                "header",
                0,
                "the file ends in it, after " + available + " bytes");
        require(header.getInt(0) == Qcow2Format.MAGIC, "magic", 0, "not 'QFI' and 0xfb");
        var version = header.getInt(Qcow2Format.VERSION);
        require(version == 2 || version == 3, "version", Qcow2Format.VERSION, "2 or 3, not " + version);
        var zstd = version == 3 && readFeatures(header, available);
        require(
                header.getLong(Qcow2Format.BACKING_FILE) == 0,
                "backing_file_offset",
                Qcow2Format.BACKING_FILE,
                "it is only the difference to another file; put both into one: qemu-img convert -O qcow2 FILE NEW");
        require(
                header.getInt(Qcow2Format.CRYPT_METHOD) == 0,
                "crypt_method",
                Qcow2Format.CRYPT_METHOD,
                "it is encrypted; decrypt it with qemu-img convert first");
        var clusterBits = header.getInt(Qcow2Format.CLUSTER_BITS);
        require(
                clusterBits >= Qcow2Format.MIN_CLUSTER_BITS && clusterBits <= Qcow2Format.MAX_CLUSTER_BITS,
                "cluster_bits",
                Qcow2Format.CLUSTER_BITS,
                "9 to 21, not " + clusterBits);
        var size = header.getLong(Qcow2Format.SIZE);
        var l1Size = header.getInt(Qcow2Format.L1_SIZE);
        var l1Table = header.getLong(Qcow2Format.L1_TABLE);
        require(
                l1Size >= 0 && l1Size <= Qcow2Format.MAX_L1_ENTRIES,
                "l1_size",
                Qcow2Format.L1_SIZE,
                "0 to " + Qcow2Format.MAX_L1_ENTRIES + ", not " + Integer.toUnsignedLong(l1Size));
        require(
                l1Table >= 0 && l1Table <= file.size().bytes() - (long) l1Size * Qcow2Format.ENTRY,
                "l1_table_offset",
                Qcow2Format.L1_TABLE,
                "the table of " + l1Size + " entries at " + Long.toUnsignedString(l1Table)
                        + " goes beyond the end of the file");
        var read = new Qcow2Header(version, clusterBits, size, l1Size, l1Table, zstd);
        var covered = (long) l1Size * read.l2Entries() * read.clusterSize();
        require(
                size >= 0 && size <= covered,
                "size",
                Qcow2Format.SIZE,
                Long.toUnsignedString(size) + ", but the L1 table covers " + covered + " bytes");
        return read;
    }

    /** {@return whether compressed clusters are zstd frames} */
    private static boolean readFeatures(ByteBuffer header, long available) throws MalformedFormatException {
        require(
                available >= Qcow2Format.HEADER_SIZE_V3,
                "header",
                0,
                "the file ends in it, after " + available + " bytes");
        var features = header.getLong(Qcow2Format.INCOMPATIBLE);
        for (var feature : UNREADABLE.entrySet()) {
            require(
                    (features & feature.getKey()) == 0,
                    "incompatible_features",
                    Qcow2Format.INCOMPATIBLE,
                    feature.getValue());
        }
        var unknown = features & ~(Qcow2Format.DIRTY | Qcow2Format.COMPRESSION);
        require(
                unknown == 0,
                "incompatible_features",
                Qcow2Format.INCOMPATIBLE,
                "bits that are not known: 0x" + Long.toHexString(unknown));
        if ((features & Qcow2Format.COMPRESSION) == 0) {
            return false;
        }
        var length = header.getInt(Qcow2Format.HEADER_LENGTH);
        require(
                available > Qcow2Format.COMPRESSION_TYPE && length > Qcow2Format.COMPRESSION_TYPE,
                "header_length",
                Qcow2Format.HEADER_LENGTH,
                "too small for a compression type: " + Integer.toUnsignedLong(length));
        var type = header.get(Qcow2Format.COMPRESSION_TYPE);
        require(
                type == Qcow2Format.TYPE_ZSTD || type == Qcow2Format.TYPE_DEFLATE,
                "compression_type",
                Qcow2Format.COMPRESSION_TYPE,
                "0 (deflate) or 1 (zstd), not " + Byte.toUnsignedInt(type));
        return type == Qcow2Format.TYPE_ZSTD;
    }

    private static void require(boolean holds, String field, long at, String problem) throws MalformedFormatException {
        if (!holds) {
            throw new MalformedFormatException(Qcow2Format.NAME, field, at, problem);
        }
    }
}
