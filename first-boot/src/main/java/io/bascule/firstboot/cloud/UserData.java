package io.bascule.firstboot.cloud;

import io.bascule.firstboot.document.ConfigDocument;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.Place;
import io.bascule.firstboot.ignition.IgnitionReader;
import io.bascule.firstboot.model.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Documents that say by their first characters of which kind they are: Ignition or cloud-config, gzip around it or not. */
public final class UserData {
    private static final byte GZIP_FIRST = 0x1f;
    private static final byte GZIP_SECOND = (byte) 0x8b;

    private UserData() {}

    /**
     * {@return what it says; nothing if it is empty}
     *
     * @param name what messages call it
     * @throws ConfigException also for scripts and whatever else cloud-init would take
     */
    public static List<Item> read(String name, byte[] bytes) throws ConfigException {
        var plain = unpacked(name, bytes);
        var text = ConfigDocument.text(name, plain);
        var first = text.stripLeading();
        if (first.isEmpty()) {
            return List.of();
        }
        if (first.startsWith("{")) {
            return IgnitionReader.read(name, plain).items();
        }
        var line = text.lines().findFirst().orElse("").stripTrailing();
        if (line.equals(CloudConfigReader.HEADER)) {
            return CloudConfigReader.read(name, plain);
        }
        var at = new Place(name, 1, "");
        if (line.startsWith("#!")) {
            throw at.error(
                    "is a script (" + line + "), and scripts are not run: use #cloud-config or Ignition, with a unit");
        }
        throw at.error("begins with '" + (line.length() > 40 ? line.substring(0, 40) + "..." : line)
                + "'; a configuration begins with " + CloudConfigReader.HEADER + " or, for Ignition, with {");
    }

    private static byte[] unpacked(String name, byte[] bytes) throws ConfigException {
        if (bytes.length < 2 || bytes[0] != GZIP_FIRST || bytes[1] != GZIP_SECOND) {
            return bytes;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readNBytes(ConfigDocument.MAX_SIZE + 1);
        } catch (IOException e) {
            throw Place.of(name).error("begins like gzip data, but is not: " + e.getMessage());
        }
    }
}
