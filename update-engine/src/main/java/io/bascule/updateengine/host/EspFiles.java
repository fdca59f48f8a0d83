package io.bascule.updateengine.host;

import java.io.IOException;

/** Single steps on the files of an ESP, none of them durable but where it says so. {@link EspSteps} makes safe ones of them. */
public interface EspFiles {
    /** {@return the first bytes of a file, up to a sector of 512} */
    byte[] readStart(String name) throws IOException;

    /** Writes over the first bytes of a file; they are there when it returns (fsync of the file). */
    void writeStart(String name, byte[] bytes) throws IOException;

    /** Gives a file another name, which is free. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file. {@return whether there was one} */
    boolean delete(String name) throws IOException;

    /** Makes what a file's entry says durable: where its contents are (fsync of the file). */
    void syncFile(String name) throws IOException;

    /** Makes the names durable, and on FAT the allocation table (fsync of the folder). */
    void syncFolder() throws IOException;
}
