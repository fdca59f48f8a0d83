package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.tree.Content;
import java.io.InputStream;

/**
 * A large content that takes no room: the number of each 4 KiB block, over and over.
 *
 * @param size in bytes
 */
record RepeatedContent(long size) implements Content {
    @Override
    public InputStream open() {
        return new InputStream() {
            private long position;

            @Override
            public int read() {
                return position == size ? -1 : (int) (position++ >> 12) & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (position == size && length > 0) {
                    return -1;
                }
                var count = (int) Math.min(length, size - position);
                for (var i = 0; i < count; i++) {
                    target[offset + i] = (byte) ((position + i) >> 12);
                }
                position += count;
                return count;
            }
        };
    }
}
