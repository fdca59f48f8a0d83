package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.uki.Uki;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The command line in the UKI: how a host finds its {@code /usr}, and what it does when it fails. */
public final class KernelCommandLine {
    private static final List<String> ALWAYS = List.of(
            "mount.usr=/dev/mapper/usr",
            "mount.usrfstype=erofs",
            "mount.usrflags=ro",
            // The initrd fills a small tmpfs with mount points and links, then makes it read-only.
            "root=tmpfs",
            "rootfstype=tmpfs",
            "rootflags=mode=0755,size=16M,nr_inodes=4k",
            "rw",
            // Whatever goes wrong must end in a reboot: Linux by itself would stand still.
            "panic=5",
            "oops=panic",
            "systemd.crash_action=reboot",
            "systemd.verity_usr_options=panic-on-corruption",
            "systemd.firstboot=no",
            // All files of an image have one time, so "newer than /etc" means nothing.
            "systemd.condition_needs_update=no",
            "systemd.gpt_auto=no");

    private KernelCommandLine() {}

    /** @param rootHash of the dm-verity tree over {@code /usr}, in lower-case hexadecimal */
    public static String of(String rootHash, Board board) throws BuildException {
        var arguments = new ArrayList<String>();
        arguments.add("usrhash=" + rootHash);
        arguments.addAll(ALWAYS);
        arguments.addAll(board.kernelArguments());
        var line = String.join(" ", arguments);
        var length = line.getBytes(StandardCharsets.UTF_8).length;
        if (length > Uki.MAX_COMMAND_LINE) {
            throw BuildException.badInput(
                    board.origin("kernel-arguments") + ": kernel-arguments: the kernel command line is "
                            + (length - Uki.MAX_COMMAND_LINE) + " bytes too long (" + length + " of "
                            + Uki.MAX_COMMAND_LINE + ")",
                    "shorten them; the kernel would cut off the end silently");
        }
        return line;
    }
}
