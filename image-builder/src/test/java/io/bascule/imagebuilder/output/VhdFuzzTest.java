package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

/** VHD files, fixed and dynamic. */
class VhdFuzzTest extends DiskFormatFuzz {
    @Override
    public String name() {
        return "vhd";
    }

    @Override
    public Map<String, byte[]> seeds() {
        var fixed = ByteBuffer.allocate(3 * 512);
        fixed.put("disk".getBytes(StandardCharsets.US_ASCII));
        fixed.put(1024, new VhdFooter(1024, false, VhdFormat.NO_OFFSET, new UUID(1, 2)).encode());
        return Map.of("fixed", fixed.array(), "dynamic", dynamic());
    }

    /** {@return a disk of three blocks of 512 bytes, the last of which is there} */
    private static byte[] dynamic() {
        var file = ByteBuffer.allocate(7 * 512);
        var footer = new VhdFooter(3 * 512, true, 512, new UUID(1, 2)).encode();
        file.put(0, footer).put(512, VhdFormat.DYNAMIC_COOKIE);
        file.putLong(512 + VhdFormat.TABLE_OFFSET, 3 * 512)
                .putInt(512 + VhdFormat.HEADER_VERSION, VhdFormat.VERSION_1_0)
                .putInt(512 + VhdFormat.MAX_TABLE_ENTRIES, 3)
                .putInt(512 + VhdFormat.BLOCK_SIZE, 512);
        sum(file.array(), 512, VhdFormat.DYNAMIC_SIZE, VhdFormat.DYNAMIC_CHECKSUM);
        file.putInt(3 * 512, VhdFormat.UNUSED)
                .putInt(3 * 512 + 4, VhdFormat.UNUSED)
                .putInt(3 * 512 + 8, 4);
        file.put(5 * 512, "block".getBytes(StandardCharsets.US_ASCII)).put(6 * 512, footer);
        return file.array();
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes("conectix", "cxsparse");
    }

    /** Makes the checksums of footer and header right. */
    @Override
    public byte[] mend(byte[] input) {
        var end = input.length - VhdFormat.SECTOR;
        if (end < 0) {
            return input;
        }
        sum(input, end, VhdFormat.SECTOR, VhdFormat.CHECKSUM);
        var header = ByteBuffer.wrap(input).getLong(end + VhdFormat.DATA_OFFSET);
        if (header >= 0 && header <= input.length - VhdFormat.DYNAMIC_SIZE) {
            sum(input, (int) header, VhdFormat.DYNAMIC_SIZE, VhdFormat.DYNAMIC_CHECKSUM);
        }
        return input;
    }

    private static void sum(byte[] input, int at, int length, int checksumAt) {
        var covered = Arrays.copyOfRange(input, at, at + length);
        ByteBuffer.wrap(input).putInt(at + checksumAt, VhdFormat.checksum(covered, checksumAt));
    }

    @Override
    BlockDevice open(BlockDevice file) throws IOException {
        return VhdImage.open(file);
    }
}
