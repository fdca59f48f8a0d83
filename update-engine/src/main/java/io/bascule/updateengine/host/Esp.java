package io.bascule.updateengine.host;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.util.List;

/**
 * The folder of UKIs on the EFI system partition. Names are plain file names. {@link #rename} and {@link #delete} are
 * durable when they return: the order of the calls is the order on the disk.
 */
public interface Esp {

    /** {@return the names of the files in the folder, sorted} */
    List<String> list() throws IOException;

    /** {@return the content of a file, for reading, past the page cache where that is possible} */
    BlockDevice open(String name) throws IOException;

    /**
     * Makes a file of {@code size} bytes, for which the space is taken at once.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one of that name
     * @throws IOException if there is no room; nothing is left of the file then
     */
    BlockDevice create(String name, ByteCount size) throws IOException;

    /** Gives a file another name, which must be free. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; none of that name is no error. */
    void delete(String name) throws IOException;

    /** {@return how many bytes a new file could have} */
    ByteCount free() throws IOException;
}
