package io.bascule.firstboot.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.model.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourcesTest {
    @TempDir
    private Path temporary = Path.of("");

    private final Map<String, List<Path>> attached = new TreeMap<>();
    private final List<Path> mounted = new ArrayList<>();

    private ConfigSources sources() {
        return new ConfigSources(temporary, temporary.resolve("credentials"), new Volumes() {
            @Override
            public List<Path> labelled(String label) {
                return attached.getOrDefault(label, List.of());
            }

            @Override
            public <T> T read(Path device, Reader<T> reader) throws IOException {
                mounted.add(device);
                return reader.read(device);
            }
        });
    }

    private void write(String file, String text) throws IOException {
        var path = temporary.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void attach(String label, String folder) {
        attached.put(label, List.of(temporary.resolve(folder)));
    }

    private static String ignition(String hostname) {
        return "{\"ignition\": {\"version\": \"3.4.0\"}, \"storage\": {\"files\": [{\"path\": \"/etc/" + hostname
                + "\", \"contents\": {\"source\": \"data:,x\"}}]}}";
    }

    @Test
    void withoutAnyThereIsNothing() throws Exception {
        assertThat(sources().load()).isEmpty();
    }

    @Test
    void theFirstInOrderIsTakenAndNoOtherIsLookedAt() throws Exception {
        write("os/openstack/latest/meta_data.json", "{\"hostname\": \"os\"}");
        attach("config-2", "os");
        assertThat(taken()).isEqualTo("the volume config-2 (" + temporary.resolve("os") + ")");

        write("nc/meta-data", "local-hostname: nc\n");
        attach("CIDATA", "nc");
        assertThat(taken()).startsWith("the volume CIDATA");

        write("ign/ignition/config.ign", ignition("x"));
        attach("ignition", "ign");
        assertThat(taken()).startsWith("the volume ignition");

        write("sys/firmware/qemu_fw_cfg/by_name/opt/com.coreos/config/raw", ignition("x"));
        mounted.clear();
        assertThat(taken()).isEqualTo("the firmware's opt/com.coreos/config");

        write("credentials/bascule.config", "#cloud-config\nhostname: tower\n");
        assertThat(taken()).isEqualTo("the credential bascule.config");
        assertThat(mounted).isEmpty();
    }

    private String taken() throws Exception {
        return sources().load().orElseThrow().source();
    }

    @Test
    void whatIsSaidIsUnderstoodAndHasADigest() throws Exception {
        write("nc/meta-data", "local-hostname: nc\n");
        attach("cidata", "nc");
        var first = sources().load().orElseThrow();
        assertThat(first.config().items()).extracting(Item::subject).containsExactly("the hostname");
        assertThat(first.sha256()).matches("[0-9a-f]{64}");

        write("nc/user-data", "#cloud-config\n");
        assertThat(sources().load().orElseThrow().sha256()).isNotEqualTo(first.sha256());
    }

    @Test
    void aVolumeWithoutAConfigurationIsAnError() throws Exception {
        write("nc/other", "");
        attach("cidata", "nc");
        assertThatThrownBy(() -> sources().load())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "has neither ignition/config.ign nor openstack/latest nor meta-data and user-data");
    }

    @Test
    void twoVolumesOfOneLabelAreAnError() {
        attached.put("cidata", List.of(Path.of("/dev/vdb"), Path.of("/dev/vdc")));
        assertThatThrownBy(() -> sources().load())
                .hasMessage("volume cidata: there are several: [/dev/vdb, /dev/vdc]; which of them is meant?");
    }

    @Test
    void aBrokenConfigurationIsAnErrorAndNotTheNextSourcesTurn() throws Exception {
        write("credentials/bascule.config", "#!/bin/sh\n");
        write("nc/meta-data", "local-hostname: nc\n");
        attach("cidata", "nc");
        assertThatThrownBy(() -> sources().load()).hasMessageContaining("bascule.config:1: is a script");
    }
}
