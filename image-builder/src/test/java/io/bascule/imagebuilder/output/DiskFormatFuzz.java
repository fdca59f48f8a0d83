package io.bascule.imagebuilder.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/** What the fuzz targets of all disk formats have in common: all that is there is read, and a refusal points into the file. */
abstract class DiskFormatFuzz extends FuzzTests {
    private static final int MOST_READ = 1 << 20;

    abstract BlockDevice open(BlockDevice file) throws IOException;

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public int mutations() {
        return 3000;
    }

    @Override
    public void read(byte[] input) throws IOException {
        var image = open(new MemoryBlockDevice(input));
        var size = image.size().bytes();
        var buffer = ByteBuffer.allocate(10_000);
        var read = 0;
        for (var at = image.nextData(0); at < size && read < MOST_READ; at = image.nextData(at + buffer.limit())) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
            image.read(at, buffer);
            read += buffer.limit();
            if (at + buffer.limit() >= size) {
                break;
            }
        }
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, (long) input.length);
    }
}
