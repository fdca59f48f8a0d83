package io.bascule.qemuharness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * UEFI firmware for x86-64 guests (OVMF, from the EDK II project), without Secure Boot keys.
 *
 * @param code the firmware's code, which guests share
 * @param variables the empty variable store, of which each guest gets its own copy
 */
public record Firmware(Path code, Path variables) {
    private record Candidate(String directory, String code, String variables) {}

    private static final List<Candidate> CANDIDATES = List.of(
            // Debian and Ubuntu; before Debian 12 without the 4 MiB form.
            new Candidate("usr/share/OVMF", "OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"),
            new Candidate("usr/share/OVMF", "OVMF_CODE.fd", "OVMF_VARS.fd"),
            // Fedora
            new Candidate("usr/share/edk2/ovmf", "OVMF_CODE.fd", "OVMF_VARS.fd"),
            // Arch
            new Candidate("usr/share/edk2/x64", "OVMF_CODE.4m.fd", "OVMF_VARS.4m.fd"),
            // Homebrew, on Apple silicon and on Intel; then QEMU's own copy, as upstream installs it.
            new Candidate("opt/homebrew/share/qemu", "edk2-x86_64-code.fd", "edk2-i386-vars.fd"),
            new Candidate("usr/local/share/qemu", "edk2-x86_64-code.fd", "edk2-i386-vars.fd"),
            new Candidate("usr/share/qemu", "edk2-x86_64-code.fd", "edk2-i386-vars.fd"));

    /**
     * Finds the firmware where Debian, Fedora, Arch and Homebrew put it.
     *
     * @throws MissingRequirementException if it is in none of these places
     */
    public static Firmware locate() throws MissingRequirementException {
        return locate(Path.of("/"));
    }

    static Firmware locate(Path root) throws MissingRequirementException {
        for (var candidate : CANDIDATES) {
            var directory = root.resolve(candidate.directory());
            var code = directory.resolve(candidate.code());
            var variables = directory.resolve(candidate.variables());
            if (Files.isReadable(code) && Files.isReadable(variables)) {
                return new Firmware(code, variables);
            }
        }
        var places = String.join(
                ", ",
                CANDIDATES.stream()
                        .map(candidate -> root.resolve(candidate.directory()).toString())
                        .distinct()
                        .toList());
        throw new MissingRequirementException(
                "no UEFI firmware (OVMF) for guests in " + places,
                Qemu.REMEDY + ", or install the package ovmf (Debian) or edk2-ovmf (Fedora, Arch)");
    }
}
