package io.bascule.firstboot.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The file systems that are attached to a machine. */
public interface Volumes {
    /** {@return the devices whose file system has that label} */
    List<Path> labelled(String label) throws IOException, InterruptedException;

    /** Mounts {@code device}, hands {@code reader} the folder, and unmounts it again. */
    <T> T read(Path device, Reader<T> reader) throws IOException, InterruptedException;

    /** What is done with the folder of a volume. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Path folder) throws IOException;
    }
}
