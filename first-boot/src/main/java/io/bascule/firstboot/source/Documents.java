package io.bascule.firstboot.source;

import io.bascule.firstboot.cloud.NoCloudReader;
import io.bascule.firstboot.cloud.UserData;
import io.bascule.firstboot.document.ConfigDocument;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.Place;
import io.bascule.firstboot.ignition.IgnitionReader;
import io.bascule.firstboot.model.Items;
import io.bascule.firstboot.openstack.OpenStackReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Configurations out of files and folders. */
public final class Documents {
    /** Where an Ignition configuration lies on a volume. */
    public static final String IGNITION_FILE = "ignition/config.ign";

    private Documents() {}

    /**
     * Reads a document that says of which kind it is: Ignition, or cloud-config.
     *
     * @param source where it came from, in words
     * @param name what messages call it
     */
    public static LoadedConfig single(String source, String name, byte[] bytes) throws ConfigException {
        var items = UserData.read(name, bytes);
        return new LoadedConfig(source, digest(Map.of(name, bytes)), Items.merge(List.of(), items));
    }

    /** Reads a document that has to be Ignition. */
    static LoadedConfig ignition(String source, String name, byte[] bytes) throws ConfigException {
        return new LoadedConfig(source, digest(Map.of(name, bytes)), IgnitionReader.read(name, bytes));
    }

    /**
     * Reads a folder that is laid out like a drive of any kind.
     *
     * @param source where it came from, in words
     */
    public static LoadedConfig folder(String source, Path folder) throws IOException {
        if (Files.exists(folder.resolve(IGNITION_FILE))) {
            return ignition(source, IGNITION_FILE, bytes(folder.resolve(IGNITION_FILE)));
        }
        if (Files.exists(folder.resolve(OpenStackReader.FOLDER))) {
            var files = read(folder.resolve(OpenStackReader.FOLDER), OpenStackReader.FILES);
            return new LoadedConfig(source, digest(files), OpenStackReader.read(files));
        }
        var files = read(folder, NoCloudReader.FILES);
        if (files.isEmpty()) {
            throw Place.of(source)
                    .error("has neither " + IGNITION_FILE + " nor " + OpenStackReader.FOLDER + " nor "
                            + NoCloudReader.META_DATA + " and " + NoCloudReader.USER_DATA);
        }
        return new LoadedConfig(source, digest(files), NoCloudReader.read(files));
    }

    /** {@return the bytes of a file, at most one more than a document may have} */
    public static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(ConfigDocument.MAX_SIZE + 1);
        }
    }

    private static Map<String, byte[]> read(Path folder, List<String> names) throws IOException {
        var files = new TreeMap<String, byte[]>();
        for (var name : names) {
            var file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                files.put(name, bytes(file));
            }
        }
        return files;
    }

    private static String digest(Map<String, byte[]> files) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var file : new TreeMap<>(files).entrySet()) {
                var name = file.getKey().getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(8)
                        .putInt(name.length)
                        .putInt(file.getValue().length)
                        .flip());
                digest.update(name);
                digest.update(file.getValue());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
