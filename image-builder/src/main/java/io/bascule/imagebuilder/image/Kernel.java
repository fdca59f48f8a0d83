package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The kernel that a tree of packages brought.
 *
 * @param release what {@code uname -r} says
 * @param image the bzImage
 * @param options of its configuration, name to value, those that are not set left out
 */
public record Kernel(String release, Content image, Map<String, String> options) {
    private static final String MODULES = "usr/lib/modules";
    private static final Pattern VERSION = Pattern.compile("^(\\d{1,5})\\.(\\d{1,5})");
    private static final int BIG_CLUSTERS_MAJOR = 5;
    private static final int BIG_CLUSTERS_MINOR = 13;

    /** Finds the one kernel of {@code tree}. */
    public static Kernel find(FileTree tree) throws BuildException, IOException {
        var releases = tree.find(MODULES).orElse(null) instanceof Inode.Directory directory
                ? directory.children().stream()
                        .filter(child -> child.getValue() instanceof Inode.Directory)
                        .map(child -> child.getKey().toString())
                        .toList()
                : List.<String>of();
        if (releases.isEmpty()) {
            throw BuildException.badInput(
                    "the tree has no kernel: nothing in /" + MODULES,
                    "add a kernel package like linux-image-cloud-amd64 to board.yaml, or a source that has one");
        }
        if (releases.size() > 1) {
            throw BuildException.badInput(
                    "the tree has " + releases.size() + " kernels: " + String.join(", ", releases),
                    "name one kernel package in board.yaml; an image boots exactly one");
        }
        var release = releases.getFirst();
        // Debian has it in /boot; others beside the modules.
        var image = required(tree, "boot/vmlinuz-" + release, MODULES + "/" + release + "/vmlinuz");
        var config = required(tree, "boot/config-" + release, MODULES + "/" + release + "/config");
        return new Kernel(release, image, options(config));
    }

    /** Checks that this kernel can mount its own image. */
    public void checkCanMount(Board.Codec codec) throws BuildException {
        var needed = new LinkedHashMap<String, String>();
        needed.put("CONFIG_EROFS_FS", "EROFS");
        needed.put("CONFIG_DM_VERITY", "dm-verity");
        needed.put("CONFIG_OVERLAY_FS", "overlayfs, for /etc");
        needed.put("CONFIG_EXT4_FS", "ext4, for STATE");
        needed.put("CONFIG_EFI_STUB", "booting as a UKI");
        needed.put("CONFIG_RD_ZSTD", "an initrd compressed with zstd");
        switch (codec) {
            case ZSTD -> {
                needed.put("CONFIG_EROFS_FS_ZIP", "compressed EROFS");
                needed.put("CONFIG_EROFS_FS_ZIP_ZSTD", "EROFS compressed with zstd (Linux 6.10 and later)");
            }
            case LZ4HC -> needed.put("CONFIG_EROFS_FS_ZIP", "EROFS compressed with LZ4");
            case LZMA -> {
                needed.put("CONFIG_EROFS_FS_ZIP", "compressed EROFS");
                needed.put("CONFIG_EROFS_FS_ZIP_LZMA", "EROFS compressed with LZMA (Linux 5.16 and later)");
            }
            case NONE -> {}
        }
        checkVersion(codec);
        for (var option : needed.entrySet()) {
            if (!options.containsKey(option.getKey())) {
                throw BuildException.badInput(
                        "the kernel " + release + " cannot boot this image: it lacks " + option.getKey()
                                + ", needed for " + option.getValue(),
                        option.getKey().contains("_ZIP")
                                ? "choose another compression.codec in board.yaml (" + readable()
                                        + "), or a newer kernel"
                                : "choose another kernel package in board.yaml");
            }
        }
    }

    /** {@return which codecs this kernel reads, by what its configuration says} */
    private String readable() {
        var codecs = new ArrayList<String>();
        if (options.containsKey("CONFIG_EROFS_FS_ZIP")) {
            if (options.containsKey("CONFIG_EROFS_FS_ZIP_ZSTD")) {
                codecs.add(Board.Codec.ZSTD.key());
            }
            codecs.add(Board.Codec.LZ4HC.key());
            if (options.containsKey("CONFIG_EROFS_FS_ZIP_LZMA")) {
                codecs.add(Board.Codec.LZMA.key());
            }
        }
        codecs.add(Board.Codec.NONE.key());
        return "this kernel reads " + String.join(", ", codecs);
    }

    /** Options are older than what images have: extents of several blocks. What has no number is not judged. */
    private void checkVersion(Board.Codec codec) throws BuildException {
        var number = VERSION.matcher(release);
        if (codec == Board.Codec.NONE || !number.find()) {
            return;
        }
        var major = Integer.parseInt(number.group(1));
        var minor = Integer.parseInt(number.group(2));
        if (major < BIG_CLUSTERS_MAJOR || (major == BIG_CLUSTERS_MAJOR && minor < BIG_CLUSTERS_MINOR)) {
            throw BuildException.badInput(
                    "the kernel " + release + " cannot boot this image: compressed EROFS in large clusters needs Linux "
                            + BIG_CLUSTERS_MAJOR + "." + BIG_CLUSTERS_MINOR,
                    "choose compression.codec none in board.yaml, or a newer kernel");
        }
    }

    private static Content required(FileTree tree, String path, String otherPath) throws BuildException {
        return tree.file(path)
                .or(() -> tree.file(otherPath))
                .orElseThrow(() -> BuildException.badInput(
                        "the tree has neither /" + path + " nor /" + otherPath,
                        "the kernel's package, or the image that it is in, must bring it"))
                .content();
    }

    private static Map<String, String> options(Content config) throws IOException {
        var options = new LinkedHashMap<String, String>();
        for (var line :
                new String(config.readAll(), StandardCharsets.UTF_8).lines().toList()) {
            var equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                options.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return Map.copyOf(options);
    }
}
