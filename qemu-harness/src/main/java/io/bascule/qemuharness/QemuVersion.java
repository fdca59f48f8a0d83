package io.bascule.qemuharness;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** A release of QEMU. */
public record QemuVersion(int major, int minor, int micro) implements Comparable<QemuVersion> {
    private static final Pattern BANNER = Pattern.compile("QEMU emulator version (\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})");
    private static final Comparator<QemuVersion> ORDER = Comparator.comparingInt(QemuVersion::major)
            .thenComparingInt(QemuVersion::minor)
            .thenComparingInt(QemuVersion::micro);

    /** {@return the version in what {@code qemu-system-x86_64 --version} prints, if there is one} */
    static Optional<QemuVersion> fromBanner(String banner) {
        var match = BANNER.matcher(banner);
        if (!match.find()) {
            return Optional.empty();
        }
        return Optional.of(new QemuVersion(
                Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)), Integer.parseInt(match.group(3))));
    }

    @Override
    public int compareTo(QemuVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + micro;
    }
}
