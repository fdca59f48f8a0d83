package io.bascule.imagebuilder.initrd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.ZstdVersion;
import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.payload.recompress.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The compressed archives of an initrd, each a Zstandard frame that begins on a block; between them are zeros, which the kernel
 * passes over. So a delta finds an archive that has not changed, and looks inside one that has.
 */
public final class InitrdFrames {
    /** Of blocks on the ESP, in bytes. */
    public static final int ALIGNMENT = 4096;

    /** The usual compression: archives up to 8 MiB are one window. */
    public static final FrameEncoder USUAL = new FrameEncoder(18, 23);

    /** Of boards whose {@code /usr} is compressed in a hurry, too. */
    public static final FrameEncoder FAST = new FrameEncoder(5, 23);

    private InitrdFrames() {}

    /** A frame: where it begins, how long it is and how much it holds, in bytes. */
    public record Frame(int offset, int length, int content) {}

    /** {@return the archives, compressed, one behind the other} */
    public static byte[] pack(List<byte[]> archives, FrameEncoder encoder, ResultCache results) throws IOException {
        var name = "initrd frame zstd-jni/" + ZstdVersion.VERSION + " " + encoder;
        var frames = new ByteArrayOutputStream();
        for (var archive : archives) {
            frames.writeBytes(new byte[Math.floorMod(-frames.size(), ALIGNMENT)]);
            frames.writeBytes(results.get(name, archive, bytes -> encode(bytes, encoder)));
        }
        return frames.toByteArray();
    }

    private static byte[] encode(byte[] archive, FrameEncoder encoder) {
        var target = new byte[FrameEncoder.bound(archive.length)];
        return Arrays.copyOf(target, encoder.encode(archive, 0, archive.length, target));
    }

    /** {@return the frames of an initrd, up to the first thing that is none} */
    public static List<Frame> read(byte[] initrd) {
        var frames = new ArrayList<Frame>();
        var at = 0;
        while (true) {
            while (at < initrd.length && initrd[at] == 0) {
                at++;
            }
            if (at == initrd.length) {
                return frames;
            }
            try {
                var length = Math.toIntExact(Zstd.findFrameCompressedSize(initrd, at, initrd.length - at));
                var content = Zstd.getFrameContentSize(initrd, at, length);
                if (content < 1 || content > Integer.MAX_VALUE) {
                    return frames;
                }
                frames.add(new Frame(at, length, (int) content));
                at += length;
            } catch (ZstdException e) {
                return frames;
            }
        }
    }
}
