package io.bascule.imagebuilder.source;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.z.ZCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** The kinds of compressed files, told apart by what they begin with: names and media types are often wrong. */
enum Compressed {
    GZIP("gzip", "1f8b") {
        @Override
        InputStream decode(InputStream in) throws IOException {
            return GzipCompressorInputStream.builder()
                    .setInputStream(in)
                    .setDecompressConcatenated(true)
                    .get();
        }
    },
    BZIP2("bzip2", "425a68") {
        @Override
        InputStream decode(InputStream in) throws IOException {
            return new BZip2CompressorInputStream(in, true);
        }
    },
    XZ("xz", "fd377a585a00") {
        @Override
        InputStream decode(InputStream in) throws IOException {
            return new XZInputStream(in, MEMORY_KIB);
        }
    },
    ZSTD("zstd", "28b52ffd") {
        @Override
        InputStream decode(InputStream in) throws IOException {
            return new ZstdInputStream(in);
        }
    },
    LZ4("lz4", "04224d18") {
        @Override
        InputStream decode(InputStream in) throws IOException {
            return new FramedLZ4CompressorInputStream(in, true);
        }
    },
    COMPRESS("compress", "1f9d") {
        @Override
        InputStream decode(InputStream in) throws IOException {
            return new ZCompressorInputStream(in, MEMORY_KIB);
        }
    };

    /** How many bytes {@link #of} wants to see. */
    static final int MAGIC_LENGTH = 6;

    /** What a decoder may take: {@code xz -9} makes files that need 65 MiB. */
    private static final int MEMORY_KIB = 512 << 10;

    private final String format;
    private final String magic;

    /** @param magic what files of this kind begin with, in hexadecimal */
    Compressed(String format, String magic) {
        this.format = format;
        this.magic = magic;
    }

    /** {@return the kind of a file that begins with {@code start}, if it is one of these} */
    static Optional<Compressed> of(byte[] start) {
        var hex = HexFormat.of().formatHex(start);
        return Stream.of(values()).filter(kind -> hex.startsWith(kind.magic)).findFirst();
    }

    /** {@return its name, for messages} */
    String format() {
        return format;
    }

    /** {@return what is in it; throws whatever the library throws} */
    abstract InputStream decode(InputStream in) throws IOException;
}
