package io.bascule.qemuharness;

import java.time.Duration;
import java.util.Locale;

/**
 * A line that the guest printed.
 *
 * @param sincePowerOn when its first character was seen, from the start of QEMU; about 20 ms late
 * @param text without escape sequences and without its end
 */
public record ConsoleLine(Duration sincePowerOn, String text) {
    /** {@return the line behind its time in seconds: {@code [  3.812] BdsDxe: ...}} */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "[%7.3f] %s", sincePowerOn.toMillis() / 1000.0, text);
    }
}
