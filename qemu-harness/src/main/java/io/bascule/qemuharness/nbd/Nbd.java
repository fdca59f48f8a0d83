package io.bascule.qemuharness.nbd;

/** The numbers of the NBD protocol, as docs/formats/nbd.md lays them out; all are big-endian. */
final class Nbd {
    /** "NBDMAGIC". */
    static final long INIT_MAGIC = 0x4e42444d41474943L;
    /** "IHAVEOPT". */
    static final long OPTION_MAGIC = 0x49484156454F5054L;

    static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    static final int REQUEST_MAGIC = 0x25609513;
    static final int REPLY_MAGIC = 0x67446698;

    /** Handshake flags of the server and of the client: fixed newstyle, no zeroes behind the reply to EXPORT_NAME. */
    static final int FLAG_FIXED_NEWSTYLE = 1;

    static final int FLAG_NO_ZEROES = 1 << 1;

    static final int OPT_EXPORT_NAME = 1;
    static final int OPT_ABORT = 2;
    static final int OPT_LIST = 3;
    static final int OPT_INFO = 6;
    static final int OPT_GO = 7;

    static final int REP_ACK = 1;
    static final int REP_SERVER = 2;
    static final int REP_INFO = 3;
    static final int REP_ERR_UNSUP = (1 << 31) + 1;
    static final int REP_ERR_INVALID = (1 << 31) + 3;
    static final int REP_ERR_UNKNOWN = (1 << 31) + 6;

    static final int INFO_EXPORT = 0;
    static final int INFO_BLOCK_SIZE = 3;

    /** HAS_FLAGS, SEND_FLUSH, SEND_FUA, SEND_TRIM, SEND_WRITE_ZEROES. */
    static final int TRANSMISSION_FLAGS = 1 | 1 << 2 | 1 << 3 | 1 << 5 | 1 << 6;

    static final int CMD_READ = 0;
    static final int CMD_WRITE = 1;
    static final int CMD_DISC = 2;
    static final int CMD_FLUSH = 3;
    static final int CMD_TRIM = 4;
    static final int CMD_WRITE_ZEROES = 6;

    static final int CMD_FLAG_FUA = 1;
    static final int CMD_FLAG_NO_HOLE = 1 << 1;

    static final int OK = 0;
    static final int EIO = 5;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;

    /** Block sizes of the export, in bytes: requests are of whole blocks of the smallest size. */
    static final int MIN_BLOCK = 512;

    static final int PREFERRED_BLOCK = 4096;
    /** The longest read, and the longest data of a write. */
    static final int MAX_BLOCK = 32 << 20;

    private Nbd() {}
}
