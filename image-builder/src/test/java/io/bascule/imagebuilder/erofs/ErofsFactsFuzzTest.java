package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.FuzzTests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;

/** Superblocks of EROFS images. */
class ErofsFactsFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "erofs-superblock";
    }

    @Override
    public Map<String, byte[]> seeds() {
        var image = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        image.putInt(1024, ErofsFormat.MAGIC).put(1024 + 12, (byte) 12).putInt(1024 + 36, 1);
        image.putInt(1024 + 8, ErofsFormat.FEATURE_COMPAT_SB_CHKSUM).put(1024 + 64, new byte[] {'u', 's', 'r'});
        return Map.of("superblock", image.array());
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public void read(byte[] input) throws Exception {
        var facts = ErofsFacts.read(new MemoryBlockDevice(input));
        assertThat(facts.size()).isLessThanOrEqualTo(input.length);
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, 2048L);
    }
}
