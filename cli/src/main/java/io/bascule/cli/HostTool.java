package io.bascule.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A program or file of the host that Bascule uses. This is the one place that names system packages.
 *
 * @param name of the program, or of what the file is
 * @param debianPackage that holds it
 * @param use which part of Bascule needs it
 * @param purpose what for, in a few words
 * @param files for something that is no program: where it may lie
 * @param leastMajor the lowest major version that works, 0 for any
 */
record HostTool(String name, String debianPackage, Use use, String purpose, List<String> files, int leastMajor) {

    /** Which part of Bascule needs a tool. */
    enum Use {
        BUILD,
        RUN,
        TEST
    }

    /** What was found. */
    sealed interface State {
        /** @param version what the tool says, or where the file lies */
        record Present(String version) implements State {}

        record TooOld(String version) implements State {}

        record Missing() implements State {}
    }

    /** What gives a second build another clock; without it the clock stays what it is. */
    static final HostTool FAKETIME = file(
            "libfaketime",
            "faketime",
            Use.TEST,
            "gives build --verify-reproducible another clock",
            "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib64/faketime/libfaketimeMT.so.1",
            "/usr/lib/faketime/libfaketimeMT.so.1");

    static final List<HostTool> ALL = List.of(
            program("mmdebstrap", "mmdebstrap", Use.BUILD, "installs Debian packages into a tar stream"),
            program("newuidmap", "uidmap", Use.BUILD, "lets mmdebstrap work without root"),
            file(
                    "Debian's keys",
                    "debian-archive-keyring",
                    Use.BUILD,
                    "the mirror must be signed by them",
                    "/usr/share/keyrings/debian-archive-keyring.gpg",
                    "/usr/share/keyrings/debian-archive-keyring.pgp"),
            new HostTool(
                    "qemu-system-x86_64",
                    "qemu-system-x86",
                    Use.RUN,
                    "runs virtual machines; before 10 it crashes guests with Linux 6.12",
                    List.of(),
                    10),
            new HostTool("qemu-img", "qemu-utils", Use.RUN, "makes disks on top of images", List.of(), 10),
            file(
                    "UEFI firmware",
                    "ovmf",
                    Use.RUN,
                    "what the virtual machines boot with",
                    "/usr/share/OVMF/OVMF_CODE_4M.fd",
                    "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
                    "/usr/share/edk2/ovmf/OVMF_CODE.fd",
                    "/opt/homebrew/share/qemu/edk2-x86_64-code.fd"),
            program("sgdisk", "gdisk", Use.TEST, "judges our partition tables"),
            program("sfdisk", "fdisk", Use.TEST, "judges our partition tables"),
            program("fsck.vfat", "dosfstools", Use.TEST, "judges our FAT file systems"),
            program("mdir", "mtools", Use.TEST, "reads our FAT file systems"),
            program("veritysetup", "cryptsetup-bin", Use.TEST, "judges our dm-verity hashes"),
            program("objdump", "binutils", Use.TEST, "reads our unified kernel images"),
            program("zstd", "zstd", Use.TEST, "reads our compressed images"),
            program("xz", "xz-utils", Use.TEST, "reads our compressed images"),
            program("bzip2", "bzip2", Use.TEST, "reads our compressed images"),
            program("depmod", "kmod", Use.TEST, "judges our indexes of kernel modules"),
            program("cpio", "cpio", Use.TEST, "reads our initrds"),
            program("bspatch", "bsdiff", Use.TEST, "applies our patches, and makes some for us"),
            program("ssh", "openssh-client", Use.TEST, "judges our ssh keys; and to log in to machines"),
            program("softhsm2-util", "softhsm2", Use.TEST, "makes tokens that our signatures come from"),
            program("fsck.erofs", "erofs-utils", Use.TEST, "judges our EROFS images; from 1.8 on"),
            program("python3", "python3", Use.TEST, "describes mounted EROFS trees to the tests"),
            FAKETIME);

    private static final List<String> EXTRA_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin");
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.\\d+(?:[.\\d]*)");

    HostTool {
        files = List.copyOf(files);
    }

    private static HostTool program(String name, String debianPackage, Use use, String purpose) {
        return new HostTool(name, debianPackage, use, purpose, List.of(), 0);
    }

    private static HostTool file(String name, String debianPackage, Use use, String purpose, String... files) {
        return new HostTool(name, debianPackage, use, purpose, List.of(files), 0);
    }

    /** {@return where it lies, for something that is no program; nothing if it is not there} */
    Optional<Path> path() {
        return files.stream().map(Path::of).filter(Files::isReadable).findFirst();
    }

    State state() throws InterruptedException {
        if (!files.isEmpty()) {
            return path().<State>map(file -> new State.Present(file.toString())).orElseGet(State.Missing::new);
        }
        var program = locate(name);
        if (program.isEmpty()) {
            return new State.Missing();
        }
        return judge(version(program.get()));
    }

    /** {@return what a tool is that is there and says {@code banner} of its version} */
    State judge(String banner) {
        var matcher = VERSION.matcher(banner);
        if (!matcher.find()) {
            return new State.Present("present");
        }
        return leastMajor > 0 && Integer.parseInt(matcher.group(1)) < leastMajor
                ? new State.TooOld(matcher.group())
                : new State.Present(matcher.group());
    }

    /** {@return where {@code program} lies: on the PATH, or where administrators' programs lie} */
    static Optional<Path> locate(String program) {
        var folders = new ArrayList<String>();
        var path = System.getenv("PATH");
        if (path != null) {
            folders.addAll(List.of(path.split(":")));
        }
        folders.addAll(EXTRA_FOLDERS);
        return folders.stream()
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String version(Path program) throws InterruptedException {
        try {
            var process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            var output = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return output;
        } catch (IOException e) {
            return "";
        }
    }
}
