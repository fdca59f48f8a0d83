package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsInode;
import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsWalk;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.ForeignText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule image ls}. */
@Command(
        name = "ls",
        description = "Lists files of an image as `ls -l` does: kind and mode, links, owner, group, size, time, name.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Owners are numbers. A device has its number in place of a size.",
            "",
            "Examples:",
            "  bascule image ls releases/amd64-base/1.0.0/amd64-base_1.0.0.raw bin",
            "  bascule image ls -R --json amd64-base_1.0.0.usr"
        })
final class ImageListCommand implements Callable<Integer> {
    @Mixin
    private ImageFile image = new ImageFile();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            description = "What to list, from the root of the file system; default: all of the root.")
    private String path = "";

    @Option(
            names = {"-R", "--recursive"},
            description = "Also all that is below.")
    private boolean recursive;

    @Option(names = "--json", description = "Print the result as JSON on standard output, with extended attributes.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        image.use(this::list);
        return ExitCode.OK.number();
    }

    private void list(ErofsReader reader) throws CliFailure, IOException {
        var found = image.find(reader, path, false);
        var mapper = new ObjectMapper();
        var array = mapper.createArrayNode();
        if (found.inode().type() != ErofsFileType.DIRECTORY) {
            show(reader, found.names(), found.inode(), array);
        } else {
            ErofsWalk.below(reader, found.inode(), (entries, inode) -> {
                var names = new ArrayList<>(found.names());
                entries.forEach(entry -> names.add(entry.name()));
                show(reader, names, inode, array);
                return recursive;
            });
        }
        if (json) {
            System.out.println(array.toPrettyString());
        }
    }

    private void show(ErofsReader reader, List<Name> names, ErofsInode inode, ArrayNode array) throws IOException {
        var shown = new String(ErofsPath.join(names), StandardCharsets.UTF_8);
        var target =
                inode.type() == ErofsFileType.SYMLINK ? reader.target(inode).toString() : "";
        if (!json) {
            System.out.println(line(inode) + " " + ForeignText.printable(shown)
                    + (target.isEmpty() ? "" : " -> " + ForeignText.printable(target)));
            return;
        }
        var node = array.addObject()
                .put("path", shown)
                .put("type", inode.type().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("mode", String.format(Locale.ROOT, "%04o", inode.permissions()))
                .put("links", inode.links())
                .put("uid", inode.uid())
                .put("gid", inode.gid())
                .put("size", inode.size())
                .put("modified", inode.modified().toString())
                .put("inode", inode.nid());
        if (!target.isEmpty()) {
            node.put("target", target);
        }
        if (inode.type().device()) {
            node.put("major", inode.major()).put("minor", inode.minor());
        }
        var xattrs = reader.xattrs(inode);
        if (!xattrs.isEmpty()) {
            var values = node.putObject("xattrs");
            xattrs.forEach((name, value) -> values.put(name.toString(), value));
        }
    }

    private static String line(ErofsInode inode) {
        var size = inode.type().device() ? inode.major() + ", " + inode.minor() : Long.toString(inode.size());
        return String.format(
                Locale.ROOT,
                "%s %3d %5d %5d %10s %s",
                mode(inode),
                inode.links(),
                inode.uid(),
                inode.gid(),
                size,
                inode.modified());
    }

    /** {@return kind and permissions as {@code ls -l} writes them} */
    static String mode(ErofsInode inode) {
        var text = new StringBuilder();
        text.append(
                switch (inode.type()) {
                    case REGULAR -> '-';
                    case DIRECTORY -> 'd';
                    case SYMLINK -> 'l';
                    case CHARACTER_DEVICE -> 'c';
                    case BLOCK_DEVICE -> 'b';
                    case FIFO -> 'p';
                    case SOCKET -> 's';
                });
        for (var bit = 8; bit >= 0; bit--) {
            text.append(((inode.permissions() >> bit) & 1) != 0 ? "xwr".charAt(bit % 3) : '-');
        }
        special(text, 3, inode.permissions() & 04000, 's');
        special(text, 6, inode.permissions() & 02000, 's');
        special(text, 9, inode.permissions() & 01000, 't');
        return text.toString();
    }

    private static void special(StringBuilder text, int at, int bit, char letter) {
        if (bit != 0) {
            text.setCharAt(at, text.charAt(at) == 'x' ? letter : Character.toUpperCase(letter));
        }
    }
}
