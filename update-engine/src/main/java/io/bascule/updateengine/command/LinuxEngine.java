package io.bascule.updateengine.command;

import io.bascule.updateengine.UpdateEngine;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.host.EspFolder;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.host.LinuxProcesses;
import io.bascule.updateengine.host.LinuxSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** The engine of the host that this process runs on. */
final class LinuxEngine implements EngineFactory {
    private static final Path ESP = Path.of("/efi");
    private static final Path KEYRING = Path.of("/usr/share/bascule/keyring.json");
    private static final Path STATE = Path.of("/var/lib/bascule/engine");
    private static final Path RUNTIME = Path.of("/run/bascule");

    @Override
    public UpdateEngine engine() throws IOException, InterruptedException {
        var processes = new LinuxProcesses();
        return new UpdateEngine(new Host(
                LinuxSystem.read(processes),
                new EspFolder(ESP.resolve(BootEntry.FOLDER)),
                InstantSource.system(),
                processes,
                new ConsoleLog(RUNTIME),
                KEYRING,
                STATE,
                RUNTIME));
    }
}
