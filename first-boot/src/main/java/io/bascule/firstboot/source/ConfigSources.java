package io.bascule.firstboot.source;

import io.bascule.firstboot.document.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a machine may be given its configuration: the first that is there is taken, and no other is looked at. The script
 * {@code first-boot-needed} of the image knows the same places.
 */
public final class ConfigSources {
    /** The name of the systemd credential. */
    public static final String CREDENTIAL = "bascule.config";

    /** Keys of QEMU's firmware configuration device, as CoreOS and Flatcar have them. */
    public static final List<String> FIRMWARE_KEYS = List.of("opt/com.coreos/config", "opt/org.flatcar-linux/config");

    /** Labels of volumes. */
    public static final List<String> LABELS =
            List.of("ignition", "IGNITION", "cidata", "CIDATA", "config-2", "CONFIG-2");

    private static final String FIRMWARE = "sys/firmware/qemu_fw_cfg/by_name";

    private final Path root;
    private final Path credentials;
    private final Volumes volumes;

    /**
     * @param root of the host
     * @param credentials folder of the credentials that this process was given
     */
    public ConfigSources(Path root, Path credentials, Volumes volumes) {
        this.root = root;
        this.credentials = credentials;
        this.volumes = volumes;
    }

    /**
     * Reads the first configuration that there is.
     *
     * @return nothing if there is none
     * @throws IOException if there is one, but it cannot be read or is not understood
     */
    public Optional<LoadedConfig> load() throws IOException, InterruptedException {
        var credential = credentials.resolve(CREDENTIAL);
        if (Files.exists(credential)) {
            return Optional.of(
                    Documents.single("the credential " + CREDENTIAL, CREDENTIAL, Documents.bytes(credential)));
        }
        for (var key : FIRMWARE_KEYS) {
            var file = root.resolve(FIRMWARE).resolve(key).resolve("raw");
            if (Files.exists(file)) {
                return Optional.of(Documents.ignition("the firmware's " + key, key, Documents.bytes(file)));
            }
        }
        for (var label : LABELS) {
            var devices = volumes.labelled(label);
            if (devices.size() > 1) {
                throw Place.of("volume " + label).error("there are several: " + devices + "; which of them is meant?");
            }
            if (!devices.isEmpty()) {
                var device = devices.getFirst();
                var source = "the volume " + label + " (" + device + ")";
                return Optional.of(volumes.read(device, folder -> Documents.folder(source, folder)));
            }
        }
        return Optional.empty();
    }
}
