package io.bascule.firstboot.model;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Contents that come packed. */
public final class Compressed {
    private Compressed() {}

    /**
     * {@return what {@code packed} (RFC 1952) holds}
     *
     * @param value what complaints are about
     */
    public static byte[] gunzip(byte[] packed, ConfigValue value) throws ConfigException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            var bytes = in.readNBytes(FileContent.MAX_SIZE + 1);
            if (bytes.length > FileContent.MAX_SIZE) {
                throw value.error("unpacks to more than " + (FileContent.MAX_SIZE >> 20) + " MiB");
            }
            return bytes;
        } catch (ConfigException e) {
            throw e;
        } catch (IOException e) {
            throw value.error("is not gzip data: " + e.getMessage());
        }
    }
}
