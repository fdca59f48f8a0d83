package io.bascule.qemuharness.trace;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** The numbers of a trace file, as docs/formats/disk-trace.md lays them out; all are big-endian. */
final class TraceFormat {
    static final String NAME = "disk trace";

    /** Eight bytes. */
    static final byte[] MAGIC = "BASCTRC\0".getBytes(StandardCharsets.US_ASCII);

    static final int VERSION = 1;
    static final int SECTOR = 512;

    /** The header without its checksum. */
    static final int HEADER_BYTES = 24;

    /** A record without its data and its checksum. */
    static final int RECORD_BYTES = 32;

    static final int CRC_BYTES = 4;

    /** The longest data of one record, so that a reader's memory is bounded. */
    static final int MAX_DATA = 64 << 20;

    static final int WRITE = 1;
    static final int ZEROS = 2;
    static final int FLUSH = 3;
    static final int MARK = 4;
    static final int END = 5;

    static final int FLAG_DURABLE = 1;
    /** The data of a write are all zero and left out. */
    static final int FLAG_ZERO_DATA = 2;

    private TraceFormat() {}

    /** {@return the CRC-32C (Castagnoli, RFC 3720) of one piece behind another} */
    static int crc(byte[] first, byte[] second) {
        var crc = new CRC32C();
        crc.update(first);
        crc.update(second);
        return (int) crc.getValue();
    }

    static boolean isZero(byte[] data) {
        for (var value : data) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
