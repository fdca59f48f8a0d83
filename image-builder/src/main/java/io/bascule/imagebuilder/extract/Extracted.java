package io.bascule.imagebuilder.extract;

import java.util.ArrayList;
import java.util.List;

/**
 * What was taken out of an image, and what could not be.
 *
 * @param files how many names were made, of any kind
 * @param bytes how many bytes of contents
 * @param devices devices, pipes and sockets that were left out
 * @param owners files whose owner is not kept
 * @param xattrs files whose extended attributes are not kept
 * @param modes files whose set-uid, set-gid or sticky bit is not kept
 * @param names files left out, with all below, because this system cannot have their names
 */
public record Extracted(long files, long bytes, long devices, long owners, long xattrs, long modes, long names) {
    /** {@return what is missing, in words for people; empty if nothing is} */
    public List<String> missing() {
        var missing = new ArrayList<String>();
        say(missing, devices, "devices, pipes and sockets left out");
        say(missing, names, "files left out whose names this system cannot have");
        say(missing, owners, "files that belong to you and not to their owner in the image");
        say(missing, xattrs, "files without their extended attributes");
        say(missing, modes, "files without their set-uid, set-gid or sticky bit");
        return missing;
    }

    private static void say(List<String> missing, long count, String what) {
        if (count > 0) {
            missing.add(count + " " + what);
        }
    }
}
