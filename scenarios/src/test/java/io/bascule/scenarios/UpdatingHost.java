package io.bascule.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bascule.cli.RunningHost;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.qemuharness.Credentials;
import io.bascule.qemuharness.Disk;
import io.bascule.qemuharness.FileServer;
import io.bascule.qemuharness.QemuImg;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.ssh.SshKey;
import java.io.IOException;
import java.nio.file.Path;

/** A host of the test board, and the server that its releases come from. */
final class UpdatingHost implements AutoCloseable {
    private static final ByteCount DISK_SIZE = ByteCount.ofGiB(2);

    private final RunningHost host;
    private final FileServer server;

    private UpdatingHost(RunningHost host, FileServer server) {
        this.host = host;
        this.server = server;
    }

    /** Installs {@code release} on a new disk in {@code folder} and powers it on. */
    static UpdatingHost install(String name, ReleaseFiles release, Path folder) throws Exception {
        var key = SshKey.generate("scenario");
        var disk = folder.resolve("host.qcow2");
        QemuImg.createOverlay(release.disk(), disk, DISK_SIZE);
        var config = VmConfig.of(name, Releases.LOGS)
                .withDisk(Disk.qcow2(disk))
                .withCredentials(Credentials.NONE.with("ssh.authorized_keys.root", key.publicLine() + "\n"))
                .withWatchdog();
        return new UpdatingHost(RunningHost.start(config, key), FileServer.serve(Releases.ALL.folder()));
    }

    RunningHost host() {
        return host;
    }

    /** Takes {@code release}, which must work up to the reboot. */
    JsonNode update(ReleaseFiles release, String options) throws Exception {
        return host.engineJson("update --from " + url(release) + " " + options);
    }

    String url(ReleaseFiles release) {
        return server.urlForGuests(
                Releases.ALL.folder().relativize(release.folder()).toString());
    }

    /** The boot that is up now is that of {@code release}, and all of it works. */
    void assertRuns(ReleaseFiles release) throws Exception {
        assertThat(host.awaitRunning()).isEqualTo("running");
        assertThat(host.run(". /usr/lib/os-release && echo $IMAGE_VERSION")).isEqualTo(release.version());
        // The judge comes after boot-complete.target, and is-system-running may be ahead of it.
        host.run("systemctl start bascule-judge.service");
    }

    @Override
    public void close() throws IOException {
        host.close();
        server.close();
    }
}
